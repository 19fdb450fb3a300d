import { DEFAULT_RETRY, type Json, type RouteContext, mirrorCluster, toEnvoyRoute } from './envoy-route.js';
import { DIALLED_HEADER } from './http-connection-manager.js';
import type { Entry, Line } from './lines.js';
import { type Precedence, comparePrecedence } from './precedence.js';
import type { ObjectRef, XdsResource } from './snapshot.js';
import type { ServiceTarget } from './service-target.js';

/** The Envoy routes of one route object in one place. */
export interface RouteBlock {
  ref: ObjectRef;
  entries: readonly { order: Precedence; routes: readonly Json[] }[];
  clusters: readonly ClusterUse[];
  /** Targets that have a policy. */
  policed: readonly ServiceTarget[];
  /** Routes of Services that were applied as well. */
  alsoOwnedBy: readonly ObjectRef[];
}

export interface ClusterUse {
  /** As in Snapshot.resources. */
  key: string;
  name: string;
  target: ServiceTarget;
  /** A second cluster to the same endpoints, for mirrored requests. */
  isCopy: boolean;
}

export function routeBlock(
  ref: ObjectRef,
  entries: readonly Entry[],
  context: RouteContext,
  alsoOwnedBy: readonly ObjectRef[] = [],
): RouteBlock {
  return {
    ref,
    entries: entries.map(({ order, lines }) => ({ order, routes: lines.map((line) => toEnvoyRoute(line, context)) })),
    clusters: clustersOf(entries.flatMap((entry) => entry.lines)),
    policed: policedOf(entries.flatMap((entry) => entry.lines)),
    alsoOwnedBy,
  };
}

function clustersOf(lines: readonly Line[]): ClusterUse[] {
  const uses = new Map<string, ClusterUse>();
  const add = (name: string, target: ServiceTarget) =>
    uses.set(name, { key: `cluster/${name}`, name, target, isCopy: name !== target.cluster });
  for (const { action } of lines) {
    if (action.type !== 'forward') continue;
    // Held requests go to the address that the activator names: a sleeping target needs no cluster of its own.
    if (!action.target.policy?.isHolding) add(action.target.cluster, action.target);
    for (const { target, rule } of action.effects.mirrors) {
      add(target.cluster, target);
      add(mirrorCluster(target, rule), target);
    }
  }
  return [...uses.values()];
}

function policedOf(lines: readonly Line[]): ServiceTarget[] {
  return [...new Set(lines.flatMap(({ action }) => (action.type === 'forward' && action.target.policy ? [action.target] : [])))];
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
