import { type Pod, type PodDisruptionBudget, type RunningController, isConflict, isNotFound, keyOf, kinds, splitKey, startController, selectorMatches } from '@tidegate/kube';
import type { ControllerContext } from './controller-context.js';
import { controllerOf } from './owner.js';
import { type BudgetPlan, planDisruptionBudget } from './plan-disruption-budget.js';

/** Keeps in each budget's status how many of its pods may go. */
export function startDisruptionController(context: ControllerContext): RunningController {
  const { client, informers, events, clock, log, registry } = context;
  const budgets = informers.informer(kinds.podDisruptionBudgets);
  const pods = informers.informer(kinds.pods);
  const replicaSets = informers.informer(kinds.replicaSets);
  const deployments = informers.informer(kinds.deployments);
  const statefulSets = informers.informer(kinds.statefulSets);

  /** Replicas that the owner of a pod wants, with the owner's name; undefined for a pod that nobody keeps. */
  function ownerOf(pod: Pod): { id: string; replicas: number } | undefined {
    const owner = controllerOf(pod);
    const namespace = pod.metadata?.namespace;
    if (owner?.kind === 'StatefulSet') {
      const set = statefulSets.get(namespace, owner.name);
      return set && { id: owner.uid, replicas: set.spec?.replicas ?? 1 };
    }
    const set = owner?.kind === 'ReplicaSet' ? replicaSets.get(namespace, owner.name) : undefined;
    if (!set || !owner) return undefined;
    const above = controllerOf(set);
    const deployment = above?.kind === 'Deployment' ? deployments.get(namespace, above.name) : undefined;
    return deployment && above ? { id: above.uid, replicas: deployment.spec?.replicas ?? 1 } : { id: owner.uid, replicas: set.spec?.replicas ?? 1 };
  }

  async function reconcile(key: string): Promise<{ againInMs?: number } | void> {
    const { namespace, name } = splitKey(key);
    const budget = budgets.get(namespace, name);
    if (!budget) return;
    const selected = pods.list(namespace).filter((pod) => isCounted(pod) && selectorMatches(budget.spec?.selector, pod.metadata?.labels));
    const owners = selected.map(ownerOf);
    const byId = new Map(owners.flatMap((owner) => (owner ? [[owner.id, owner.replicas]] : [])));
    const whole = [...byId.values()].reduce((sum, replicas) => sum + replicas, 0);
    if (owners.includes(undefined) && typeof budget.spec?.minAvailable !== 'number')
      events.record(budget, {
        type: 'Warning',
        reason: 'UnmanagedPods',
        message:
          'Pods selected by this PodDisruptionBudget were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.',
      });
    const plan = planDisruptionBudget(budget, selected, whole, clock.now());
    await writeStatus(budget, plan);
    return plan.againInMs === undefined ? undefined : { againInMs: plan.againInMs };
  }

  async function writeStatus(budget: PodDisruptionBudget, { status }: BudgetPlan): Promise<void> {
    if (sameStatus(budget.status, status)) return;
    try {
      // An eviction may have been granted meanwhile: only this very version may be replaced.
      await client.replaceStatus(kinds.podDisruptionBudgets, { ...budget, status });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  return startController({
    name: 'embedded.disruption',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [
      { informer: budgets, toKeys: (budget) => [keyOf(budget)] },
      {
        informer: pods,
        toKeys: (pod) =>
          budgets
            .list(pod.metadata?.namespace)
            .filter((budget) => selectorMatches(budget.spec?.selector, pod.metadata?.labels))
            .map(keyOf),
      },
    ],
  });
}

const isCounted = (pod: Pod): boolean => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';

function sameStatus(a: PodDisruptionBudget['status'], b: PodDisruptionBudget['status']): boolean {
  const numbers = ['currentHealthy', 'desiredHealthy', 'disruptionsAllowed', 'expectedPods', 'observedGeneration'] as const;
  if (!a || !numbers.every((name) => (a[name] ?? 0) === (b?.[name] ?? 0))) return false;
  const names = (status: PodDisruptionBudget['status']): string => Object.keys(status?.disruptedPods ?? {}).sort().join(' ');
  return names(a) === names(b) && a.conditions?.length === b?.conditions?.length;
}
