import type { GatewayAttachment } from './attach.js';
import type { GatewayPlan } from './gateway-plan.js';
import type { Line } from './lines.js';
import { Memo } from './memo.js';
import type { GrantIndex } from './reference-grants.js';
import type { ResolvedRoute } from './resolve-backends.js';
import type { HostTable, RouteBlock } from './route-table.js';
import type { RouteModel } from './rule-model.js';
import type { ServiceTarget } from './service-target.js';
import type { XdsResource } from './snapshot.js';
import type { GatewayStatusPlan, RouteStatusPlan } from './status-plan.js';

/** What builds share: one entry for each thing of the last build, nothing older. Belongs to one caller of buildSnapshot. */
export class SnapshotCache {
  readonly grants = new Memo<GrantIndex>();
  readonly models = new Memo<RouteModel>();
  readonly resolved = new Memo<ResolvedRoute>();
  readonly gateways = new Memo<GatewayPlan>();
  readonly attachments = new Memo<GatewayAttachment>();
  readonly serviceLines = new Memo<readonly Line[]>();
  readonly targets = new Memo<readonly ServiceTarget[]>();
  readonly blocks = new Memo<RouteBlock>();
  readonly hosts = new Memo<HostTable>();
  readonly resources = new Memo<XdsResource>();
  readonly routeStatuses = new Memo<RouteStatusPlan>();
  readonly gatewayStatuses = new Memo<GatewayStatusPlan>();

  endBuild(): void {
    const memos = [
      this.grants,
      this.models,
      this.resolved,
      this.gateways,
      this.attachments,
      this.serviceLines,
      this.targets,
      this.blocks,
      this.hosts,
      this.resources,
      this.routeStatuses,
      this.gatewayStatuses,
    ];
    for (const memo of memos) memo.endBuild();
  }
}
