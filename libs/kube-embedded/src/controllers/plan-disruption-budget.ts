import { type Pod, type PodDisruptionBudget, timestamp } from '@tidegate/kube';
import { isBeingDeleted } from './owner.js';
import { podIsReady } from './pod-state.js';

type Status = NonNullable<PodDisruptionBudget['status']>;
type Condition = NonNullable<Status['conditions']>[number];

/** As Kubernetes: a pod whose eviction was allowed and that is still there after this time did not go. */
const DISRUPTION_MS = 2 * 60_000;

export interface BudgetPlan {
  status: Status;
  againInMs?: number;
}

/** `whole`: pods of controllers as their owners want them, by which percentages and maxUnavailable are counted. */
function countedBy(budget: PodDisruptionBudget, pods: readonly Pod[], whole: number): { expectedPods: number; desiredHealthy: number } {
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  if (maxUnavailable !== undefined) return { expectedPods: whole, desiredHealthy: Math.max(0, whole - share(maxUnavailable, whole)) };
  if (typeof minAvailable === 'number') return { expectedPods: pods.length, desiredHealthy: minAvailable };
  return minAvailable === undefined ? { expectedPods: pods.length, desiredHealthy: 0 } : { expectedPods: whole, desiredHealthy: share(minAvailable, whole) };
}

/** Both ways a share is rounded up (policy: disruption.go). */
function share(value: number | string, whole: number): number {
  if (typeof value === 'number') return value;
  return Math.ceil((Number.parseInt(value, 10) * whole) / 100);
}

/** Evictions that were allowed and of which nothing is to be seen yet; gone when the pod is on its way out or stays. */
function underWay(budget: PodDisruptionBudget, pods: readonly Pod[], now: number): Record<string, string> {
  const byName = new Map(pods.map((pod) => [pod.metadata?.name, pod]));
  const entries = Object.entries(budget.status?.disruptedPods ?? {}).filter(([name, since]) => {
    const pod = byName.get(name);
    return pod !== undefined && !isBeingDeleted(pod) && now - Date.parse(since) < DISRUPTION_MS;
  });
  return Object.fromEntries(entries);
}

/** How many of the selected pods may go now. Pure; `now` in epoch milliseconds. */
export function planDisruptionBudget(budget: PodDisruptionBudget, pods: readonly Pod[], whole: number, now: number): BudgetPlan {
  const disrupted = underWay(budget, pods, now);
  const isHealthy = (pod: Pod): boolean => !isBeingDeleted(pod) && podIsReady(pod) && disrupted[pod.metadata?.name ?? ''] === undefined;
  const currentHealthy = pods.filter(isHealthy).length;
  const { expectedPods, desiredHealthy } = countedBy(budget, pods, whole);
  const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const generation = budget.metadata?.generation;
  const before = budget.status?.conditions?.find((condition) => condition.type === 'DisruptionAllowed');
  const state = disruptionsAllowed > 0 ? 'True' : 'False';
  const condition: Condition = {
    type: 'DisruptionAllowed',
    status: state,
    reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    lastTransitionTime: before?.status === state ? before.lastTransitionTime : timestamp(now),
  };
  const others = (budget.status?.conditions ?? []).filter(({ type }) => type !== 'DisruptionAllowed');
  const waits = Object.values(disrupted).map((since) => Date.parse(since) + DISRUPTION_MS - now);
  return {
    status: {
      conditions: [...others, condition],
      currentHealthy,
      desiredHealthy,
      disruptionsAllowed,
      expectedPods,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
    },
    ...(waits.length > 0 ? { againInMs: Math.max(10, Math.min(...waits)) } : {}),
  };
}
