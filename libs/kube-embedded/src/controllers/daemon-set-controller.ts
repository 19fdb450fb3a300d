import { type Pod, type RunningController, isNotFound, keyOf, kinds, splitKey, startController } from '@tidegate/kube';
import type { ControllerContext } from './controller-context.js';
import { type DaemonSet, daemonSets } from './daemon-set-kind.js';
import { Expectations } from './expectations.js';
import { controllerKey, controllerRef } from './owner.js';
import { DAEMON_REVISION, DAEMON_TOLERATIONS, type DaemonSetPlan, planDaemonSet } from './plan-daemon-set.js';
import { podFromTemplate } from './pod-from-template.js';
import { keepRevisions } from './revisions.js';

/** Keeps one pod on each node that a DaemonSet wants. */
export function startDaemonSetController(context: ControllerContext): RunningController {
  const { client, informers, events, clock, log, registry } = context;
  const sets = informers.informer(daemonSets);
  const nodes = informers.informer(kinds.nodes);
  const pods = informers.informer(kinds.pods);
  const expectations = new Expectations(clock);

  async function reconcile(key: string): Promise<{ againInMs?: number } | void> {
    const { namespace, name } = splitKey(key);
    const set = sets.get(namespace, name);
    if (!set) return expectations.forget(key);
    const all = pods.list(namespace);
    const uids = (list: readonly Pod[]): Set<string> => new Set(list.map((pod) => pod.metadata?.uid ?? ''));
    if (!expectations.areMet(key, uids(all), uids(all.filter((pod) => pod.metadata?.deletionTimestamp)))) return;
    const plan = planDaemonSet(set, nodes.list(), all, clock.now());
    if (!set.metadata?.deletionTimestamp)
      await keepRevisions(context, { kind: daemonSets, owner: set, template: set.spec?.template, hash: plan.hash, limit: set.spec?.revisionHistoryLimit ?? 10 });
    for (const node of plan.create) await create(key, set, node, plan.hash);
    for (const pod of plan.remove) await remove(key, set, pod);
    await writeStatus(set, plan);
    return plan.againInMs === undefined ? undefined : { againInMs: plan.againInMs };
  }

  async function create(key: string, set: DaemonSet, node: string, hash: string): Promise<void> {
    const pod = podFromTemplate(set.spec?.template, set, controllerRef(daemonSets, set));
    const spec = pod.spec ?? { containers: [] };
    const made = await client.create(kinds.pods, {
      metadata: { ...pod.metadata, labels: { ...pod.metadata?.labels, [DAEMON_REVISION]: hash, 'pod-template-generation': String(set.metadata?.generation ?? 1) } },
      spec: { ...spec, nodeName: node, tolerations: [...(spec.tolerations ?? []), ...DAEMON_TOLERATIONS] },
    });
    expectations.created(key, made.metadata?.uid ?? '');
    events.record(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${made.metadata?.name}` });
  }

  async function remove(key: string, set: DaemonSet, pod: Pod): Promise<void> {
    await client.delete(kinds.pods, pod.metadata?.name ?? '', pod.metadata?.namespace, { uid: pod.metadata?.uid ?? '' });
    expectations.deleted(key, pod.metadata?.uid ?? '');
    events.record(set, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata?.name}` });
  }

  async function writeStatus(set: DaemonSet, plan: DaemonSetPlan): Promise<void> {
    const before: Record<string, unknown> = { ...set.status };
    if (Object.entries(plan.status).every(([name, value]) => (before[name] ?? 0) === value)) return;
    const { name = '', namespace, uid } = set.metadata ?? {};
    try {
      await client.patch(daemonSets, name, namespace, { type: 'merge', body: { metadata: { uid }, status: plan.status } }, { subresource: 'status' });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  return startController({
    name: 'embedded.daemonset',
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
          return controllerKey('DaemonSet')(pod);
        },
      },
      { informer: nodes, toKeys: () => sets.list().map(keyOf) },
    ],
  });
}
