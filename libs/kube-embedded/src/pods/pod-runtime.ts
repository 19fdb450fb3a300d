import { constants } from 'node:os';
import type { Container, Pod } from '@tidegate/kube';

/** How a run of a container ended. Times in epoch milliseconds. */
export interface Ended {
  exitCode: number;
  signal?: number;
  /** Completed, Error, OOMKilled, StartError, ContainerStatusUnknown */
  reason: string;
  message?: string;
  startedAt: number;
  finishedAt: number;
  containerID: string;
}

export type ContainerState =
  | { phase: 'waiting'; reason: string; message?: string }
  | { phase: 'running'; startedAt: number; containerID: string }
  | ({ phase: 'terminated' } & Ended);

/** What the node knows about one container of a pod. */
export interface ContainerRuntime {
  readonly name: string;
  state: ContainerState;
  last?: Ended;
  restartCount: number;
  /** Its startup probe has passed, or it runs and has none. */
  started: boolean;
  ready: boolean;
  imageID: string;
  containerID: string;
  /** Delay before the next start, counted from the end of the last run. */
  backoff?: { ms: number; updatedAt: number };
  /** The delay after a start that did not even run a program (image, configuration); the next try. */
  retryAt?: number;
  failures: number;
  /** It was told to end. */
  stopping: boolean;
}

/** What the node knows about one pod. Lost with the process: the next start begins every pod anew, from what its status says. */
export interface PodRuntime {
  startedAt: number;
  podIP?: string;
  ports: ReadonlyMap<string, number>;
  /** Folders, volumes, address and ports are there. */
  prepared: boolean;
  init: ContainerRuntime[];
  main: ContainerRuntime[];
  /** Those that were added while the pod ran; each runs once. */
  ephemeral: ContainerRuntime[];
  /** Epoch milliseconds of the moment when the node began to end the pod. */
  endingSince?: number;
  /** It failed as a whole: reason and message of the pod. */
  failed?: { reason: string; message: string };
}

export function newPodRuntime(pod: Pod, now: number): PodRuntime {
  const started = Date.parse(pod.status?.startTime ?? '');
  const initStatuses = pod.status?.initContainerStatuses;
  const statuses = pod.status?.containerStatuses;
  return {
    startedAt: Number.isNaN(started) ? now : started,
    ports: new Map(),
    prepared: false,
    init: (pod.spec?.initContainers ?? []).map((c) => fromStatus(c, 'PodInitializing', initStatuses, now)),
    main: (pod.spec?.containers ?? []).map((c) =>
      fromStatus(c, pod.spec?.initContainers?.length ? 'PodInitializing' : 'ContainerCreating', statuses, now),
    ),
    ephemeral: (pod.spec?.ephemeralContainers ?? []).map((c) => fromStatus(c, 'ContainerCreating', pod.status?.ephemeralContainerStatuses, now)),
  };
}

/** Takes note of containers that were added since the last look. They are never taken away. */
export function noteEphemeral(runtime: PodRuntime, pod: Pod, now: number): void {
  for (const container of pod.spec?.ephemeralContainers ?? [])
    if (!runtime.ephemeral.some(({ name }) => name === container.name)) runtime.ephemeral.push(fromStatus(container, 'ContainerCreating', undefined, now));
}

type Statuses = NonNullable<Pod['status']>['containerStatuses'];

/** A container that ran before this process started was lost with the process before; it counts as a restart, as after a reboot of a node. */
function fromStatus(container: Pick<Container, 'name'>, reason: string, statuses: Statuses, now: number): ContainerRuntime {
  const before = statuses?.find((s) => s.name === container.name);
  const runtime: ContainerRuntime = {
    name: container.name,
    state: { phase: 'waiting', reason },
    restartCount: before?.restartCount ?? 0,
    started: false,
    ready: false,
    imageID: '',
    containerID: '',
    failures: 0,
    stopping: false,
  };
  const running = before?.state?.running;
  const ended = before?.state?.terminated;
  if (running) {
    runtime.state = {
      phase: 'terminated',
      exitCode: 255,
      reason: 'Unknown',
      message: 'The node was restarted.',
      startedAt: Date.parse(running.startedAt ?? '') || now,
      finishedAt: now,
      containerID: before?.containerID ?? '',
    };
  } else if (ended) {
    runtime.state = {
      phase: 'terminated',
      exitCode: ended.exitCode,
      reason: ended.reason ?? 'Error',
      startedAt: Date.parse(ended.startedAt ?? '') || now,
      finishedAt: Date.parse(ended.finishedAt ?? '') || now,
      containerID: ended.containerID ?? '',
    };
  } else if (before?.lastState?.terminated) {
    const last = before.lastState.terminated;
    runtime.last = {
      exitCode: last.exitCode,
      reason: last.reason ?? 'Error',
      startedAt: Date.parse(last.startedAt ?? '') || now,
      finishedAt: Date.parse(last.finishedAt ?? '') || now,
      containerID: last.containerID ?? '',
    };
  }
  return runtime;
}

export function runtimeOf(pod: PodRuntime, container: string): ContainerRuntime | undefined {
  return [...pod.init, ...pod.main, ...pod.ephemeral].find((c) => c.name === container);
}

/** How the run that a state tells of ended; undefined while there is no end. */
export function endedRun(state: ContainerState): Ended | undefined {
  if (state.phase !== 'terminated') return undefined;
  const { phase: _, ...ended } = state;
  return ended;
}

/** The state of a container whose program has just ended. `now` in epoch milliseconds. */
export function terminated(
  { state, containerID }: ContainerRuntime,
  end: { code: number | null; signal: NodeJS.Signals | null },
  byMemory: boolean,
  now: number,
): { phase: 'terminated' } & Ended {
  const signal = end.signal === null ? undefined : constants.signals[end.signal];
  const exitCode = end.code ?? 128 + (signal ?? 0);
  return {
    phase: 'terminated',
    exitCode,
    ...(signal === undefined ? {} : { signal }),
    reason: byMemory ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error',
    startedAt: state.phase === 'running' ? state.startedAt : now,
    finishedAt: now,
    containerID,
  };
}

/** An init container that keeps running beside the others. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

export function isTerminal(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}
