import type { GatewayAttachment } from './attach.js';
import type { RouteContext } from './envoy-route.js';
import { expandLine } from './expand.js';
import type { PolicyIndex } from './backend-policies.js';
import type { GatewayPlan } from './gateway-plan.js';
import { ANY_HOST, mostSpecificCover } from './hostnames.js';
import { type Line, entriesOf } from './lines.js';
import type { ListenerPlan } from './listener-plan.js';
import { Memo, sameItems } from './memo.js';
import type { ResolvedRoute } from './resolve-backends.js';
import { type HostTable, type RouteBlock, hostTable, misdirectedHost, routeBlock, routeTable } from './route-table.js';
import type { ServiceParents } from './service-parents.js';
import type { SnapshotCache } from './snapshot-cache.js';
import type { ObjectRef, XdsResource } from './snapshot.js';
import { hostsOnPort } from './stream-routes.js';
import { type UpstreamOf, plainUpstream, upstreamsOf } from './upstreams.js';

/** The RouteConfiguration of one port of a Gateway (or of one HTTPS listener) while it is put together. */
interface Table {
  plan: GatewayPlan;
  /** Hosts of the listeners whose routes these are. */
  ownHosts: readonly string[];
  /** Those and the hosts of other listeners on the port, which a connection may be opened for. */
  portHosts: readonly string[];
  /** A block is there once for each host. */
  hosts: Map<string, RouteBlock[]>;
}

export interface GatewayRouteInputs {
  parents: ServiceParents;
  policies: PolicyIndex;
  cache: SnapshotCache;
  clientPortOf(port: number): number;
}

/** Collects what Gateways serve, host by host. */
export class GatewayRoutes {
  private readonly tables = new Map<string, Table>();

  private readonly parents: ServiceParents;
  private readonly cache: SnapshotCache;
  private readonly policies: PolicyIndex;
  private readonly clientPortOf: (port: number) => number;
  private readonly upstreams = new Map<GatewayPlan, UpstreamOf>();

  constructor(plans: readonly GatewayPlan[], inputs: GatewayRouteInputs) {
    this.parents = inputs.parents;
    this.cache = inputs.cache;
    this.policies = inputs.policies;
    this.clientPortOf = inputs.clientPortOf;
    for (const plan of plans) {
      this.upstreams.set(plan, upstreamsOf(plan, inputs.policies));
      for (const listener of plan.listeners) this.open(plan, listener);
    }
  }

  private open(plan: GatewayPlan, listener: ListenerPlan): void {
    const { protocol, routes } = listener;
    if (protocol !== 'http' && protocol !== 'https') return;
    if (!listener.usable || listener.clientPort === undefined || this.tables.has(routes)) return;
    const sharing = plan.listeners.filter((other) => other.usable && other.routes === routes);
    this.tables.set(routes, {
      plan,
      ownHosts: sharing.map((l) => l.hostname),
      portHosts: hostsOnPort(plan, listener),
      hosts: new Map(),
    });
  }

  /** Returns the names of the tables in which the route now stands, and its blocks. */
  add(route: ResolvedRoute, attachment: GatewayAttachment): { tables: string[]; blocks: RouteBlock[] } {
    const tables: string[] = [];
    const blocks: RouteBlock[] = [];
    for (const { listener, hosts } of attachment.listeners) {
      const table = this.tables.get(listener.routes);
      const { clientPort, protocol } = listener;
      if (!table || clientPort === undefined || !listener.usable || (protocol !== 'http' && protocol !== 'https')) continue;
      for (const host of hosts) {
        // Listener isolation: only the most specific listener answers for a host.
        if (mostSpecificCover(table.portHosts, host) !== listener.hostname) continue;
        const block = this.blockOf(route, attachment.plan, { scheme: protocol, clientPort });
        const at = table.hosts.get(host);
        if (!at) table.hosts.set(host, [block]);
        else if (!at.includes(block)) at.push(block);
        if (!blocks.includes(block)) blocks.push(block);
        if (!tables.includes(listener.routes)) tables.push(listener.routes);
      }
    }
    return { tables, blocks };
  }

  private blockOf(route: ResolvedRoute, plan: GatewayPlan, at: Pick<RouteContext, 'scheme' | 'clientPort'>): RouteBlock {
    const inner = innerOf(route, this.parents);
    const ofRoute = this.cache.blocks.get(route, [], () => new Memo());
    const upstreamOf = this.upstreams.get(plan) ?? plainUpstream;
    // Only where there are policies does it matter which Gateway it is.
    const own = upstreamOf === plainUpstream ? '' : plan.key;
    const dependencies = [
      this.clientPortOf(443),
      this.policies,
      plan.clientCertificate?.name,
      ...inner.flatMap((i) => [i.cluster, i.lines]),
    ];
    return ofRoute.get(`${at.scheme}:${at.clientPort}:${own}`, dependencies, () => {
      const context: RouteContext = { ...at, clientPortOf: this.clientPortOf, upstreamOf };
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
      for (const host of table.ownHosts) if (host !== ANY_HOST && !table.hosts.has(host)) table.hosts.set(host, []);
      const misdirected = table.portHosts.filter((host) => !table.ownHosts.includes(host) && !table.hosts.has(host));
      const cached = this.cache.tables.get(name, [], () => ({ hosts: new Memo(), order: { unsorted: [], sorted: [] } }));
      const unsorted = [...table.hosts.keys(), ...misdirected];
      if (!sameItems(cached.order.unsorted, unsorted)) cached.order = { unsorted, sorted: [...unsorted].sort() };
      const hosts = cached.order.sorted.map((host) => {
        const blocks = table.hosts.get(host);
        return blocks ? cached.hosts.get(host, blocks, () => hostTable(host, blocks)) : misdirectedTable(cached.hosts, host);
      });
      cached.hosts.endBuild();
      return this.cache.resources.get(`routes/${name}`, hosts, () => routeTable(name, hosts));
    });
  }
}

const MISDIRECTED = 'misdirected';

function misdirectedTable(hosts: Memo<HostTable>, host: string): HostTable {
  return hosts.get(host, [MISDIRECTED], () => misdirectedHost(host));
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
