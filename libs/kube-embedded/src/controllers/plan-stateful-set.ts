import type { Pod, StatefulSet } from '@tidegate/kube';
import { isBeingDeleted, isControlledBy } from './owner.js';
import { podIsAvailable, podIsReady } from './pod-state.js';
import { templateHash } from './template-hash.js';

export const REVISION_LABEL = 'controller-revision-hash';

export interface StatefulSetPlan {
  /** Ordinals of pods to make. */
  create: number[];
  remove: Pod[];
  /** Revision that new pods carry. */
  revision: string;
  status: NonNullable<StatefulSet['status']>;
  againInMs?: number;
}

/** The number at the end of a pod's name; undefined for a pod that is not named after the set. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const prefix = `${set.metadata?.name}-`;
  const rest = pod.metadata?.name?.startsWith(prefix) ? pod.metadata.name.slice(prefix.length) : '';
  return /^\d+$/.test(rest) ? Number(rest) : undefined;
}

/**
 * One step of a StatefulSet. OrderedReady: a pod is made only when all before it are available, and one is removed (from the end, or
 * because its template is old) only when all others are; Parallel: everything at once, updates still one by one. Pure.
 */
export function planStatefulSet(set: StatefulSet, pods: Pod[], now: number): StatefulSetPlan {
  const { replicas = 1, minReadySeconds = 0, podManagementPolicy, updateStrategy, ordinals } = set.spec ?? {};
  const first = ordinals?.start ?? 0;
  const revision = `${set.metadata?.name}-${templateHash(set.spec?.template, 0)}`;
  const own = pods.filter((p) => isControlledBy(p, set.metadata?.uid) && ordinalOf(set, p) !== undefined);
  const byOrdinal = new Map(own.map((p) => [ordinalOf(set, p) ?? 0, p]));
  const wanted = Array.from({ length: replicas }, (_, i) => first + i);
  const plan: StatefulSetPlan = { create: [], remove: [], revision, status: statusOf(set, own, revision, now) };
  if (isBeingDeleted(set)) return plan;
  const ordered = podManagementPolicy !== 'Parallel';
  const settled = (p: Pod | undefined): boolean => p !== undefined && !isBeingDeleted(p) && podIsAvailable(p, minReadySeconds, now);
  // A pod that finished is made again under its own name.
  const finished = own.filter((p) => !isBeingDeleted(p) && (p.status?.phase === 'Failed' || p.status?.phase === 'Succeeded'));
  if (finished.length > 0) return { ...plan, remove: finished };
  for (const ordinal of wanted) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) plan.create.push(ordinal);
    if (ordered && !settled(pod)) break;
  }
  const allSettled = wanted.every((o) => settled(byOrdinal.get(o)));
  const surplus = own
    .filter((p) => !wanted.includes(ordinalOf(set, p) ?? -1))
    .sort((a, b) => (ordinalOf(set, b) ?? 0) - (ordinalOf(set, a) ?? 0));
  if (surplus.length > 0) {
    const live = surplus.filter((p) => !isBeingDeleted(p));
    plan.remove = !ordered ? live : allSettled && live.length === surplus.length ? live.slice(0, 1) : [];
    return plan;
  }
  if (allSettled && updateStrategy?.type !== 'OnDelete') {
    const partition = updateStrategy?.rollingUpdate?.partition ?? 0;
    const stale = [...wanted]
      .reverse()
      .find((o) => o - first >= partition && byOrdinal.get(o)?.metadata?.labels?.[REVISION_LABEL] !== revision);
    const pod = stale === undefined ? undefined : byOrdinal.get(stale);
    if (pod) plan.remove = [pod];
  }
  if (minReadySeconds > 0 && own.some((p) => podIsReady(p) && !podIsAvailable(p, minReadySeconds, now))) plan.againInMs = 1000;
  return plan;
}

function statusOf(set: StatefulSet, own: Pod[], revision: string, now: number): NonNullable<StatefulSet['status']> {
  const live = own.filter((p) => !isBeingDeleted(p));
  const updated = live.filter((p) => p.metadata?.labels?.[REVISION_LABEL] === revision);
  const before = set.status?.currentRevision ?? revision;
  const done = updated.length === live.length && live.length === (set.spec?.replicas ?? 1);
  const currentRevision = done ? revision : before;
  return {
    observedGeneration: set.metadata?.generation,
    replicas: own.length,
    readyReplicas: live.filter(podIsReady).length,
    availableReplicas: live.filter((p) => podIsAvailable(p, set.spec?.minReadySeconds ?? 0, now)).length,
    currentReplicas: live.filter((p) => p.metadata?.labels?.[REVISION_LABEL] === currentRevision).length,
    updatedReplicas: updated.length,
    currentRevision,
    updateRevision: revision,
    collisionCount: 0,
  };
}
