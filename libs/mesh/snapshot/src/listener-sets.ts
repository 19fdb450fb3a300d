import type { Namespace } from '@tidegate/kube';
import { GATEWAY_GROUP, type Gateway, type ListenerSet } from '@tidegate/mesh-contract';
import { namespaceIsAllowed } from './allowed-namespaces.js';
import { byAge, keyOf, objectKey, refOf } from './object-key.js';
import type { ObjectRef } from './snapshot.js';

/** Listeners that somebody else adds to a Gateway. */
export interface ListenerSetPlan {
  set: ListenerSet;
  ref: ObjectRef;
  key: string;
  /** Why none of its listeners count. */
  problem?: { reason: string; message: string };
}

/** The ListenerSets of each Gateway (namespace/name), the oldest first. */
export function setsByGateway(sets: readonly ListenerSet[]): Map<string, ListenerSet[]> {
  const found = new Map<string, ListenerSet[]>();
  for (const set of [...sets].sort(byAge)) {
    const { group = GATEWAY_GROUP, kind = 'Gateway', namespace, name } = set.spec.parentRef;
    if (group !== GATEWAY_GROUP || kind !== 'Gateway') continue;
    const key = keyOf(namespace ?? set.metadata?.namespace ?? '', name);
    const list = found.get(key);
    if (list) list.push(set);
    else found.set(key, [set]);
  }
  return found;
}

export function planListenerSet(set: ListenerSet, gateway: Gateway, namespace: Namespace | undefined): ListenerSetPlan {
  const ref = refOf('ListenerSet', set);
  const allowed = gateway.spec.allowedListeners?.namespaces;
  const isAllowed = namespaceIsAllowed(allowed ?? { from: 'None' }, 'None', gateway.metadata?.namespace ?? '', ref.namespace, namespace);
  const message = `Gateway ${objectKey(gateway)} does not take listeners from namespace ${ref.namespace}; see its allowedListeners.`;
  return { set, ref, key: objectKey(set), ...(isAllowed ? {} : { problem: { reason: 'NotAllowed', message } }) };
}
