import type { GatewayAttachment } from './attach.js';
import type { RouteContext } from './envoy-route.js';
import { expandLine } from './expand.js';
import type { GatewayPlan, ListenerPlan } from './gateway-plan.js';
import { ANY_HOST, mostSpecificCover } from './hostnames.js';
import { type Line, entriesOf } from './lines.js';
import { Memo, sameItems } from './memo.js';
import type { ResolvedRoute } from './resolve-backends.js';
import { type RouteBlock, hostTable, routeBlock, routeTable } from './route-table.js';
import type { ServiceParents } from './service-parents.js';
import type { SnapshotCache } from './snapshot-cache.js';
import type { ObjectRef, XdsResource } from './snapshot.js';

/** The RouteConfiguration of one port of a Gateway (or of one HTTPS listener) while it is put together. */
interface Table {
  plan: GatewayPlan;
  listenerHosts: readonly string[];
  /** A block is there once for each host. */
  hosts: Map<string, RouteBlock[]>;
}

/** Collects what Gateways serve, host by host. */
export class GatewayRoutes {
  private readonly tables = new Map<string, Table>();

  private readonly parents: ServiceParents;
  private readonly cache: SnapshotCache;
  private readonly clientPortOf: (port: number) => number;

  constructor(plans: readonly GatewayPlan[], parents: ServiceParents, cache: SnapshotCache, clientPortOf: (port: number) => number) {
    this.parents = parents;
    this.cache = cache;
    this.clientPortOf = clientPortOf;
    for (const plan of plans) for (const listener of plan.listeners) this.open(plan, listener);
  }

  private open(plan: GatewayPlan, listener: ListenerPlan): void {
    if (!listener.usable || listener.clientPort === undefined || this.tables.has(listener.routes)) return;
    const sharing = plan.listeners.filter((other) => other.usable && other.routes === listener.routes);
    this.tables.set(listener.routes, { plan, listenerHosts: sharing.map((l) => l.hostname), hosts: new Map() });
  }

  /** Returns the names of the tables in which the route now stands, and its blocks. */
  add(route: ResolvedRoute, attachment: GatewayAttachment): { tables: string[]; blocks: RouteBlock[] } {
    const tables: string[] = [];
    const blocks: RouteBlock[] = [];
    for (const { listener, hosts } of attachment.listeners) {
      const table = this.tables.get(listener.routes);
      if (!table || listener.clientPort === undefined || !listener.usable) continue;
      for (const host of hosts) {
        // Listener isolation: only the most specific listener answers for a host.
        if (mostSpecificCover(table.listenerHosts, host) !== listener.hostname) continue;
        const block = this.blockOf(route, { scheme: listener.scheme, clientPort: listener.clientPort, clientPortOf: this.clientPortOf });
        const at = table.hosts.get(host);
        if (!at) table.hosts.set(host, [block]);
        else if (!at.includes(block)) at.push(block);
        if (!blocks.includes(block)) blocks.push(block);
        if (!tables.includes(listener.routes)) tables.push(listener.routes);
      }
    }
    return { tables, blocks };
  }

  private blockOf(route: ResolvedRoute, context: RouteContext): RouteBlock {
    const inner = innerOf(route, this.parents);
    const ofRoute = this.cache.blocks.get(route, [], () => new Memo());
    const dependencies = [context.clientPortOf(443), ...inner.flatMap((i) => [i.cluster, i.lines])];
    return ofRoute.get(`${context.scheme}:${context.clientPort}`, dependencies, () => {
      const innerLines = new Map(inner.map((i) => [i.cluster, i.lines]));
      const expand = (line: Line): Line[] => {
        const lines = line.action.type === 'forward' ? innerLines.get(line.action.target.cluster) : undefined;
        return lines ? expandLine(line, lines) : [line];
      };
      const entries = entriesOf(route).map(({ order, lines }) => ({ order, lines: lines.flatMap(expand) }));
      return routeBlock(
        route.model.ref,
        entries,
        context,
        inner.flatMap((i) => i.owners),
      );
    });
  }

  resources(): XdsResource[] {
    return [...this.tables].map(([name, table]) => {
      // A listener's host without routes answers 404 itself instead of leaving the request to a less specific listener.
      for (const host of table.listenerHosts) if (host !== ANY_HOST && !table.hosts.has(host)) table.hosts.set(host, []);
      const cached = this.cache.tables.get(name, [], () => ({ hosts: new Memo(), order: { unsorted: [], sorted: [] } }));
      const unsorted = [...table.hosts.keys()];
      if (!sameItems(cached.order.unsorted, unsorted)) cached.order = { unsorted, sorted: [...unsorted].sort() };
      const hosts = cached.order.sorted.map((host) => {
        const blocks = table.hosts.get(host) ?? [];
        return cached.hosts.get(host, blocks, () => hostTable(host, blocks));
      });
      cached.hosts.endBuild();
      return this.cache.resources.get(`routes/${name}`, hosts, () => routeTable(name, hosts));
    });
  }
}

const NO_INNER: readonly Inner[] = [];

interface Inner {
  cluster: string;
  lines: readonly Line[];
  owners: readonly ObjectRef[];
}

/** Services among the backends that have routes of their own. */
function innerOf(route: ResolvedRoute, parents: ServiceParents): readonly Inner[] {
  if (parents.isEmpty) return NO_INNER;
  const found: Inner[] = [];
  for (const rule of route.rules) {
    for (const { target } of rule.backends) {
      const lines = target && parents.linesOf(target);
      if (!target || !lines || found.some((i) => i.cluster === target.cluster)) continue;
      found.push({ cluster: target.cluster, lines, owners: parents.routesFor(target).map((r) => r.model.ref) });
    }
  }
  return found;
}
