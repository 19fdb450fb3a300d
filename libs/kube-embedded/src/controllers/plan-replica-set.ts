import { type Pod, type ReplicaSet, selectorMatches } from '@tidegate/kube';
import { controllerOf, isBeingDeleted, isControlledBy } from './owner.js';
import { compareForDeletion, podIsActive, podIsAvailable, podIsReady, podReadySince } from './pod-state.js';

/** Pods made or removed in one round; the next round goes on. */
export const BURST = 50;

export interface ReplicaSetPlan {
  /** Pods that match and have no controller. */
  adopt: Pod[];
  /** Own pods that match no more. */
  release: Pod[];
  create: number;
  remove: Pod[];
  status: NonNullable<ReplicaSet['status']>;
  /** When a pod becomes available without any event, milliseconds from now. */
  againInMs?: number;
}

/** Decides for one ReplicaSet over all pods of its namespace. Pure; `now` in epoch milliseconds. */
export function planReplicaSet(set: ReplicaSet, pods: Pod[], now: number): ReplicaSetPlan {
  const { selector, replicas = 1, minReadySeconds = 0, template } = set.spec ?? {};
  const uid = set.metadata?.uid;
  const ending = isBeingDeleted(set);
  const live = pods.filter(podIsActive);
  const matching = live.filter((p) => selectorMatches(selector, p.metadata?.labels));
  const owned = matching.filter((p) => isControlledBy(p, uid));
  const adopt = ending ? [] : matching.filter((p) => controllerOf(p) === undefined);
  const release = ending ? [] : live.filter((p) => isControlledBy(p, uid) && !selectorMatches(selector, p.metadata?.labels));
  const mine = [...owned, ...adopt];
  const difference = replicas - mine.length;
  const templateLabels = Object.entries(template?.metadata?.labels ?? {});
  const available = mine.filter((p) => podIsAvailable(p, minReadySeconds, now));
  const waits = mine.flatMap((p) => {
    const since = podReadySince(p);
    return since === undefined || available.includes(p) ? [] : [since + minReadySeconds * 1000 - now];
  });
  return {
    adopt,
    release,
    create: ending ? 0 : Math.min(BURST, Math.max(0, difference)),
    remove: ending || difference >= 0 ? [] : [...mine].sort(compareForDeletion).slice(0, Math.min(BURST, -difference)),
    status: {
      replicas: mine.length,
      fullyLabeledReplicas: mine.filter((p) => templateLabels.every(([k, v]) => p.metadata?.labels?.[k] === v)).length,
      readyReplicas: mine.filter(podIsReady).length,
      availableReplicas: available.length,
      terminatingReplicas: pods.filter((p) => isControlledBy(p, uid) && isBeingDeleted(p)).length,
      observedGeneration: set.metadata?.generation,
      ...(set.status?.conditions ? { conditions: set.status.conditions } : {}),
    },
    ...(waits.length === 0 ? {} : { againInMs: Math.max(10, Math.min(...waits)) }),
  };
}
