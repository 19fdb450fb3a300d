import type { Pod } from '@tidegate/kube';
import type { Job } from './job-kind.js';
import { planJob } from './plan-job.js';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const job = (spec: Job['spec'] = {}, status?: Job['status']): Job => ({
  metadata: { name: 'j', namespace: 'n', uid: 'j' },
  spec,
  ...(status ? { status } : {}),
});
const pod = (phase: string, endedAgoMs = 0): Pod => ({
  metadata: { name: phase, ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'j', controller: true }] },
  status: {
    phase,
    containerStatuses: [
      {
        name: 'c',
        image: '',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { terminated: { exitCode: 1, finishedAt: new Date(NOW - endedAgoMs).toISOString() } },
      },
    ],
  },
});

const rows: { name: string; spec?: Job['spec']; pods: Pod[]; expected: object }[] = [
  { name: 'starts one', pods: [], expected: { create: 1, status: { active: 0, startTime: '2026-01-01T01:00:00Z' } } },
  {
    name: 'runs as many as it may',
    spec: { parallelism: 3, completions: 5 },
    pods: [pod('Running'), pod('Succeeded')],
    expected: { create: 2 },
  },
  { name: 'starts no more than are left', spec: { parallelism: 3, completions: 2 }, pods: [pod('Succeeded')], expected: { create: 1 } },
  { name: 'waits after a failure', pods: [pod('Failed', 4000)], expected: { create: 0, againInMs: 6000 } },
  {
    name: 'waits twice as long after the second',
    pods: [pod('Failed', 4000), pod('Failed', 30_000)],
    expected: { create: 0, againInMs: 16_000 },
  },
  { name: 'tries again', pods: [pod('Failed', 11_000)], expected: { create: 1 } },
  {
    name: 'gives up',
    spec: { backoffLimit: 0 },
    pods: [pod('Failed')],
    expected: { create: 0, status: { conditions: [{ type: 'Failed', reason: 'BackoffLimitExceeded' }] } },
  },
  {
    name: 'completes',
    pods: [pod('Succeeded')],
    expected: { create: 0, status: { succeeded: 1, completionTime: '2026-01-01T01:00:00Z', conditions: [{ type: 'Complete' }] } },
  },
  {
    name: 'rests while suspended',
    spec: { suspend: true },
    pods: [pod('Running')],
    expected: { create: 0, remove: [{ metadata: { name: 'Running' } }] },
  },
];
it.each(rows)('$name', ({ spec, pods, expected }) => expect(planJob(job(spec), pods, NOW)).toMatchObject(expected));

it('fails at its deadline and stops its pods', () => {
  const late = job({ activeDeadlineSeconds: 60 }, { startTime: '2026-01-01T00:59:00Z' });
  expect(planJob(late, [pod('Running')], NOW)).toMatchObject({
    remove: [{}],
    status: { conditions: [{ type: 'Failed', reason: 'DeadlineExceeded' }] },
  });
  expect(planJob(late, [pod('Running')], NOW - 1000)).toMatchObject({ remove: [], againInMs: 1000 });
});

it('is removed once its time to live is over', () => {
  const done = job(
    { ttlSecondsAfterFinished: 30 },
    { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: '2026-01-01T00:59:40Z' }] },
  );
  expect(planJob(done, [pod('Succeeded')], NOW)).toMatchObject({ removeJob: false, againInMs: 10_000 });
  expect(planJob(done, [pod('Succeeded')], NOW + 10_000)).toMatchObject({ removeJob: true });
});
