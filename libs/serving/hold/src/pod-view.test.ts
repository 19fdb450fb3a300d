import type { Pod } from '@tidegate/kube';
import { type PodView, viewPod } from './pod-view.js';

type Container = NonNullable<Pod['spec']>['containers'][number];
type Status = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];

function podWith(container: Partial<Container>, status: Partial<Status>, part: Partial<Pod> = {}): Pod {
  const base: Container = { name: 'user-container', ports: [{ name: 'user-port', containerPort: 8080 }] };
  const own: Status = { name: 'user-container', image: '', imageID: '', ready: false, restartCount: 0, ...status };
  return {
    ...part,
    metadata: { name: 'p', uid: 'u', labels: { 'serving.tidegate.dev/endpoint': 'true' }, ...part.metadata },
    spec: { containers: [{ ...base, ...container }] },
    status: { phase: 'Running', podIP: '127.9.0.1', containerStatuses: [own], ...part.status },
  };
}

const running = { state: { running: {} } };
const starting = (ask: object | undefined, address = '127.9.0.1:8080'): object => ({
  name: 'p',
  uid: 'u',
  state: 'starting',
  run: 'u/0',
  address,
  ...(ask ? { ask } : {}),
});
const tcp = { kind: 'tcp', host: '127.9.0.1', port: 8080 };

const rows: { name: string; pod: Pod; view: Partial<PodView> | object }[] = [
  { name: 'a running pod without a probe is asked by TCP', pod: podWith({}, running), view: starting(tcp) },
  {
    name: 'on the embedded cluster at the port where it really listens',
    pod: podWith({ readinessProbe: { httpGet: { path: 'ready', port: 'user-port', httpHeaders: [{ name: 'a', value: 'b' }] } } }, running, {
      metadata: {
        annotations: { 'embedded.tidegate.dev/ports': '{"8080":31001}' },
        labels: { 'serving.tidegate.dev/endpoint': 'true' },
        name: 'p',
        uid: 'u',
      },
    }),
    view: starting(
      { kind: 'http', host: '127.9.0.1', port: 31_001, path: '/ready', secure: false, headers: [{ name: 'a', value: 'b' }] },
      '127.9.0.1:31001',
    ),
  },
  {
    name: 'by its own probe: another port, TLS',
    pod: podWith({ readinessProbe: { httpGet: { path: '/', port: 9090, scheme: 'HTTPS' } } }, running),
    view: starting({ kind: 'http', host: '127.9.0.1', port: 9090, path: '/', secure: true, headers: [] }),
  },
  {
    name: 'by its own probe: gRPC',
    pod: podWith({ readinessProbe: { grpc: { port: 8080, service: 'live' } } }, running),
    view: starting({ kind: 'grpc', host: '127.9.0.1', port: 8080, service: 'live' }),
  },
  {
    name: 'a command only the kubelet can run',
    pod: podWith({ readinessProbe: { exec: { command: ['true'] } } }, running),
    view: starting(undefined),
  },
  {
    name: 'a startup probe is for the kubelet',
    pod: podWith({ startupProbe: { tcpSocket: { port: 8080 } } }, running),
    view: starting(undefined),
  },
  {
    name: 'not yet running',
    pod: podWith({}, { state: { waiting: { reason: 'ContainerCreating' } } }),
    view: { name: 'p', uid: 'u', state: 'starting', run: 'u/0' },
  },
  {
    name: 'Ready is believed',
    pod: podWith({ readinessProbe: { exec: { command: ['true'] } } }, running, {
      status: { phase: 'Running', podIP: '127.9.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
    }),
    view: { name: 'p', uid: 'u', state: 'ready', address: '127.9.0.1:8080' },
  },
  {
    name: 'without its label it is parked, however ready',
    pod: podWith({}, running, {
      metadata: { name: 'p', uid: 'u', labels: {} },
      status: { phase: 'Running', podIP: '127.9.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
    }),
    view: { name: 'p', uid: 'u', state: 'parked', address: '127.9.0.1:8080' },
  },
  {
    name: 'on its way out',
    pod: podWith({}, running, { metadata: { name: 'p', uid: 'u', deletionTimestamp: '2026-01-01T00:00:00Z' } }),
    view: { name: 'p', uid: 'u', state: 'leaving', address: '127.9.0.1:8080' },
  },
  {
    name: 'ended with an error',
    pod: podWith({}, { state: { terminated: { exitCode: 3, message: 'no database\n' } } }),
    view: { name: 'p', uid: 'u', state: 'failed', because: 'container user-container ended with exit code 3: no database' },
  },
  {
    name: 'waits before it is started again',
    pod: podWith({}, { restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 0 } } }),
    view: { name: 'p', uid: 'u', state: 'failed', because: 'container user-container ended with exit code 0' },
  },
  {
    name: 'no image',
    pod: podWith({}, { state: { waiting: { reason: 'ImagePullBackOff', message: 'not there' } } }),
    view: { name: 'p', uid: 'u', state: 'failed', because: 'container user-container cannot be started: ImagePullBackOff: not there' },
  },
  {
    name: 'started again after a crash there is hope',
    pod: podWith({}, { restartCount: 1, ...running, lastState: { terminated: { exitCode: 3 } } }),
    view: { ...starting(tcp), run: 'u/1' },
  },
];

it.each(rows)('$name', ({ pod, view }) => {
  expect(viewPod(pod)).toEqual(view);
});
