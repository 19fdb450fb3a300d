import type { ResourceType } from '@tidegate/mesh-snapshot';
import { wantedOf, type ProxyState } from './proxy-state.js';
import { RESOURCE_TYPES, type ResourceView } from './resource-view.js';

export type Confirmation = { state: 'held' } | { state: 'pending' } | { state: 'rejected'; message: string };

/**
 * Whether this proxy holds the view's form of a resource. A named resource that a fully settled proxy has not asked for is none of its
 * business (another Gateway's routes), and counts as held.
 */
export function confirmationOf(state: ProxyState, view: ResourceView, type: ResourceType, name: string, settled: boolean): Confirmation {
  const target = state.serves(type, name) ? view.get(type, name) : undefined;
  const known = state.types[type];
  if (!target) return known.held.has(name) ? { state: 'pending' } : { state: 'held' };
  const rejected = known.rejected.get(name);
  if (rejected?.version === target.version) return { state: 'rejected', message: rejected.message };
  if (known.held.get(name) === target.version) return { state: 'held' };
  const isUnasked = !known.wildcard && !known.subscribed.has(name);
  return isUnasked && settled ? { state: 'held' } : { state: 'pending' };
}

/** True when nothing is in flight and nothing is left to send; `quietMs` after the last route change, so that subscriptions have come. */
export function isSettled(state: ProxyState, view: ResourceView, now: number, quietMs: number): boolean {
  if (!state.types.cluster.asked || !state.types.listener.asked || now - state.routingAckedAt < quietMs) return false;
  return RESOURCE_TYPES.every((type) => {
    const known = state.types[type];
    if (known.inFlight) return false;
    for (const name of known.dirty) {
      if (!known.wildcard && !known.subscribed.has(name)) continue;
      const wanted = wantedOf(state, view, type, name);
      if (wanted.kind === 'resource' && known.held.get(name) !== wanted.resource.version) return false;
      if (wanted.kind === 'absent' && known.held.has(name)) return false;
    }
    return true;
  });
}
