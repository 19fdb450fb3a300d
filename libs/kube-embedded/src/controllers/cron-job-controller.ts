import { type RunningController, isAlreadyExists, isNotFound, keyOf, splitKey, startController } from '@tidegate/kube';
import type { ControllerContext } from './controller-context.js';
import { type CronJob, cronJobs } from './cron-job-kind.js';
import { type Job, jobs } from './job-kind.js';
import { controllerKey, controllerRef } from './owner.js';
import { type CronJobPlan, planCronJob } from './plan-cron-job.js';

const MINUTE_MS = 60_000;

/** Starts Jobs by the clock. */
export function startCronJobController(context: ControllerContext): RunningController {
  const { client, informers, events, clock, log, registry } = context;
  const informer = informers.informer(cronJobs);
  const made = informers.informer(jobs);

  async function reconcile(key: string): Promise<{ againInMs?: number } | void> {
    const { namespace, name } = splitKey(key);
    const cronJob = informer.get(namespace, name);
    if (!cronJob) return;
    const plan = planCronJob(cronJob, made.list(namespace), clock.now());
    for (const job of plan.remove)
      await client.delete(jobs, job.metadata?.name ?? '', namespace, { uid: job.metadata?.uid ?? '', propagationPolicy: 'Background' });
    if (plan.start !== undefined) await start(cronJob, plan.start);
    if (plan.missed) events.record(cronJob, { type: plan.missed.reason === 'JobAlreadyActive' ? 'Normal' : 'Warning', ...plan.missed });
    await writeStatus(cronJob, plan);
    return plan.againInMs === undefined ? undefined : { againInMs: plan.againInMs };
  }

  /** The time is in the name, so that one time starts one Job whatever the cache knows. */
  async function start(cronJob: CronJob, at: number): Promise<void> {
    const { name = '', namespace } = cronJob.metadata ?? {};
    const { metadata, spec } = cronJob.spec?.jobTemplate ?? {};
    const job: Job = {
      metadata: {
        name: `${name}-${Math.floor(at / MINUTE_MS)}`,
        namespace,
        ...(metadata?.labels ? { labels: metadata.labels } : {}),
        annotations: { ...metadata?.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': new Date(at).toISOString().replace('.000', '') },
        ownerReferences: [controllerRef(cronJobs, cronJob)],
      },
      ...(spec ? { spec } : {}),
    };
    try {
      await client.create(jobs, job);
      events.record(cronJob, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created job ${job.metadata?.name}` });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }

  async function writeStatus(cronJob: CronJob, { status }: CronJobPlan): Promise<void> {
    const namesOf = (of: CronJob['status']): string => (of?.active ?? []).map((job) => job.name).sort().join(' ');
    const before = cronJob.status;
    const isSame = before?.lastScheduleTime === status.lastScheduleTime && before?.lastSuccessfulTime === status.lastSuccessfulTime;
    if (isSame && namesOf(before) === namesOf(status)) return;
    const { name = '', namespace, uid } = cronJob.metadata ?? {};
    try {
      await client.patch(cronJobs, name, namespace, { type: 'merge', body: { metadata: { uid }, status } }, { subresource: 'status' });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  return startController({
    name: 'embedded.cronjob',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [
      { informer, toKeys: (cronJob) => [keyOf(cronJob)] },
      { informer: made, toKeys: controllerKey('CronJob') },
    ],
  });
}
