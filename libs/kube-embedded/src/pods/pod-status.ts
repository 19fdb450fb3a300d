import { type Container, type Pod, timestamp } from '@tidegate/kube';
import { restarts } from './pod-plan.js';
import { type ContainerRuntime, type Ended, type PodRuntime, isSidecar } from './pod-runtime.js';

type PodStatus = NonNullable<Pod['status']>;
type ContainerStatus = NonNullable<PodStatus['containerStatuses']>[number];
type PodCondition = NonNullable<PodStatus['conditions']>[number];

/** The status that a kubelet would write. `now` in epoch milliseconds; condition times change only when a condition does. */
export function podStatus(pod: Pod, runtime: PodRuntime, hostIP: string, now: number): PodStatus {
  const init = pod.spec?.initContainers ?? [];
  const main = pod.spec?.containers ?? [];
  const phase = podPhase(pod, runtime);
  const status: PodStatus = {
    phase,
    hostIP,
    hostIPs: [{ ip: hostIP }],
    startTime: timestamp(runtime.startedAt),
    qosClass: pod.status?.qosClass ?? qosClass(pod),
    conditions: conditions(pod, runtime, phase, now),
    containerStatuses: main.flatMap((c, i) => containerStatus(c, runtime.main[i])),
  };
  if (init.length > 0) status.initContainerStatuses = init.flatMap((c, i) => containerStatus(c, runtime.init[i]));
  const ephemeral = pod.spec?.ephemeralContainers ?? [];
  // They serve nobody, and are never ready.
  if (ephemeral.length > 0)
    status.ephemeralContainerStatuses = ephemeral
      .flatMap((c) => containerStatus(c, runtime.ephemeral.find(({ name }) => name === c.name)))
      .map((s) => ({ ...s, ready: false }));
  if (runtime.podIP !== undefined) {
    status.podIP = runtime.podIP;
    status.podIPs = [{ ip: runtime.podIP }];
  }
  if (runtime.failed) Object.assign(status, runtime.failed);
  return status;
}

/** kubelet's getPhase: Pending until everything ran once, then by what runs and what restartPolicy promises. */
export function podPhase(pod: Pod, runtime: PodRuntime): 'Pending' | 'Running' | 'Succeeded' | 'Failed' {
  if (runtime.failed) return 'Failed';
  const policy = pod.spec?.restartPolicy ?? 'Always';
  for (const [i, container] of (pod.spec?.initContainers ?? []).entries()) {
    const c = runtime.init[i];
    if (!c || isSidecar(container)) continue;
    if (c.state.phase === 'terminated' && c.state.exitCode === 0) continue;
    return c.state.phase === 'terminated' && policy === 'Never' ? 'Failed' : 'Pending';
  }
  const { main } = runtime;
  if (main.some((c) => c.state.phase === 'waiting' && c.last === undefined)) return 'Pending';
  if (main.some((c) => c.state.phase === 'running' || c.state.phase === 'waiting')) return 'Running';
  if (main.some((c) => restarts(pod, c)) && runtime.endingSince === undefined) return 'Running';
  return main.every((c) => c.state.phase === 'terminated' && c.state.exitCode === 0) ? 'Succeeded' : 'Failed';
}

/** What a running container has: what its manifest says now, there is nothing to negotiate. */
function givenResources({ resources }: Pick<Container, 'resources'>): Pick<ContainerStatus, 'resources' | 'allocatedResources'> {
  const { requests, limits } = resources ?? {};
  if (!requests && !limits) return {};
  return { resources: { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) }, ...(requests ? { allocatedResources: requests } : {}) };
}

function containerStatus(container: Pick<Container, 'name' | 'image' | 'resources'>, runtime: ContainerRuntime | undefined): ContainerStatus[] {
  if (!runtime) return [];
  return [
    {
      name: container.name,
      state: toState(runtime),
      lastState: runtime.last ? { terminated: toTerminated(runtime.last) } : {},
      ready: runtime.ready,
      restartCount: runtime.restartCount,
      image: container.image ?? '',
      imageID: runtime.imageID,
      ...(runtime.containerID === '' ? {} : { containerID: runtime.containerID }),
      started: runtime.started,
      ...(runtime.state.phase === 'running' ? givenResources(container) : {}),
    },
  ];
}

