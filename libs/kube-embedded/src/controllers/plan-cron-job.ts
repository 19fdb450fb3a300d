import { timestamp } from '@tidegate/kube';
import type { CronJob } from './cron-job-kind.js';
import { parseSchedule } from './cron-schedule.js';
import type { Job } from './job-kind.js';
import { isBeingDeleted, isControlledBy } from './owner.js';

export interface CronJobPlan {
  /** Epoch milliseconds of the time that is due now. */
  start: number | undefined;
  remove: Job[];
  status: NonNullable<CronJob['status']>;
  /** What is to be told: a run that was left out. */
  missed: { reason: string; message: string } | undefined;
  againInMs?: number;
}

const finishedAs = (job: Job): string | undefined =>
  job.status?.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True')?.type;
const madeAt = (job: Job): number => Date.parse(job.metadata?.creationTimestamp ?? '') || 0;
/** Kubernetes gives up to count what was missed. */
const MOST_MISSED = 100;

/** One step of a CronJob: starts what is due, removes what is old. Pure; `now` in epoch milliseconds. */
export function planCronJob(cronJob: CronJob, jobs: readonly Job[], now: number): CronJobPlan {
  const { spec, metadata } = cronJob;
  const own = jobs.filter((job) => isControlledBy(job, metadata?.uid));
  const active = own.filter((job) => finishedAs(job) === undefined && !isBeingDeleted(job));
  const completed = own.filter((job) => finishedAs(job) === 'Complete');
  const lastSuccess = completed.map((job) => job.status?.completionTime ?? '').sort().at(-1);
  const status: CronJobPlan['status'] = {
    ...cronJob.status,
    active: active.map((job) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      name: job.metadata?.name ?? '',
      namespace: job.metadata?.namespace ?? '',
      uid: job.metadata?.uid ?? '',
    })),
    ...(lastSuccess ? { lastSuccessfulTime: lastSuccess } : {}),
  };
  const plan: CronJobPlan = { start: undefined, remove: outdated(own, spec), status, missed: undefined };
  if (!spec || spec.suspend || isBeingDeleted(cronJob)) return plan;
  let due: { at: number | undefined; next: number | undefined };
  try {
    due = dueOf(cronJob, now);
  } catch (error) {
    return { ...plan, missed: { reason: 'UnparseableSchedule', message: `unparseable schedule: ${spec.schedule} : ${(error as Error).message}` } };
  }
  const again = due.next === undefined ? {} : { againInMs: Math.max(10, due.next - now) };
  if (due.at === undefined) return { ...plan, ...again };
  const late = spec.startingDeadlineSeconds !== undefined && due.at + spec.startingDeadlineSeconds * 1000 < now;
  if (late)
    return { ...plan, ...again, missed: { reason: 'MissSchedule', message: `Missed scheduled time to start a job: ${new Date(due.at).toUTCString()}` } };
  if (spec.concurrencyPolicy === 'Forbid' && active.length > 0)
    return { ...plan, ...again, missed: { reason: 'JobAlreadyActive', message: 'Not starting job because prior execution is running and concurrency policy is Forbid' } };
  if (spec.concurrencyPolicy === 'Replace') plan.remove.push(...active);
  return { ...plan, ...again, start: due.at, status: { ...status, lastScheduleTime: timestamp(due.at) } };
}

/** The latest time that is over and not yet served, and the next one to come. */
function dueOf({ spec, status, metadata }: CronJob, now: number): { at: number | undefined; next: number | undefined } {
  const schedule = parseSchedule(spec?.schedule ?? '', spec?.timeZone);
  let earliest = Date.parse(status?.lastScheduleTime ?? metadata?.creationTimestamp ?? '') || now;
  if (spec?.startingDeadlineSeconds !== undefined) earliest = Math.max(earliest, now - spec.startingDeadlineSeconds * 1000);
  let at: number | undefined;
  let next = schedule.next(earliest);
  for (let missed = 0; next !== undefined && next <= now; missed++) {
    at = next;
    next = schedule.next(missed > MOST_MISSED ? now - 24 * 3_600_000 : next);
    if (missed > MOST_MISSED && next !== undefined && next <= now && missed > MOST_MISSED * 20) break;
  }
  return { at, next };
}

function outdated(own: readonly Job[], spec: CronJob['spec']): Job[] {
  const beyond = (type: string, limit: number): Job[] => {
    const all = own.filter((job) => finishedAs(job) === type && !isBeingDeleted(job)).sort((a, b) => madeAt(a) - madeAt(b));
    return all.slice(0, Math.max(0, all.length - limit));
  };
  return [...beyond('Complete', spec?.successfulJobsHistoryLimit ?? 3), ...beyond('Failed', spec?.failedJobsHistoryLimit ?? 1)];
}
