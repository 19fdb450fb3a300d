import type { Pod } from '@tidegate/kube';
import { CRASH_BACKOFF, nextBackoff, planPod } from './pod-plan.js';
import { type ContainerState, type Ended, type PodRuntime, newPodRuntime, noteEphemeral } from './pod-runtime.js';

const NOW = 1_000_000;
const ended = (exitCode: number, finishedAt = NOW): Ended => ({
  exitCode,
  reason: exitCode === 0 ? 'Completed' : 'Error',
  startedAt: finishedAt - 10,
  finishedAt,
  containerID: 'x',
});
const terminated = (exitCode: number): ContainerState => ({ phase: 'terminated', ...ended(exitCode) });
const running: ContainerState = { phase: 'running', startedAt: NOW, containerID: 'x' };

function pod(restartPolicy: string, init: string[] = [], sidecars: string[] = []): Pod {
  const initContainers = [...sidecars.map((name) => ({ name, restartPolicy: 'Always' })), ...init.map((name) => ({ name }))];
  return { metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: { restartPolicy, initContainers, containers: [{ name: 'app' }] } };
}

function runtime(of: Pod, change: (runtime: PodRuntime) => void = () => undefined): PodRuntime {
  const made = newPodRuntime(of, NOW);
  change(made);
  return made;
}

const startsOf = (of: Pod, state: PodRuntime): string[] =>
  planPod(of, state, NOW).actions.flatMap((a) => (a.do === 'start' ? [a.container] : []));

describe('planPod', () => {
  it('starts containers of a new pod', () => {
    const p = pod('Always');
    expect(startsOf(p, runtime(p))).toEqual(['app']);
  });

  it('starts ephemeral containers whenever they come, once', () => {
    const before = pod('Always', ['failing']);
    const p: Pod = { ...before, spec: { containers: [], ...before.spec, ephemeralContainers: [{ name: 'late' }, { name: 'debug' }] } };
    const state = runtime(before, (r) => {
      Object.assign(r.init[0] ?? {}, { state: running });
      noteEphemeral(r, { ...p, spec: { containers: [], ephemeralContainers: [{ name: 'debug' }] } }, NOW);
    });
    expect(startsOf(p, state)).toEqual(['debug']);
    // The newest stands first in the manifest.
    noteEphemeral(state, p, NOW);
    Object.assign(state.ephemeral[0] ?? {}, { state: terminated(1) });
    expect(startsOf(p, state)).toEqual(['late']);
  });

  it('ends ephemeral containers with their pod', () => {
    const p: Pod = { ...pod('Never'), spec: { restartPolicy: 'Never', containers: [{ name: 'app' }], ephemeralContainers: [{ name: 'debug' }] } };
    const state = runtime(p, (r) => {
      Object.assign(r.main[0] ?? {}, { state: terminated(0) });
      Object.assign(r.ephemeral[0] ?? {}, { state: running });
    });
    expect(planPod(p, state, NOW)).toEqual({ actions: [{ do: 'stop', container: 'debug', why: 'the pod has completed' }], finished: false });
  });

  it('runs init containers one after the other, then the containers', () => {
    const p = pod('Always', ['one', 'two']);
    expect(startsOf(p, runtime(p))).toEqual(['one']);
    expect(
      startsOf(
        p,
        runtime(p, (r) => (r.init[0]!.state = running)),
      ),
    ).toEqual([]);
    expect(
      startsOf(
        p,
        runtime(p, (r) => (r.init[0]!.state = terminated(0))),
      ),
    ).toEqual(['two']);
    expect(
      startsOf(
        p,
        runtime(p, (r) => r.init.forEach((c) => (c.state = terminated(0)))),
      ),
    ).toEqual(['app']);
  });

  it('lets the others start once a sidecar has started', () => {
    const p = pod('Always', [], ['proxy']);
    const up = (started: boolean) => runtime(p, (r) => Object.assign(r.init[0]!, { state: running, started }));
    expect(startsOf(p, up(false))).toEqual([]);
    expect(startsOf(p, up(true))).toEqual(['app']);
  });

  const policies = [
    { policy: 'Always', exitCode: 0, again: true },
    { policy: 'Always', exitCode: 1, again: true },
    { policy: 'OnFailure', exitCode: 0, again: false },
    { policy: 'OnFailure', exitCode: 1, again: true },
    { policy: 'Never', exitCode: 1, again: false },
  ];
  it.each(policies)('$policy after exit code $exitCode: starts again $again', ({ policy, exitCode, again }) => {
    const p = pod(policy);
    const plan = planPod(
      p,
      runtime(p, (r) => (r.main[0]!.state = terminated(exitCode))),
      NOW,
    );
    expect(plan.actions.length > 0).toBe(again);
    expect(plan.finished).toBe(!again);
  });

  it('gives up on an init container that failed when nothing is retried', () => {
    const p = pod('Never', ['one']);
    expect(
      planPod(
        p,
        runtime(p, (r) => (r.init[0]!.state = terminated(2))),
        NOW,
      ),
    ).toEqual({ actions: [], finished: true });
  });

  it('holds a crashing container until its back-off is over', () => {
    const p = pod('Always');
    const crashed = runtime(p, (r) => Object.assign(r.main[0]!, { state: terminated(1), backoff: { ms: 20_000, updatedAt: NOW } }));
    expect(planPod(p, crashed, NOW + 5000)).toEqual({
      actions: [
        {
          do: 'hold',
          container: 'app',
          init: false,
          reason: 'CrashLoopBackOff',
          message: 'back-off 20s restarting failed container=app pod=p_n(u)',
        },
      ],
      againInMs: 15_000,
      finished: false,
    });
    expect(planPod(p, crashed, NOW + 20_000).actions).toEqual([{ do: 'start', container: 'app', init: false }]);
  });

  it('stops what runs when the pod ends, and is finished when nothing runs', () => {
    const p = pod('Always');
    const ending = runtime(p, (r) => {
      r.endingSince = NOW;
      r.main[0]!.state = running;
    });
    expect(planPod(p, ending, NOW)).toMatchObject({ actions: [{ do: 'stop', container: 'app' }], finished: false });
    ending.main[0]!.state = terminated(143);
    expect(planPod(p, ending, NOW)).toEqual({ actions: [], finished: true });
  });
});

describe('nextBackoff', () => {
  it('doubles from 10 s to 5 min and forgets after 10 min of peace', () => {
    let backoff: { ms: number; updatedAt: number } | undefined;
    const seen: number[] = [];
    for (let i = 0; i < 7; i++) {
      backoff = nextBackoff(backoff, NOW, NOW);
      seen.push(backoff.ms / 1000);
    }
    expect(seen).toEqual([10, 20, 40, 80, 160, 300, 300]);
    expect(nextBackoff(backoff, NOW + CRASH_BACKOFF.resetMs + 1, NOW).ms).toBe(10_000);
  });
});

describe('newPodRuntime', () => {
  it('takes what ran before the node restarted as ended, as after a reboot', () => {
    const p = pod('Always');
    p.status = {
      phase: 'Running',
      containerStatuses: [
        { name: 'app', image: 'i', imageID: '', ready: true, restartCount: 2, state: { running: { startedAt: '1970-01-01T00:10:00Z' } } },
      ],
    };
    const made = newPodRuntime(p, NOW);
    expect(made.main[0]).toMatchObject({ restartCount: 2, ready: false, state: { phase: 'terminated', exitCode: 255, reason: 'Unknown' } });
    expect(startsOf(p, made)).toEqual(['app']);
  });
});
