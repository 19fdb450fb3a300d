import type { Container, Pod } from '@tidegate/kube';
import { type ContainerRuntime, type PodRuntime, isSidecar } from './pod-runtime.js';

/** kubelet's back-off of crashing containers: 10 s, doubled up to 5 min, forgotten after 10 min without a crash. */
export const CRASH_BACKOFF = { firstMs: 10_000, maxMs: 300_000, resetMs: 600_000 } as const;

export type PodAction =
  | { do: 'start'; container: string; init: boolean }
  /** Show the container as waiting until its back-off is over. */
  | { do: 'hold'; container: string; init: boolean; reason: 'CrashLoopBackOff'; message: string }
  | { do: 'stop'; container: string; why: string };

export interface PodPlan {
  actions: PodAction[];
  /** Look again after this time even if nothing happens. */
  againInMs?: number;
  /** Nothing runs and nothing will. */
  finished: boolean;
}

/**
 * What to do for a pod now. Init containers run one after the other; a sidecar (init container with restartPolicy Always) lets the next
 * one go once it has started; the containers proper start together afterwards. Ended containers start again as restartPolicy says.
 */
export function planPod(pod: Pod, runtime: PodRuntime, now: number): PodPlan {
  const actions: PodAction[] = [];
  if (runtime.endingSince !== undefined || runtime.failed) return planEnd(runtime);
  const planner = new RestartPlanner(pod, now, actions);
  // Before all others: they are there to find out why those do not start.
  for (const container of pod.spec?.ephemeralContainers ?? []) {
    const state = runtime.ephemeral.find(({ name }) => name === container.name);
    if (state?.state.phase === 'waiting' && !state.last) planner.consider(container, state, false);
  }
  const initContainers = pod.spec?.initContainers ?? [];
  for (const [i, container] of initContainers.entries()) {
    const state = runtime.init[i];
    if (!state) continue;
    const passed = isSidecar(container) ? state.started : isDone(state);
    if (state.state.phase !== 'running' && !(isDone(state) && !isSidecar(container))) planner.consider(container, state, true);
    if (!passed) return planner.plan(someInitFailedForGood(pod, container, state));
  }
  for (const [i, container] of (pod.spec?.containers ?? []).entries()) {
    const state = runtime.main[i];
    if (state && state.state.phase !== 'running') planner.consider(container, state, false);
  }
  const over = runtime.main.every((c) => c.state.phase === 'terminated' && !restarts(pod, c));
  const beside = [...runtime.init, ...runtime.ephemeral];
  if (over)
    for (const c of beside)
      if (c.state.phase === 'running') actions.push({ do: 'stop', container: c.name, why: 'the pod has completed' });
  return planner.plan(over && beside.every((c) => c.state.phase !== 'running'));
}

class RestartPlanner {
  private again: number | undefined;
  private readonly pod: Pod;
  private readonly now: number;
  private readonly actions: PodAction[];

  constructor(pod: Pod, now: number, actions: PodAction[]) {
    this.pod = pod;
    this.now = now;
    this.actions = actions;
  }

  consider(container: Container, runtime: ContainerRuntime, init: boolean): void {
    const { name } = container;
    if (runtime.retryAt !== undefined && runtime.retryAt > this.now) return this.lookAt(runtime.retryAt);
    const ended = runtime.state.phase === 'terminated' ? runtime.state : runtime.last;
    if (!ended) return void this.actions.push({ do: 'start', container: name, init });
    if (runtime.state.phase === 'terminated' && !restarts(this.pod, runtime, isSidecar(container), init)) return;
    const until = ended.finishedAt + (runtime.backoff?.ms ?? 0);
    if (until <= this.now) return void this.actions.push({ do: 'start', container: name, init });
    this.lookAt(until);
    const { namespace, name: podName, uid } = this.pod.metadata ?? {};
    const message = `back-off ${formatBackoff(runtime.backoff?.ms ?? 0)} restarting failed container=${name} pod=${podName}_${namespace}(${uid})`;
    this.actions.push({ do: 'hold', container: name, init, reason: 'CrashLoopBackOff', message });
  }

  plan(finished: boolean): PodPlan {
    const plan: PodPlan = { actions: this.actions, finished };
    if (this.again !== undefined) plan.againInMs = Math.max(10, this.again - this.now);
    return plan;
  }

  private lookAt(at: number): void {
    this.again = Math.min(this.again ?? Infinity, at);
  }
}

function planEnd(runtime: PodRuntime): PodPlan {
  const all = [...runtime.init, ...runtime.main, ...runtime.ephemeral];
  const actions = all
    .filter((c) => c.state.phase === 'running' && !c.stopping)
    .map((c): PodAction => ({ do: 'stop', container: c.name, why: runtime.failed?.message ?? 'the pod is being deleted' }));
  return { actions, finished: all.every((c) => c.state.phase !== 'running') };
}

/** The delay before the start after next: kubelet starts the first time at once, and raises the delay at each start. */
export function nextBackoff(
  before: { ms: number; updatedAt: number } | undefined,
  endedAt: number,
  now: number,
): { ms: number; updatedAt: number } {
  if (!before || endedAt - before.updatedAt > CRASH_BACKOFF.resetMs) return { ms: CRASH_BACKOFF.firstMs, updatedAt: now };
  return { ms: Math.min(before.ms * 2, CRASH_BACKOFF.maxMs), updatedAt: now };
}

/** Whether an ended container is to run again. Init containers of a pod with restartPolicy Always are retried when they fail. */
export function restarts(pod: Pod, runtime: ContainerRuntime, sidecar = false, init = false): boolean {
  if (runtime.state.phase !== 'terminated') return true;
  if (sidecar) return true;
  const policy = pod.spec?.restartPolicy ?? 'Always';
  if (policy === 'Never') return false;
  return (policy === 'Always' && !init) || runtime.state.exitCode !== 0;
}

function isDone(runtime: ContainerRuntime): boolean {
  return runtime.state.phase === 'terminated' && runtime.state.exitCode === 0;
}

function someInitFailedForGood(pod: Pod, container: Container, runtime: ContainerRuntime): boolean {
  return runtime.state.phase === 'terminated' && !isSidecar(container) && !restarts(pod, runtime, false, true);
}

/** As Go prints a duration: 10s, 1m20s, 5m0s. */
function formatBackoff(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
