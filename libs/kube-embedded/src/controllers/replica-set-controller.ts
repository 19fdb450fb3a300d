import { causeChain } from '@tidegate/kernel';
import { type Pod, type ReplicaSet, type RunningController, isNotFound, keyOf, kinds, splitKey, startController, selectorMatches } from '@tidegate/kube';
import type { ControllerContext } from './controller-context.js';
import { Expectations } from './expectations.js';
import { controllerKey, controllerOf, controllerRef } from './owner.js';
import { type ReplicaSetPlan, planReplicaSet } from './plan-replica-set.js';
import { podFromTemplate } from './pod-from-template.js';

/** Keeps as many pods as each ReplicaSet wants. */
export function startReplicaSetController(context: ControllerContext): RunningController {
  const { client, informers, events, clock, log, registry } = context;
  const sets = informers.informer(kinds.replicaSets);
  const pods = informers.informer(kinds.pods);
  const expectations = new Expectations(clock);

  async function reconcile(key: string): Promise<{ againInMs?: number } | void> {
    const { namespace, name } = splitKey(key);
    const set = sets.get(namespace, name);
    if (!set) return expectations.forget(key);
    const all = pods.list(namespace);
    const seen = new Set(all.map((p) => p.metadata?.uid ?? ''));
    const ending = new Set(all.filter((p) => p.metadata?.deletionTimestamp).map((p) => p.metadata?.uid ?? ''));
    if (!expectations.areMet(key, seen, ending)) return;
    const plan = planReplicaSet(set, all, clock.now());
    let failure: unknown;
    try {
      await apply(key, set, plan);
    } catch (error) {
      failure = error;
    }
    await writeStatus(set, plan, failure);
    if (failure !== undefined) throw failure;
    return plan.againInMs === undefined ? undefined : { againInMs: plan.againInMs };
  }

  async function apply(key: string, set: ReplicaSet, plan: ReplicaSetPlan): Promise<void> {
    const ref = controllerRef(kinds.replicaSets, set);
    for (const pod of plan.adopt) await patchOwners(pod, [...(pod.metadata?.ownerReferences ?? []), ref]);
    for (const pod of plan.release)
      await patchOwners(
        pod,
        (pod.metadata?.ownerReferences ?? []).filter((o) => o.uid !== set.metadata?.uid),
      );
    for (let i = 0; i < plan.create; i++) {
      const made = await client.create(kinds.pods, podFromTemplate(set.spec?.template, set, ref));
      expectations.created(key, made.metadata?.uid ?? '');
      events.record(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${made.metadata?.name}` });
    }
    for (const pod of plan.remove) {
      await client.delete(kinds.pods, pod.metadata?.name ?? '', pod.metadata?.namespace, { uid: pod.metadata?.uid ?? '' });
      expectations.deleted(key, pod.metadata?.uid ?? '');
      events.record(set, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata?.name}` });
    }
  }

  async function patchOwners(pod: Pod, ownerReferences: object[]): Promise<void> {
    const body = { metadata: { uid: pod.metadata?.uid, ownerReferences } };
    try {
      await client.patch(kinds.pods, pod.metadata?.name ?? '', pod.metadata?.namespace, { type: 'merge', body });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async function writeStatus(set: ReplicaSet, plan: ReplicaSetPlan, failure: unknown): Promise<void> {
    const others = (set.status?.conditions ?? []).filter((c) => c.type !== 'ReplicaFailure');
    const before = set.status?.conditions?.find((c) => c.type === 'ReplicaFailure');
    const failed = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: plan.create > 0 ? 'FailedCreate' : 'FailedDelete',
      message: causeChain(failure).slice(0, 1024),
    };
    const lastTransitionTime = before?.lastTransitionTime ?? new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const conditions = failure === undefined ? others : [...others, { ...failed, lastTransitionTime }];
    const status = { ...plan.status, ...(conditions.length > 0 ? { conditions } : {}) };
    if (conditions.length === 0) delete status.conditions;
    if (failure !== undefined) events.record(set, { type: 'Warning', reason: failed.reason, message: `Error creating: ${failed.message}` });
    if (sameStatus(set.status, status)) return;
    await client.replaceStatus(kinds.replicaSets, { ...set, status });
  }

  return startController({
    name: 'embedded.replicaset',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [
      { informer: sets, toKeys: (set) => [keyOf(set)] },
      {
        informer: pods,
        toKeys: (pod) => {
          if (pod.metadata?.deletionTimestamp) expectations.forgetCreated(pod.metadata.uid ?? '');
          if (controllerOf(pod)) return controllerKey('ReplicaSet')(pod);
          return sets
            .list(pod.metadata?.namespace)
            .filter((s) => selectorMatches(s.spec?.selector, pod.metadata?.labels))
            .map(keyOf);
        },
      },
    ],
  });
}

/** Absent numbers are zero on the wire. */
function sameStatus(a: ReplicaSet['status'], b: ReplicaSet['status']): boolean {
  const numbers = [
    'replicas',
    'fullyLabeledReplicas',
    'readyReplicas',
    'availableReplicas',
    'terminatingReplicas',
    'observedGeneration',
  ] as const;
  return (
    numbers.every((k) => (a?.[k] ?? 0) === (b?.[k] ?? 0)) && JSON.stringify(a?.conditions ?? []) === JSON.stringify(b?.conditions ?? [])
  );
}
