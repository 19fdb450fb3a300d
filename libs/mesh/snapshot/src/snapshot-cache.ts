import type { ConfigMap, EndpointSlice, Namespace, Secret, Service } from '@tidegate/kube';
import type { BackendTlsPolicy, GrpcRoute, HttpRoute, ListenerSet, TcpRoute, TlsRoute, TrafficPolicy } from '@tidegate/mesh-contract';
import type { GatewayAttachment } from './attach.js';
import type { PolicyIndex, PolicyPlan } from './backend-policies.js';
import type { GatewayPlan } from './gateway-plan.js';
import type { Line } from './lines.js';
import { Memo, ObjectMemo } from './memo.js';
import type { AddressIndex } from './object-index.js';
import type { GrantIndex } from './reference-grants.js';
import type { ResolvedRoute } from './resolve-backends.js';
import type { HostTable, RouteBlock } from './route-table.js';
import type { RouteModel } from './rule-model.js';
import type { ServicePort, ServiceTable } from './service-ports.js';
import type { ServiceTarget } from './service-target.js';
import type { XdsResource } from './snapshot.js';
import type { GatewayStatusPlan, ListenerSetStatusPlan, RouteStatusPlan, TrafficPolicyStatusPlan } from './status-plan.js';
import type { ServicePolicy } from './target-policy.js';

/** Hosts of one RouteConfiguration; their order is kept while no host comes or goes. */
export interface TableCache {
  hosts: Memo<HostTable>;
  order: { unsorted: readonly string[]; sorted: readonly string[] };
}

/** What builds share: what the last build used, nothing older. Belongs to one caller of buildSnapshot. */
export class SnapshotCache {
  readonly services: Memo<ReadonlyMap<string, Service>> = new Memo();
  readonly slices: Memo<ReadonlyMap<string, readonly EndpointSlice[]>> = new Memo();
  readonly namespaces: Memo<ReadonlyMap<string, Namespace>> = new Memo();
  readonly secrets: Memo<ReadonlyMap<string, Secret>> = new Memo();
  readonly configMaps: Memo<ReadonlyMap<string, ConfigMap>> = new Memo();
  readonly listenerSets: Memo<ReadonlyMap<string, readonly ListenerSet[]>> = new Memo();
  readonly policies: Memo<PolicyIndex> = new Memo();
  readonly addresses: Memo<AddressIndex> = new Memo();
  readonly grants: Memo<GrantIndex> = new Memo();
  readonly gateways: Memo<GatewayPlan> = new Memo();
  readonly serviceLines: Memo<readonly Line[]> = new Memo();
  readonly tables: Memo<TableCache> = new Memo();
  readonly resources: Memo<XdsResource> = new Memo();
  readonly gatewayStatuses: Memo<GatewayStatusPlan> = new Memo();
  readonly trafficPolicies: Memo<ReadonlyMap<string, TrafficPolicy>> = new Memo();
  readonly servicePolicies: Memo<ServicePolicy> = new Memo();
  readonly trafficPolicyStatuses: Memo<TrafficPolicyStatusPlan> = new Memo();
  readonly listenerSetStatuses: Memo<ListenerSetStatusPlan> = new Memo();

  readonly policyPlans: ObjectMemo<BackendTlsPolicy, PolicyPlan> = new ObjectMemo();
  readonly models: ObjectMemo<HttpRoute | GrpcRoute | TlsRoute | TcpRoute, RouteModel> = new ObjectMemo();
  readonly resolved: ObjectMemo<RouteModel, ResolvedRoute> = new ObjectMemo();
  readonly attachments: ObjectMemo<object, GatewayAttachment> = new ObjectMemo();
  /** By route and the port at which it is served; few ports for one route. */
  readonly blocks: ObjectMemo<ResolvedRoute, Memo<RouteBlock>> = new ObjectMemo();
  readonly routeStatuses: ObjectMemo<ResolvedRoute, RouteStatusPlan> = new ObjectMemo();
  readonly targets: ObjectMemo<Service, readonly ServiceTarget[]> = new ObjectMemo();
  readonly servicePorts: ObjectMemo<ServiceTarget, ServicePort> = new ObjectMemo();
  readonly serviceTables: ObjectMemo<ServiceTarget, Memo<ServiceTable>> = new ObjectMemo();
  readonly scopes: ObjectMemo<ServiceTarget, readonly XdsResource[]> = new ObjectMemo();
  readonly endpoints: ObjectMemo<ServiceTarget, XdsResource> = new ObjectMemo();
  readonly clusters: ObjectMemo<ServiceTarget, XdsResource> = new ObjectMemo();

  endBuild(): void {
    const memos = [
      this.services,
      this.slices,
      this.namespaces,
      this.secrets,
      this.configMaps,
      this.listenerSets,
      this.policies,
      this.addresses,
      this.grants,
      this.gateways,
      this.serviceLines,
      this.tables,
      this.resources,
      this.gatewayStatuses,
      this.trafficPolicies,
      this.servicePolicies,
      this.trafficPolicyStatuses,
      this.listenerSetStatuses,
    ];
    for (const memo of memos) memo.endBuild();
  }
}
