import type { ResourceType } from '@tidegate/mesh-snapshot';
import { isRelevant, wantedOf, type ProxyState } from './proxy-state.js';
import { RESOURCE_TYPES, type EncodedResource, type ResourceView } from './resource-view.js';

export interface Push {
  type: ResourceType;
  nonce: string;
  resources: readonly EncodedResource[];
  removed: readonly string[];
}

export interface PushTimes {
  now: number;
  /** Between the last acknowledged route change and removals: requests that chose the old route are on their way. Milliseconds. */
  settleMs: number;
}

/** One response stays below this, so that a proxy with small limits and a slow reader are not flooded. */
const RESPONSE_BYTES = 2_000_000;

interface Difference {
  upserts: EncodedResource[];
  /** Asked for by name and not there: told at once. */
  answers: string[];
  /** Held and no longer wanted. */
  removals: string[];
  /** Endpoints that are held and become empty: a removal as well, since what routes name must not lose its last endpoint before them. */
  emptied: EncodedResource[];
}

type Differences = Record<ResourceType, Difference>;

/**
 * What to send now. At most one response of each type is in flight. The order that lost no request when it was measured:
 *
 *   endpoints are answered at any time ─► clusters, and their endpoints again ─► ACK: the clusters are warm
 *     ─► routes, scopes, listeners ─► ACK ─► listeners, scopes, then routes that are gone ─► ACK
 *     ─► settleMs ─► clusters that are gone ─► endpoints that are gone or that are none now
 *
 * A proxy that refused a resource does not hold up its other resources. `againInMs` asks to be called again when only time is missing.
 */
export function nextPushes(state: ProxyState, view: ResourceView, times: PushTimes): { pushes: Push[]; againInMs?: number } {
  const differences = Object.fromEntries(RESOURCE_TYPES.map((type) => [type, differenceOf(state, view, type)])) as Differences;
  const pushes: Push[] = [];
  const push = (type: ResourceType, resources: EncodedResource[], removed: string[]): void => {
    const sent = send(state, type, resources, removed);
    if (sent) pushes.push(sent);
  };
  const idle = (type: ResourceType): boolean => state.types[type].inFlight === undefined && differences[type].upserts.length === 0;

  const clustersSettled = idle('cluster');
  push('cluster', differences.cluster.upserts, differences.cluster.answers);
  // A changed cluster warms only once its endpoints arrive again, and a second cluster with known endpoints sends no subscription.
  const inFlight = state.types.cluster.inFlight;
  if (pushes.length > 0) addEndpointsAgain(state, view, differences.endpoints, inFlight?.resources ?? []);
  push('secret', differences.secret.upserts, differences.secret.answers);
  push('endpoints', differences.endpoints.upserts, differences.endpoints.answers);
  if (!clustersSettled) return { pushes };

  const routingSettled = idle('routes') && idle('scope') && idle('listener');
  for (const type of ['routes', 'scope', 'listener'] as const) push(type, differences[type].upserts, differences[type].answers);
  if (!routingSettled) return { pushes };
  return removeInOrder(state, differences, push, pushes, times);
}

function removeInOrder(
  state: ProxyState,
  differences: Differences,
  push: (type: ResourceType, resources: EncodedResource[], removed: string[]) => void,
  pushes: Push[],
  { now, settleMs }: PushTimes,
): { pushes: Push[]; againInMs?: number } {
  const steps: ResourceType[][] = [['listener', 'scope'], ['routes'], ['cluster'], ['endpoints', 'secret']];
  for (const step of steps) {
    const pending = step.filter((type) => isShrinking(differences[type]) || removalInFlight(state, type));
    if (pending.length === 0) continue;
    const waitMs = state.routingAckedAt + settleMs - now;
    if (!step.includes('listener') && !step.includes('routes') && waitMs > 0) return { pushes, againInMs: waitMs };
    for (const type of pending) push(type, differences[type].emptied, differences[type].removals);
    break;
  }
  return { pushes };
}

const isShrinking = ({ removals, emptied }: Difference): boolean => removals.length > 0 || emptied.length > 0;
const removalInFlight = (state: ProxyState, type: ResourceType): boolean => (state.types[type].inFlight?.removed.length ?? 0) > 0;

/** Compares the dirty names of a type and forgets those that are as they should be. */
function differenceOf(state: ProxyState, view: ResourceView, type: ResourceType): Difference {
  const known = state.types[type];
  const difference: Difference = { upserts: [], answers: [], removals: [], emptied: [] };
  if (!known.asked) return difference;
  for (const name of known.dirty) {
    if (!isRelevant(known, name)) {
      known.held.delete(name);
      known.dirty.delete(name);
      continue;
    }
    // A refusal is about one form of the resource; another form is tried.
    if (known.rejected.get(name)?.version !== view.get(type, name)?.version) known.rejected.delete(name);
    const wanted = wantedOf(state, view, type, name);
    const owed = known.owed.has(name);
    if (wanted.kind === 'resource' && (owed || known.held.get(name) !== wanted.resource.version)) {
      const list = wanted.resource.isEmpty && !owed && known.held.has(name) ? difference.emptied : difference.upserts;
      list.push(wanted.resource);
    } else if (wanted.kind === 'absent' && known.held.has(name)) {
      difference.removals.push(name);
    } else if (owed && wanted.kind !== 'resource') {
      difference.answers.push(name);
    } else if (!known.inFlight) {
      known.dirty.delete(name);
    }
  }
  return difference;
}

function addEndpointsAgain(state: ProxyState, view: ResourceView, difference: Difference, clusters: readonly EncodedResource[]): void {
  const known = state.types.endpoints;
  const listed = new Set(difference.upserts.map((resource) => resource.name));
  for (const { endpointsName } of clusters) {
    if (endpointsName === undefined || !known.subscribed.has(endpointsName)) continue;
    known.owed.add(endpointsName);
    known.dirty.add(endpointsName);
    const wanted = wantedOf(state, view, 'endpoints', endpointsName);
    if (wanted.kind !== 'resource' || listed.has(endpointsName)) continue;
    listed.add(endpointsName);
    difference.upserts.push(wanted.resource);
  }
}

function send(state: ProxyState, type: ResourceType, upserts: EncodedResource[], removed: string[]): Push | undefined {
  const known = state.types[type];
  if (!known.asked || known.inFlight) return undefined;
  const resources = chosen(known.trials, upserts);
  if (resources.length === 0 && removed.length === 0 && !known.owesEmptyAnswer) return undefined;
  const nonce = String(state.nextNonce++);
  known.owesEmptyAnswer = false;
  known.inFlight = { nonce, resources, removed };
  for (const { name } of resources) known.owed.delete(name);
  for (const name of removed) known.owed.delete(name);
  return { type, nonce, resources, removed };
}

/** The next group that is tried apart, if any; else as much as one response may hold. */
function chosen(trials: string[][], upserts: readonly EncodedResource[]): EncodedResource[] {
  for (let group = trials.shift(); group; group = trials.shift()) {
    const names = new Set(group);
    const pending = upserts.filter((resource) => names.has(resource.name));
    if (pending.length > 0) return pending;
  }
  let bytes = 0;
  const fits = upserts.findIndex((resource) => (bytes += resource.bytes.length) > RESPONSE_BYTES);
  return fits < 0 ? [...upserts] : upserts.slice(0, Math.max(1, fits));
}
