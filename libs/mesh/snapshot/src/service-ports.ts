import type { Service } from '@tidegate/kube';
import { WHOLE } from './fractions.js';
import { NO_CHANGES } from './header-changes.js';
import { ANY_HOST } from './hostnames.js';
import { type Entry, entriesOf, routeName } from './lines.js';
import { Memo } from './memo.js';
import { type ObjectIndex, callersOf } from './object-index.js';
import { refOf } from './object-key.js';
import type { ResolvedRoute } from './resolve-backends.js';
import { type RouteBlock, hostTable, routeBlock, routeTable } from './route-table.js';
import type { ServiceParents } from './service-parents.js';
import type { ServiceTarget } from './service-target.js';
import type { SnapshotCache } from './snapshot-cache.js';
import type { XdsResource } from './snapshot.js';
import { plainUpstream } from './upstreams.js';

/** East-west routing of the embedded platform: what the dialled addresses of one port of a Service stand for. */
export interface ServicePort {
  /** With their keys in the snapshot. */
  resources: readonly (readonly [string, XdsResource])[];
  blocks: readonly RouteBlock[];
  /** Which routes stand in which table. */
  placed: readonly { id: string; table: string }[];
  /** Which targets with a policy stand in which table. */
  policed: readonly { target: ServiceTarget; table: string }[];
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
  const { parents, cache, index } = context;
  const kept = cache.serviceTables.get(target, [service, bound], () => new Memo());
  const tables = new Map<string, ServiceTable>();
  const tableFor = (callerNamespace: string | undefined): string => {
    const own = parents.hasConsumerRoutes(target, callerNamespace) ? callerNamespace : undefined;
    const name = `svc/${target.cluster}${own === undefined ? '' : `@${own}`}`;
    if (!tables.has(name)) {
      const routes = parents.routesFor(target, own);
      const dependencies = [context.clientPortOf(443), ...routes];
      tables.set(
        name,
        kept.get(name, dependencies, () => makeTable(name, service, target, bound, routes, context)),
      );
    }
    return name;
  };
  const everybody = tableFor(undefined);
  const { clusterIP } = service.spec ?? {};
  const dialled = callersOf(index, target.serviceKey)
    .filter(({ address }) => address !== clusterIP)
    .map(({ address, callerNamespace }) => ({ address, table: tableFor(callerNamespace) }));
  if (clusterIP && clusterIP !== 'None') dialled.unshift({ address: clusterIP, table: everybody });
  kept.endBuild();
  const made = [...tables.values()];
  const scopes = cache.scopes.get(target, [bound, ...dialled.flatMap((d) => [d.address, d.table])], () =>
    dialled.map(({ address, table }) => scopeOf(`${address}:${bound}`, table, service)),
  );
  return {
    resources: [...made.map((t) => t.resource), ...scopes].map((resource) => [`${resource.type}/${resource.name}`, resource] as const),
    blocks: made.flatMap((t) => t.blocks),
    placed: made.flatMap((t) => t.routeIds.map((id) => ({ id, table: t.resource.name }))),
    policed: made.flatMap((t) =>
      t.blocks.flatMap((b) => b.targets.filter((at) => at.policy).map((at) => ({ target: at, table: t.resource.name }))),
    ),
  };
}

export function scopeOf(name: string, table: string, service: Service): XdsResource {
  return {
    type: 'scope',
    name,
    body: { name, route_configuration_name: table, key: { fragments: [{ string_key: name }] } },
    owners: [refOf('Service', service)],
  };
}

export interface ServiceTable {
  resource: XdsResource;
  blocks: readonly RouteBlock[];
  routeIds: readonly string[];
}

export function makeTable(
  name: string,
  service: Service,
  target: ServiceTarget,
  bound: number,
  routes: readonly ResolvedRoute[],
  { cache, clientPortOf }: ServicePortContext,
): ServiceTable {
  const routeContext = { scheme: 'http', clientPort: bound, clientPortOf, upstreamOf: plainUpstream } as const;
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
