import { type RunningController, isNotFound, keyOf, kinds, splitKey, startController } from '@tidegate/kube';
import type { ControllerContext } from './controller-context.js';
import { Expectations } from './expectations.js';
import { type Job, jobs } from './job-kind.js';
import { controllerKey, controllerRef } from './owner.js';
import { type JobPlan, planJob } from './plan-job.js';
import { podFromTemplate } from './pod-from-template.js';

/** Runs Jobs to their end. */
export function startJobController(context: ControllerContext): RunningController {
  const { client, informers, events, clock, log, registry } = context;
  const informer = informers.informer(jobs);
  const pods = informers.informer(kinds.pods);
  const expectations = new Expectations(clock);

  async function reconcile(key: string): Promise<{ againInMs?: number } | void> {
    const { namespace, name } = splitKey(key);
    const job = informer.get(namespace, name);
    if (!job) return expectations.forget(key);
    const all = pods.list(namespace);
    const uids = (list: typeof all): Set<string> => new Set(list.map((p) => p.metadata?.uid ?? ''));
    if (!expectations.areMet(key, uids(all), uids(all.filter((p) => p.metadata?.deletionTimestamp)))) return;
    const plan = planJob(job, all, clock.now());
    for (let i = 0; i < plan.create; i++) await create(key, job);
    for (const pod of plan.remove) await client.delete(kinds.pods, pod.metadata?.name ?? '', namespace, { uid: pod.metadata?.uid ?? '' });
    await writeStatus(job, plan);
    if (plan.removeJob) await client.delete(jobs, name, namespace, { uid: job.metadata?.uid ?? '', propagationPolicy: 'Background' });
    return plan.againInMs === undefined ? undefined : { againInMs: plan.againInMs };
  }

  async function create(key: string, job: Job): Promise<void> {
    const pod = podFromTemplate(job.spec?.template, job, controllerRef(jobs, job));
    const { name = '', uid = '' } = job.metadata ?? {};
    const own = {
      'batch.kubernetes.io/job-name': name,
      'job-name': name,
      'batch.kubernetes.io/controller-uid': uid,
      'controller-uid': uid,
    };
    const made = await client.create(kinds.pods, { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata?.labels, ...own } } });
    expectations.created(key, made.metadata?.uid ?? '');
    events.record(job, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${made.metadata?.name}` });
  }

  async function writeStatus(job: Job, plan: JobPlan): Promise<void> {
    const numbers = ['active', 'ready', 'succeeded', 'failed', 'terminating'] as const;
    const same = numbers.every((k) => (job.status?.[k] ?? 0) === (plan.status[k] ?? 0));
    if (same && job.status?.startTime === plan.status.startTime && job.status?.conditions?.length === plan.status.conditions?.length)
      return;
    const { name = '', namespace, uid } = job.metadata ?? {};
    try {
      await client.patch(
        jobs,
        name,
        namespace,
        { type: 'merge', body: { metadata: { uid }, status: plan.status } },
        { subresource: 'status' },
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    const verdict = plan.status.conditions?.at(-1);
    if (!verdict || job.status?.conditions?.length === plan.status.conditions?.length) return;
    const [type, reason, message] =
      verdict.type === 'Complete'
        ? (['Normal', 'Completed', 'Job completed'] as const)
        : (['Warning', verdict.reason ?? '', verdict.message ?? ''] as const);
    events.record(job, { type, reason, message });
  }

  return startController({
    name: 'embedded.job',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [
      { informer, toKeys: (job) => [keyOf(job)] },
      { informer: pods, toKeys: controllerKey('Job') },
    ],
  });
}
