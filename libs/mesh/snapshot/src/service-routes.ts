import type { Service } from '@tidegate/kube';
import { NO_CHANGES } from './header-changes.js';
import { ANY_HOST } from './hostnames.js';
import { type Entry, entriesOf, routeName } from './lines.js';
import { WHOLE } from './fractions.js';
import type { ObjectIndex } from './object-index.js';
import { objectKey, refOf } from './object-key.js';
import type { ResolvedRoute } from './resolve-backends.js';
import { type RouteBlock, hostTable, routeBlock, routeTable } from './route-table.js';
import type { ServiceParents } from './service-parents.js';
import type { ServiceTarget } from './service-target.js';
import type { SnapshotCache } from './snapshot-cache.js';
import type { XdsResource } from './snapshot.js';

/** East-west routing of the embedded platform: what the dialled addresses of one Service stand for. */
export interface ServicePortRoutes {
  resources: XdsResource[];
  blocks: RouteBlock[];
  /** Routes that stand in a table, with the table's name. */
  placed: { route: ResolvedRoute; table: string }[];
}

interface Context {
  index: ObjectIndex;
  parents: ServiceParents;
  cache: SnapshotCache;
  clientPortOf: (port: number) => number;
}

/**
 * One table for a Service's port (and one more for each namespace whose callers have routes of their own), and one scope for each
 * address at which the Service is dialled. `bound` is the port that clients really dial.
 */
export function servicePortRoutes(service: Service, target: ServiceTarget, bound: number, context: Context): ServicePortRoutes {
  const out: ServicePortRoutes = { resources: [], blocks: [], placed: [] };
  const tables = new Set<string>();
  const tableFor = (callerNamespace: string | undefined): string => {
    const own = context.parents.hasConsumerRoutes(target, callerNamespace);
    const name = `svc/${target.cluster}${own ? `@${callerNamespace}` : ''}`;
    if (!tables.has(name)) {
      tables.add(name);
      addTable(name, service, target, bound, own ? callerNamespace : undefined, context, out);
    }
    return name;
  };
  const everybody = tableFor(undefined);
  const { clusterIP } = service.spec ?? {};
  if (clusterIP && clusterIP !== 'None') out.resources.push(scopeOf(clusterIP, bound, everybody, service, context.cache));
  for (const { address, callerNamespace } of context.index.callerAddresses.get(objectKey(service)) ?? []) {
    if (address !== clusterIP) out.resources.push(scopeOf(address, bound, tableFor(callerNamespace), service, context.cache));
  }
  return out;
}

function scopeOf(address: string, bound: number, table: string, service: Service, cache: SnapshotCache): XdsResource {
  const name = `${address}:${bound}`;
  return cache.resources.get(`scope/${name}`, [table], () => ({
    type: 'scope',
    name,
    body: { name, route_configuration_name: table, key: { fragments: [{ string_key: name }] } },
    owners: [refOf('Service', service)],
  }));
}

function addTable(
  name: string,
  service: Service,
  target: ServiceTarget,
  bound: number,
  callerNamespace: string | undefined,
  { parents, cache, clientPortOf }: Context,
  out: ServicePortRoutes,
): void {
  const routes = parents.routesFor(target, callerNamespace);
  const routeContext = { scheme: 'http', clientPort: bound, clientPortOf } as const;
  const blocks =
    routes.length === 0
      ? [
          cache.blocks.get(`default/${target.cluster}`, [target], () =>
            routeBlock(refOf('Service', service), [plainForwarding(target)], routeContext),
          ),
        ]
      : routes.map((route) =>
          cache.blocks.get(`${route.model.ref.kind}/${route.model.key}@mesh:${bound}`, [route, clientPortOf(443)], () =>
            routeBlock(route.model.ref, entriesOf(route), routeContext),
          ),
        );
  out.blocks.push(...blocks);
  out.placed.push(...routes.map((route) => ({ route, table: name })));
  const hosts = [cache.hosts.get(name, blocks, () => hostTable(ANY_HOST, blocks))];
  out.resources.push(cache.resources.get(`routes/${name}`, hosts, () => routeTable(name, hosts, [refOf('Service', service)])));
}

/** A Service without routes: all requests go to its endpoints. */
function plainForwarding(target: ServiceTarget): Entry {
  const match = { paths: [], headers: [], query: [] };
  const effects = { requestHeaders: NO_CHANGES, responseHeaders: NO_CHANGES, mirrors: [] };
  return {
    order: { match, createdAt: '', key: target.cluster, rule: 0, index: 0 },
    lines: [
      {
        match,
        share: { from: 0, to: WHOLE },
        action: { type: 'forward', name: routeName(target, 'default'), target, effects, timeouts: {} },
      },
    ],
  };
}
