import type { Container, Pod, Probe } from '@tidegate/kube';
import { ENDPOINT_LABEL, USER_PORT_NAME } from '@tidegate/serving-contract';

/** On the embedded cluster: JSON, container port -> the port where the program really listens. */
const EMBEDDED_PORTS = 'embedded.tidegate.dev/ports';
/** Reasons for which a container waits that no waiting mends: somebody has to change something. */
const STUCK = new Set([
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImageInspectError',
  'ImagePullBackOff',
  'InvalidImageName',
  'RunContainerError',
]);
/** Last words of a program in an answer to a caller. */
const WORDS = 300;

/** How to ask a starting pod whether it serves. */
export type ReadinessAsk =
  | { kind: 'tcp'; host: string; port: number }
  | { kind: 'http'; host: string; port: number; path: string; secure: boolean; headers: readonly { name: string; value: string }[] }
  | { kind: 'grpc'; host: string; port: number; service: string };

/**
 *   starting ──(answers, or the kubelet says Ready)──► ready ──(label off)──► parked ──(label back)──► ready
 *      └──(ends with an error, cannot be started)──► failed
 * A pod that is being deleted or has finished is `leaving` for good.
 */
export type PodView = { name: string; uid: string } & (
  | { state: 'ready'; address: string }
  /** `ask` is absent where only the kubelet can tell. `run` is another one after each restart of the container. */
  | { state: 'starting'; address?: string; ask?: ReadinessAsk; run: string }
  /** The address counts for requests that it still has. */
  | { state: 'parked' | 'leaving'; address?: string }
  | { state: 'failed'; because: string }
);

export function viewPod(pod: Pod): PodView {
  const { name = '', uid = '', deletionTimestamp, labels } = pod.metadata ?? {};
  const { phase, podIP, conditions, containerStatuses, initContainerStatuses } = pod.status ?? {};
  const as = { name, uid };
  const container = servingContainer(pod);
  const port = container && realPort(pod, container, servingPort(container));
  const address = podIP && port !== undefined ? `${podIP}:${port}` : undefined;
  const at = address === undefined ? {} : { address };
  if (deletionTimestamp || phase === 'Succeeded' || phase === 'Failed') return { ...as, state: 'leaving', ...at };
  if (labels?.[ENDPOINT_LABEL] !== 'true') return { ...as, state: 'parked', ...at };
  if (address && (conditions ?? []).some((c) => c.type === 'Ready' && c.status === 'True')) return { ...as, state: 'ready', address };
  for (const status of [...(containerStatuses ?? []), ...(initContainerStatuses ?? [])]) {
    const because = failureOf(status);
    if (because) return { ...as, state: 'failed', because };
  }
  const own = (containerStatuses ?? []).find((status) => status.name === container?.name);
  const run = `${uid}/${own?.restartCount ?? 0}`;
  if (!container || !address || !podIP || !own?.state?.running) return { ...as, state: 'starting', run };
  const ask = readinessAsk(pod, container, podIP, port ?? 0);
  return { ...as, state: 'starting', address, run, ...(ask ? { ask } : {}) };
}

type ContainerStatus = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];

function failureOf({ state, lastState, name }: ContainerStatus): string | undefined {
  const ended = state?.terminated ?? (state?.waiting?.reason === 'CrashLoopBackOff' ? lastState?.terminated : undefined);
  if (ended && (ended.exitCode !== 0 || state?.waiting)) {
    const words = (ended.message ?? '').trim().slice(-WORDS);
    return `container ${name} ended with exit code ${ended.exitCode}${words === '' ? '' : `: ${words}`}`;
  }
  const { reason = '', message = '' } = state?.waiting ?? {};
  if (!STUCK.has(reason)) return undefined;
  return `container ${name} cannot be started: ${reason}${message === '' ? '' : `: ${message.slice(0, WORDS)}`}`;
}

function servingContainer(pod: Pod): Container | undefined {
  const containers = pod.spec?.containers ?? [];
  const named = containers.find((c) => (c.ports ?? []).some((p) => p.name === USER_PORT_NAME));
  return named ?? containers.find((c) => (c.ports ?? []).length > 0) ?? containers[0];
}

function servingPort(container: Container): number | undefined {
  const ports = container.ports ?? [];
  return (ports.find((p) => p.name === USER_PORT_NAME) ?? ports[0])?.containerPort;
}

function realPort(pod: Pod, container: Container, asked: number | string | undefined): number | undefined {
  const number = typeof asked === 'string' && !/^\d+$/.test(asked) ? container.ports?.find((p) => p.name === asked)?.containerPort : asked;
  if (number === undefined) return undefined;
  return embeddedPorts(pod)[String(number)] ?? Number(number);
}

function embeddedPorts(pod: Pod): Record<string, number> {
  const text = pod.metadata?.annotations?.[EMBEDDED_PORTS];
  if (text === undefined) return {};
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) return {};
    return Object.fromEntries(Object.entries(json).filter((entry): entry is [string, number] => Number.isInteger(entry[1])));
  } catch {
    return {};
  }
}

/** A startup probe may stand for what readiness does not ask, and a command can only be run by the kubelet: then nobody asks but it. */
function readinessAsk(pod: Pod, container: Container, host: string, port: number): ReadinessAsk | undefined {
  const probe: Probe = container.readinessProbe ?? {};
  if (container.startupProbe || probe.exec) return undefined;
  const portOf = (asked: unknown): number =>
    (typeof asked === 'number' || typeof asked === 'string' ? realPort(pod, container, asked) : undefined) ?? port;
  if (probe.httpGet) {
    const { path = '/', scheme, httpHeaders, port: asked, host: other } = probe.httpGet;
    const headers = (httpHeaders ?? []).map(({ name, value }) => ({ name, value }));
    const at = path.startsWith('/') ? path : `/${path}`;
    return { kind: 'http', host: other ?? host, port: portOf(asked), path: at, secure: scheme === 'HTTPS', headers };
  }
  if (probe.grpc) return { kind: 'grpc', host, port: portOf(probe.grpc.port), service: probe.grpc.service ?? '' };
  return { kind: 'tcp', host: probe.tcpSocket?.host ?? host, port: portOf(probe.tcpSocket?.port) };
}
