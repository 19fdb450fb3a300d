import { type Pod, timestamp } from '@tidegate/kube';
import type { Job } from './job-kind.js';
import { isBeingDeleted, isControlledBy } from './owner.js';
import { podIsActive, podIsReady } from './pod-state.js';

type Condition = NonNullable<NonNullable<Job['status']>['conditions']>[number];

export interface JobPlan {
  create: number;
  remove: Pod[];
  /** The job has finished and its time to live is over. */
  removeJob: boolean;
  status: NonNullable<Job['status']>;
  againInMs?: number;
}

/** As Kubernetes: 10 s after the first failure, doubled, at most 6 min. */
const FAILURE_BACKOFF_MS = 10_000;
const MAX_BACKOFF_MS = 360_000;

/** One step of a Job: as many pods as may run, until enough have succeeded or too many have failed. Pure; `now` in epoch milliseconds. */
export function planJob(job: Job, pods: Pod[], now: number): JobPlan {
  const spec = job.spec ?? {};
  const own = pods.filter((p) => isControlledBy(p, job.metadata?.uid));
  const active = own.filter(podIsActive);
  const succeeded = own.filter((p) => p.status?.phase === 'Succeeded').length;
  const failed = own.filter((p) => p.status?.phase === 'Failed');
  const finished = (job.status?.conditions ?? []).find((c) => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True');
  const startTime = job.status?.startTime ?? (spec.suspend ? undefined : timestamp(now));
  const status: JobPlan['status'] = {
    ...job.status,
    ...(startTime === undefined ? {} : { startTime }),
    active: active.length,
    ready: active.filter(podIsReady).length,
    succeeded,
    failed: failed.length,
    terminating: own.filter(isBeingDeleted).length,
  };
  const plan: JobPlan = { create: 0, remove: [], removeJob: false, status };
  if (isBeingDeleted(job)) return plan;
  if (finished) return planAfterEnd(plan, spec.ttlSecondsAfterFinished, finished, active, now);
  if (spec.suspend) return { ...plan, remove: active };
  const verdict = verdictOf(job, succeeded, failed.length, startTime, now);
  if (verdict) {
    status.conditions = [...(job.status?.conditions ?? []), verdict];
    status.active = 0;
    if (verdict.type === 'Complete') status.completionTime = timestamp(now);
    return { ...plan, remove: active, againInMs: 10 };
  }
  const completions = spec.completions ?? spec.parallelism ?? 1;
  const room = Math.max(0, Math.min(spec.parallelism ?? 1, completions - succeeded) - active.length);
  const wait = failed.length === 0 ? 0 : lastEnd(failed) + Math.min(MAX_BACKOFF_MS, FAILURE_BACKOFF_MS * 2 ** (failed.length - 1)) - now;
  const deadline =
    spec.activeDeadlineSeconds === undefined || startTime === undefined
      ? Infinity
      : Date.parse(startTime) + spec.activeDeadlineSeconds * 1000 - now;
  const again = Math.min(room > 0 && wait > 0 ? wait : Infinity, deadline);
  return { ...plan, create: wait > 0 ? 0 : room, ...(Number.isFinite(again) ? { againInMs: Math.max(10, again) } : {}) };
}

function planAfterEnd(plan: JobPlan, ttlSeconds: number | undefined, finished: Condition, active: Pod[], now: number): JobPlan {
  if (ttlSeconds === undefined) return { ...plan, remove: active };
  const left = Date.parse(finished.lastTransitionTime ?? '') + ttlSeconds * 1000 - now;
  return { ...plan, remove: active, removeJob: left <= 0, ...(left > 0 ? { againInMs: left } : {}) };
}

function verdictOf(job: Job, succeeded: number, failed: number, startTime: string | undefined, now: number): Condition | undefined {
  const { completions, parallelism = 1, backoffLimit = 6, activeDeadlineSeconds } = job.spec ?? {};
  const at = { lastProbeTime: timestamp(now), lastTransitionTime: timestamp(now), status: 'True' };
  if (succeeded >= (completions ?? parallelism))
    return { type: 'Complete', ...at, reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
  if (failed > backoffLimit)
    return { type: 'Failed', ...at, reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  if (activeDeadlineSeconds !== undefined && startTime !== undefined && now - Date.parse(startTime) >= activeDeadlineSeconds * 1000) {
    return { type: 'Failed', ...at, reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  return undefined;
}

function lastEnd(failed: Pod[]): number {
  const ends = failed.flatMap((p) =>
    (p.status?.containerStatuses ?? []).map((c) => Date.parse(c.state?.terminated?.finishedAt ?? '') || 0),
  );
  return Math.max(0, ...ends);
}
