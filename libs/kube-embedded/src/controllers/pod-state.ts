import type { Pod } from '@tidegate/kube';

export function podIsReady(pod: Pod): boolean {
  return pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false;
}

/** Epoch milliseconds since when the pod is Ready; undefined while it is not. */
export function podReadySince(pod: Pod): number | undefined {
  const ready = pod.status?.conditions?.find((c) => c.type === 'Ready' && c.status === 'True');
  return ready ? Date.parse(ready.lastTransitionTime ?? '') || 0 : undefined;
}

/** A pod counts as available once it was Ready for minReadySeconds. */
export function podIsAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  const since = podReadySince(pod);
  return since !== undefined && (minReadySeconds === 0 || now - since >= minReadySeconds * 1000);
}

/** Neither finished nor on its way out. */
export function podIsActive(pod: Pod): boolean {
  return pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed' && pod.metadata?.deletionTimestamp === undefined;
}

function restarts(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((c) => c.restartCount));
}

const PHASE_ORDER: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * Which of two pods goes first when a ReplicaSet shrinks (controller.ActivePodsWithRanks): unassigned, pending, not ready, cheaper by
 * controller.kubernetes.io/pod-deletion-cost, ready for less time, more restarts, younger.
 */
export function compareForDeletion(a: Pod, b: Pod): number {
  const steps: ((pod: Pod) => number)[] = [
    (p) => (p.spec?.nodeName ? 1 : 0),
    (p) => PHASE_ORDER[p.status?.phase ?? 'Pending'] ?? 0,
    (p) => (podIsReady(p) ? 1 : 0),
    (p) => Number(p.metadata?.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0,
    (p) => -(podReadySince(p) ?? 0),
    (p) => -restarts(p),
    (p) => -Date.parse(p.metadata?.creationTimestamp ?? ''),
  ];
  for (const step of steps) {
    const difference = step(a) - step(b);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return 0;
}
