import type { Pod } from '@tidegate/kube';
import { type PodRuntime, newPodRuntime } from './pod-runtime.js';
import { podPhase, podStatus } from './pod-status.js';

const NOW = Date.parse('2026-01-01T00:00:10Z');
const base = (): Pod => ({
  metadata: { name: 'p', namespace: 'n', uid: 'u' },
  spec: {
    containers: [
      { name: 'app', image: 'a:1' },
      { name: 'log', image: 'l:1' },
    ],
  },
});
const run = (r: PodRuntime, i: number, ready: boolean): void =>
  void Object.assign(r.main[i]!, { state: { phase: 'running', startedAt: NOW, containerID: 'c' }, ready, started: true });
const end = (r: PodRuntime, i: number, exitCode: number): void =>
  void Object.assign(r.main[i]!, {
    state: { phase: 'terminated', exitCode, reason: 'x', startedAt: NOW, finishedAt: NOW, containerID: '' },
  });
const conditionsOf = (p: Pod, r: PodRuntime): Record<string, string> =>
  Object.fromEntries(
    (podStatus(p, r, '127.0.0.1', NOW).conditions ?? []).map((c) => [c.type, [c.status, c.reason, c.message].filter(Boolean).join(' ')]),
  );

it('names what is not ready', () => {
  const pod = base();
  const runtime = newPodRuntime(pod, NOW);
  runtime.prepared = true;
  run(runtime, 0, true);
  run(runtime, 1, false);
  expect(conditionsOf(pod, runtime)).toEqual({
    PodReadyToStartContainers: 'True',
    Initialized: 'True',
    Ready: 'False ContainersNotReady containers with unready status: [log]',
    ContainersReady: 'False ContainersNotReady containers with unready status: [log]',
    PodScheduled: 'True',
  });
  runtime.main[1]!.ready = true;
  expect(conditionsOf(pod, runtime)['Ready']).toBe('True');
});

it('keeps the time of a condition until the condition changes', () => {
  const pod = base();
  const runtime = newPodRuntime(pod, NOW);
  pod.status = podStatus(pod, runtime, '127.0.0.1', NOW);
  const later = podStatus(pod, runtime, '127.0.0.1', NOW + 60_000);
  expect(later).toEqual(pod.status);
  run(runtime, 0, true);
  run(runtime, 1, true);
  const ready = podStatus(pod, runtime, '127.0.0.1', NOW + 60_000).conditions?.find((c) => c.type === 'Ready');
  expect(ready?.lastTransitionTime).toBe('2026-01-01T00:01:10Z');
});

it('waits for a readiness gate that nobody has opened', () => {
  const pod = base();
  pod.spec!.readinessGates = [{ conditionType: 'example.com/open' }];
  const runtime = newPodRuntime(pod, NOW);
  run(runtime, 0, true);
  run(runtime, 1, true);
  expect(conditionsOf(pod, runtime)).toMatchObject({
    ContainersReady: 'True',
    Ready: expect.stringMatching(/^False ReadinessGatesNotReady/),
  });
});

describe('podPhase', () => {
  const rows: { name: string; policy: string; set: (r: PodRuntime) => void; phase: string }[] = [
    { name: 'nothing started', policy: 'Always', set: () => undefined, phase: 'Pending' },
    { name: 'one still to start', policy: 'Always', set: (r) => run(r, 0, true), phase: 'Pending' },
    { name: 'both run', policy: 'Always', set: (r) => [0, 1].forEach((i) => run(r, i, true)), phase: 'Running' },
    { name: 'ended, to be started again', policy: 'Always', set: (r) => [0, 1].forEach((i) => end(r, i, 0)), phase: 'Running' },
    { name: 'both succeeded', policy: 'OnFailure', set: (r) => [0, 1].forEach((i) => end(r, i, 0)), phase: 'Succeeded' },
    { name: 'one failed for good', policy: 'Never', set: (r) => [0, 1].forEach((i) => end(r, i, i)), phase: 'Failed' },
    { name: 'one failed, to be retried', policy: 'OnFailure', set: (r) => [0, 1].forEach((i) => end(r, i, i)), phase: 'Running' },
  ];
  it.each(rows)('$name: $phase', ({ policy, set, phase }) => {
    const pod = base();
    pod.spec!.restartPolicy = policy;
    const runtime = newPodRuntime(pod, NOW);
    set(runtime);
    expect(podPhase(pod, runtime)).toBe(phase);
  });
});
