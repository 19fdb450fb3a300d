import type { Service } from '@tidegate/kube';
import { WHOLE } from './fractions.js';
import { NO_CHANGES } from './header-changes.js';
import { ANY_HOST } from './hostnames.js';
import { type Entry, entriesOf, routeName } from './lines.js';
import { Memo } from './memo.js';
import { type ObjectIndex, callersOf } from './object-index.js';
import { refOf } from './object-key.js';
import { type RouteBlock, hostTable, routeBlock, routeTable } from './route-table.js';
import type { ServiceParents } from './service-parents.js';
import type { ServiceTarget } from './service-target.js';
import type { SnapshotCache } from './snapshot-cache.js';
import type { XdsResource } from './snapshot.js';

/** East-west routing of the embedded platform: what the dialled addresses of one port of a Service stand for. */
export interface ServicePort {
  /** With their keys in the snapshot. */
  resources: readonly (readonly [string, XdsResource])[];
  blocks: readonly RouteBlock[];
  /** Which routes stand in which table. */
  placed: readonly { id: string; table: string }[];
}

export interface ServicePortContext {
  index: ObjectIndex;
  parents: ServiceParents;
  cache: SnapshotCache;
  clientPortOf: (port: number) => number;
}

/**
 * One table for a Service's port (and one more for each namespace whose callers have routes of their own), and one scope for each
 * address at which the Service is dialled. `bound` is the port that clients really dial.
 */
export function servicePort(service: Service, target: ServiceTarget, bound: number, context: ServicePortContext): ServicePort {
  const callers = callersOf(context.index, target.serviceKey);
  const attached = context.parents.attachedTo(target);
  const dependencies = [service, bound, callers, context.clientPortOf(443), ...attached];
  return context.cache.servicePorts.get(target, dependencies, () => makeServicePort(service, target, bound, context));
}

function makeServicePort(service: Service, target: ServiceTarget, bound: number, context: ServicePortContext): ServicePort {
  const tables = new Map<string, Table>();
  const scopes: XdsResource[] = [];
  const tableFor = (callerNamespace: string | undefined): string => {
    const own = context.parents.hasConsumerRoutes(target, callerNamespace) ? callerNamespace : undefined;
    const name = `svc/${target.cluster}${own === undefined ? '' : `@${own}`}`;
    if (!tables.has(name)) tables.set(name, makeTable(name, service, target, bound, own, context));
    return name;
  };
  const dial = (address: string, table: string) => scopes.push(scopeOf(address, bound, table, service));
  const everybody = tableFor(undefined);
  const { clusterIP } = service.spec ?? {};
  if (clusterIP && clusterIP !== 'None') dial(clusterIP, everybody);
  for (const { address, callerNamespace } of callersOf(context.index, target.serviceKey)) {
    if (address !== clusterIP) dial(address, tableFor(callerNamespace));
  }
  const made = [...tables.values()];
  return {
    resources: [...made.map((t) => t.resource), ...scopes].map((resource) => [`${resource.type}/${resource.name}`, resource] as const),
    blocks: made.flatMap((t) => t.blocks),
    placed: made.flatMap((t) => t.routeIds.map((id) => ({ id, table: t.resource.name }))),
  };
}

function scopeOf(address: string, bound: number, table: string, service: Service): XdsResource {
  const name = `${address}:${bound}`;
  return {
    type: 'scope',
    name,
    body: { name, route_configuration_name: table, key: { fragments: [{ string_key: name }] } },
    owners: [refOf('Service', service)],
  };
}

interface Table {
  resource: XdsResource;
  blocks: readonly RouteBlock[];
  routeIds: readonly string[];
}

function makeTable(
  name: string,
  service: Service,
  target: ServiceTarget,
  bound: number,
  callerNamespace: string | undefined,
  { parents, cache, clientPortOf }: ServicePortContext,
): Table {
  const routes = parents.routesFor(target, callerNamespace);
  const routeContext = { scheme: 'http', clientPort: bound, clientPortOf } as const;
  const ref = refOf('Service', service);
  const blocks =
    routes.length === 0
      ? [routeBlock(ref, [plainForwarding(target)], routeContext)]
      : routes.map((route) =>
          cache.blocks
            .get(route, [], () => new Memo())
            .get(`mesh:${bound}`, [clientPortOf(443)], () => routeBlock(route.model.ref, entriesOf(route), routeContext)),
        );
  return { resource: routeTable(name, [hostTable(ANY_HOST, blocks)], [ref]), blocks, routeIds: routes.map((route) => route.model.id) };
}

/** A Service without routes: all requests go to its endpoints. */
function plainForwarding(target: ServiceTarget): Entry {
  const match = { paths: [], headers: [], query: [] };
  const effects = { requestHeaders: NO_CHANGES, responseHeaders: NO_CHANGES, mirrors: [] };
  const action = { type: 'forward', name: routeName(target, 'default'), target, effects, timeouts: {} } as const;
  return {
    order: { match, createdAt: '', key: target.cluster, rule: 0, index: 0 },
    lines: [{ match, share: { from: 0, to: WHOLE }, action }],
  };
}