function toState(runtime: ContainerRuntime): NonNullable<ContainerStatus['state']> {
  const { state } = runtime;
  if (state.phase === 'running') return { running: { startedAt: timestamp(state.startedAt) } };
  if (state.phase === 'terminated') return { terminated: toTerminated(state) };
  return { waiting: { reason: state.reason, ...(state.message === undefined ? {} : { message: state.message }) } };
}

function toTerminated(ended: Ended): NonNullable<NonNullable<ContainerStatus['state']>['terminated']> {
  return {
    exitCode: ended.exitCode,
    ...(ended.signal === undefined ? {} : { signal: ended.signal }),
    reason: ended.reason,
    ...(ended.message === undefined ? {} : { message: ended.message }),
    startedAt: timestamp(ended.startedAt),
    finishedAt: timestamp(ended.finishedAt),
    containerID: ended.containerID,
  };
}

function conditions(pod: Pod, runtime: PodRuntime, phase: string, now: number): PodCondition[] {
  const completed = phase === 'Succeeded';
  const uninitialised = (pod.spec?.initContainers ?? []).filter((c, i) => {
    const r = runtime.init[i];
    return isSidecar(c) ? !r?.started : !(r?.state.phase === 'terminated' && r.state.exitCode === 0);
  });
  const watched = [...(pod.spec?.initContainers ?? []).filter(isSidecar), ...(pod.spec?.containers ?? [])];
  const unready = watched.filter((c) => ![...runtime.init, ...runtime.main].some((r) => r.name === c.name && r.ready));
  const names = (list: Container[]): string => `[${list.map((c) => c.name).join(' ')}]`;
  const initialised =
    uninitialised.length === 0
      ? {}
      : { reason: 'ContainersNotInitialized', message: `containers with incomplete status: ${names(uninitialised)}` };
  const notReady = completed
    ? { reason: 'PodCompleted' }
    : unready.length === 0
      ? {}
      : { reason: 'ContainersNotReady', message: `containers with unready status: ${names(unready)}` };
  const gates = (pod.spec?.readinessGates ?? []).filter(
    (g) => pod.status?.conditions?.find((c) => c.type === g.conditionType)?.status !== 'True',
  );
  const gated =
    unready.length === 0 && !completed && gates.length > 0
      ? {
          reason: 'ReadinessGatesNotReady',
          message: `corresponding condition of pod readiness gate "${gates[0]?.conditionType}" does not exist.`,
        }
      : notReady;
  const wanted: Omit<PodCondition, 'lastTransitionTime'>[] = [
    { type: 'PodReadyToStartContainers', status: runtime.prepared && phase !== 'Succeeded' && phase !== 'Failed' ? 'True' : 'False' },
    {
      type: 'Initialized',
      status: uninitialised.length === 0 ? 'True' : 'False',
      ...(completed ? { reason: 'PodCompleted' } : initialised),
    },
    { type: 'Ready', status: unready.length === 0 && gates.length === 0 && !completed ? 'True' : 'False', ...gated },
    { type: 'ContainersReady', status: unready.length === 0 && !completed ? 'True' : 'False', ...notReady },
    { type: 'PodScheduled', status: 'True' },
  ];
  const own = new Set(wanted.map((c) => c.type));
  const others = (pod.status?.conditions ?? []).filter((c) => !own.has(c.type));
  return [...wanted.map((c) => dated(c, pod, now)), ...others];
}

function dated(condition: Omit<PodCondition, 'lastTransitionTime'>, pod: Pod, now: number): PodCondition {
  const before = pod.status?.conditions?.find((c) => c.type === condition.type);
  return {
    ...condition,
    lastTransitionTime: before?.status === condition.status ? (before.lastTransitionTime ?? timestamp(now)) : timestamp(now),
  };
}

/** Guaranteed: every container has equal requests and limits for cpu and memory. BestEffort: none has any. Burstable: the rest. */
function qosClass(pod: Pod): string {
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  const named = containers.map((c) => ({ requests: c.resources?.requests ?? {}, limits: c.resources?.limits ?? {} }));
  if (named.every((r) => Object.keys(r.requests).length === 0 && Object.keys(r.limits).length === 0)) return 'BestEffort';
  const guaranteed = named.every((r) =>
    ['cpu', 'memory'].every((k) => r.limits[k] !== undefined && (r.requests[k] ?? r.limits[k]) === r.limits[k]),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
