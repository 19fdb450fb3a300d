import { DEFAULT_RETRY, type Json, type RouteContext, mirrorCluster, toEnvoyRoute } from './envoy-route.js';
import { DIALLED_HEADER } from './http-connection-manager.js';
import type { Entry, Line } from './lines.js';
import { type Precedence, comparePrecedence } from './precedence.js';
import type { ObjectRef, XdsResource } from './snapshot.js';
import type { ServiceTarget } from './service-target.js';
import type { Upstream } from './upstreams.js';

/** The Envoy routes of one route object in one place. */
export interface RouteBlock {
  ref: ObjectRef;
  entries: readonly { order: Precedence; routes: readonly Json[] }[];
  clusters: readonly ClusterUse[];
  /** Everything that the routes may reach. */
  targets: readonly ServiceTarget[];
  /** Routes of Services that were applied as well. */
  alsoOwnedBy: readonly ObjectRef[];
}

export interface ClusterUse {
  /** As in Snapshot.resources. */
  key: string;
  name: string;
  target: ServiceTarget;
  /** Another cluster to the same endpoints, for mirrored requests or by TLS. */
  isCopy: boolean;
  tls?: Upstream['tls'];
}

export function routeBlock(
  ref: ObjectRef,
  entries: readonly Entry[],
  context: RouteContext,
  alsoOwnedBy: readonly ObjectRef[] = [],
): RouteBlock {
  const lines = entries.flatMap((entry) => entry.lines);
  return {
    ref,
    entries: entries.map(({ order, lines: own }) => ({ order, routes: own.map((line) => toEnvoyRoute(line, context)) })),
    clusters: clustersOf(lines, context),
    targets: targetsOf(lines),
    alsoOwnedBy,
  };
}

function clustersOf(lines: readonly Line[], { upstreamOf }: RouteContext): ClusterUse[] {
  const uses = new Map<string, ClusterUse>();
  const add = (cluster: string, target: ServiceTarget) => {
    const upstream = upstreamOf(target);
    if (!upstream) return;
    const name = `${cluster}${upstream.suffix}`;
    uses.set(name, { key: `cluster/${name}`, name, target, isCopy: name !== target.cluster, tls: upstream.tls });
  };
  for (const { action } of lines) {
    if (action.type !== 'forward') continue;
    // Held requests go to the address that the activator names: a sleeping target needs no cluster of its own.
    if (!action.target.policy?.isHolding) add(action.target.cluster, action.target);
    for (const { target, rule } of action.effects.mirrors) add(mirrorCluster(target, rule), target);
  }
  return [...uses.values()];
}

function targetsOf(lines: readonly Line[]): ServiceTarget[] {
  const targets = new Set<ServiceTarget>();
  for (const { action } of lines) {
    if (action.type !== 'forward') continue;
    targets.add(action.target);
    for (const { target } of action.effects.mirrors) targets.add(target);
  }
  return [...targets];
}

/** All routes of one host, in the order of the Gateway API. */
export interface HostTable {
  virtualHost: Json;
  owners: readonly ObjectRef[];
}

export function hostTable(domain: string, blocks: readonly RouteBlock[]): HostTable {
  const entries = blocks.flatMap((block) => block.entries);
  if (blocks.length > 1 || entries.length > 1) entries.sort((a, b) => comparePrecedence(a.order, b.order));
  return {
    virtualHost: { name: domain, domains: [domain], routes: entries.flatMap((entry) => entry.routes), retry_policy: DEFAULT_RETRY },
    owners: blocks.flatMap((block) => [block.ref, ...block.alsoOwnedBy]),
  };
}

/** A host of another listener on the port: the connection was opened for somebody else, and the client is to open another (RFC 9110, 15.5.20). */
export function misdirectedHost(domain: string): HostTable {
  const answer = { direct_response: { status: 421, body: { inline_string: 'this connection was opened for another host\n' } } };
  return {
    virtualHost: { name: domain, domains: [domain], routes: [{ name: 'misdirected', match: { prefix: '/' }, ...answer }] },
    owners: [],
  };
}

/** Clusters arrive before routes, and a refused cluster must not take the routes with it: they are not checked against each other. */
export function routeTable(name: string, hosts: readonly HostTable[], moreOwners: readonly ObjectRef[] = []): XdsResource {
  const owners = new Map<string, ObjectRef>();
  for (const owner of [...moreOwners, ...hosts.flatMap((host) => host.owners)]) {
    owners.set(`${owner.kind}/${owner.namespace}/${owner.name}`, owner);
  }
  const body: Json = {
    name,
    virtual_hosts: hosts.map((host) => host.virtualHost),
    request_headers_to_remove: [DIALLED_HEADER, 'x-envoy-external-address'],
    validate_clusters: false,
    // The host keeps its port for the backend, which may build links from it.
    ignore_port_in_host_matching: true,
  };
  return { type: 'routes', name, body, owners: [...owners.values()] };
}
