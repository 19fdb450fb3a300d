import type { CronJob } from './cron-job-kind.js';
import type { Job } from './job-kind.js';
import { planCronJob } from './plan-cron-job.js';

const now = Date.parse('2024-01-01T00:10:30Z');
const cronJob = (spec: Partial<NonNullable<CronJob['spec']>> = {}, status: CronJob['status'] = {}): CronJob => ({
  metadata: { name: 'c', namespace: 'n', uid: 'u', creationTimestamp: '2024-01-01T00:09:00Z' },
  spec: { schedule: '* * * * *', jobTemplate: {}, ...spec },
  status,
});
const job = (name: string, type?: 'Complete' | 'Failed'): Job => ({
  metadata: { name, uid: name, creationTimestamp: `2024-01-01T00:0${name}:00Z`, ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'c', uid: 'u', controller: true }] },
  status: { conditions: type ? [{ type, status: 'True' }] : [], ...(type === 'Complete' ? { completionTime: `2024-01-01T00:0${name}:30Z` } : {}) },
});
const started = ({ start }: { start: number | undefined }): string | undefined => (start === undefined ? undefined : new Date(start).toISOString());

describe('a CronJob', () => {
  it('starts the latest time that is over, once', () => {
    expect(started(planCronJob(cronJob(), [], now))).toBe('2024-01-01T00:10:00.000Z');
    const served = planCronJob(cronJob({}, { lastScheduleTime: '2024-01-01T00:10:00Z' }), [], now);
    expect(served).toMatchObject({ start: undefined, againInMs: 30_000 });
  });

  it.each([
    { name: 'suspended', spec: { suspend: true }, jobs: [], start: undefined, missed: undefined },
    { name: 'too late', spec: { startingDeadlineSeconds: 10 }, jobs: [], start: undefined, missed: undefined },
    { name: 'forbidden while one runs', spec: { concurrencyPolicy: 'Forbid' }, jobs: [job('8')], start: undefined, missed: 'JobAlreadyActive' },
    { name: 'replaces the one that runs', spec: { concurrencyPolicy: 'Replace' }, jobs: [job('8')], start: '2024-01-01T00:10:00.000Z', missed: undefined },
    { name: 'bad schedule', spec: { schedule: 'x' }, jobs: [], start: undefined, missed: 'UnparseableSchedule' },
  ])('$name', ({ spec, jobs, start, missed }) => {
    const plan = planCronJob(cronJob(spec), jobs, now);
    expect(started(plan)).toBe(start);
    expect(plan.missed?.reason).toBe(missed);
    expect(plan.remove).toHaveLength(spec.concurrencyPolicy === 'Replace' ? 1 : 0);
  });

  it('keeps the newest of what has ended, and says when it last succeeded', () => {
    const jobs = [job('1', 'Complete'), job('2', 'Complete'), job('3', 'Failed'), job('4', 'Failed'), job('5')];
    const plan = planCronJob(cronJob({ suspend: true, successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 }), jobs, now);
    expect(plan.remove.map((j) => j.metadata?.name)).toEqual(['1', '3', '4']);
    expect(plan.status).toMatchObject({ lastSuccessfulTime: '2024-01-01T00:02:30Z', active: [{ name: '5' }] });
  });
});
