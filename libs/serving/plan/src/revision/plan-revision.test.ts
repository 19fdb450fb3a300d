import { type Deployment, timestamp } from '@tidegate/kube';
import { conditionOf, type Condition, type PodAutoscaler, type Revision } from '@tidegate/serving-contract';
import { NOW, deploymentOf, events, pod, ready, revision, settings, writes } from '../../test/builders.js';
import type { Settings } from '../settings.js';
import { changedDeployment, desiredDeployment } from './desired-deployment.js';
import { desiredPodAutoscaler } from './desired-autoscaler.js';
import { desiredTrafficPolicy } from './desired-policy.js';
import { desiredRevisionService } from './desired-service.js';
import { planRevision, type ObservedRevision } from './plan-revision.js';
import type { ResolvedImage } from './digests.js';

const fresh = revision(1, ready('Unknown', 'Deploying'));
const was = (type: string, status: Condition['status'], reason = ''): Condition => ({
  type,
  status,
  reason,
  lastTransitionTime: timestamp(NOW - 9000),
});
const said = (conditions: Condition[]): Revision => ({ ...fresh, status: { observedGeneration: 1, conditions } });

const progressing = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: '' };
const timedOut = {
  type: 'Progressing',
  status: 'False',
  reason: 'ProgressDeadlineExceeded',
  message: 'ReplicaSet "x" has timed out progressing.',
};
const deployment = (status: Deployment['status'], of = fresh): Deployment => deploymentOf(desiredDeployment(of, settings), status);
const starting = deployment({ replicas: 1, conditions: [progressing] });
const up = deployment({ replicas: 1, readyReplicas: 1, availableReplicas: 1, conditions: [progressing] });

function scaler(conditions: Condition[], msAgo = 1000, changes: PodAutoscaler['status'] = {}): PodAutoscaler {
  const made = desiredPodAutoscaler(fresh, undefined, [], settings);
  const status =
    conditions.length > 0 ? { conditions, serviceName: 'hello-00001', desiredScale: 1, actualScale: 1, ...changes } : undefined;
  return { ...made, metadata: { ...made.metadata, creationTimestamp: timestamp(NOW - msAgo) }, ...(status ? { status } : {}) };
}
const reached = was('ScaleTargetInitialized', 'True');
const active = scaler([ready('True'), reached]);
const queued = scaler([ready('Unknown', 'Queued')], 1000, { desiredScale: 1, actualScale: 0 });
const asleep = scaler([ready('False', 'NoTraffic', 'The target is not receiving traffic.'), reached], 1000, {
  desiredScale: 0,
  actualScale: 0,
});
const neverUp = scaler([ready('False', 'TimedOut')], 1000, { desiredScale: 0, actualScale: 0 });
const crash = pod({
  containerStatuses: [
    {
      name: 'user-container',
      image: 'i',
      imageID: '',
      ready: false,
      restartCount: 1,
      lastState: { terminated: { exitCode: 5, message: 'boom' } },
      state: { waiting: { reason: 'CrashLoopBackOff' } },
    },
  ],
});
const waitingFor = (reason: string, message = ''): ReturnType<typeof pod> =>
  pod({
    containerStatuses: [
      {
        name: 'user-container',
        image: 'dev.local/hello:1',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { waiting: { reason, message } },
      },
    ],
  });

interface Row {
  name: string;
  revision?: Revision;
  deployment?: Deployment;
  podAutoscaler?: PodAutoscaler;
  pods?: ObservedRevision['pods'];
  settings?: Settings;
  resources: string;
  healthy: string;
  active: string;
  ready: string;
}

it.each<Row>([
  {
    name: 'nothing is there',
    resources: 'Unknown Deploying',
    healthy: 'Unknown Deploying',
    active: 'Unknown Deploying',
    ready: 'Unknown Deploying',
  },
  {
    name: 'the pod is starting',
    deployment: starting,
    podAutoscaler: queued,
    resources: 'Unknown Deploying',
    healthy: 'Unknown',
    active: 'Unknown Queued',
    ready: 'Unknown Deploying',
  },
  { name: 'up', deployment: up, podAutoscaler: active, resources: 'True', healthy: 'True', active: 'True', ready: 'True' },
  {
    name: 'up, and the autoscaler has not looked yet',
    deployment: up,
    podAutoscaler: scaler([]),
    resources: 'Unknown Deploying',
    healthy: 'True',
    active: 'Unknown Deploying',
    ready: 'Unknown Deploying',
  },
  {
    name: 'up, and there is no autoscaler',
    deployment: up,
    podAutoscaler: scaler([], 10_000),
    resources: 'True',
    healthy: 'True',
    active: 'True',
    ready: 'True',
  },
  {
    name: 'asleep after it was up',
    revision: said([was('ResourcesAvailable', 'True'), was('ContainerHealthy', 'True')]),
    deployment: deployment({ conditions: [progressing] }),
    podAutoscaler: asleep,
    resources: 'True',
    healthy: 'True',
    active: 'False NoTraffic',
    ready: 'True',
  },
  {
    name: 'the initial scale was never reached',
    deployment: deployment({ conditions: [progressing] }),
    podAutoscaler: neverUp,
    resources: 'False ProgressDeadlineExceeded',
    healthy: 'Unknown',
    active: 'False TimedOut',
    ready: 'False ProgressDeadlineExceeded',
  },
  {
    name: 'it crashes',
    deployment: starting,
    podAutoscaler: queued,
    pods: [crash],
    resources: 'Unknown Deploying',
    healthy: 'False ExitCode5',
    active: 'Unknown Queued',
    ready: 'False ExitCode5',
  },
  {
    name: 'a crash is remembered while the pod waits',
    revision: said([was('ContainerHealthy', 'False', 'ExitCode5')]),
    deployment: starting,
    podAutoscaler: queued,
    resources: 'Unknown Deploying',
    healthy: 'False ExitCode5',
    active: 'Unknown Queued',
    ready: 'False ExitCode5',
  },
  {
    name: 'a crash is forgotten once a pod is ready',
    revision: said([was('ContainerHealthy', 'False', 'ExitCode5')]),
    deployment: up,
    podAutoscaler: active,
    resources: 'True',
    healthy: 'True',
    active: 'True',
    ready: 'True',
  },
  {
    name: 'the image is not there, says the node',
    deployment: starting,
    podAutoscaler: queued,
    pods: [waitingFor('ErrImagePull', 'no such image')],
    resources: 'Unknown Deploying',
    healthy: 'False ContainerMissing',
    active: 'Unknown Queued',
    ready: 'False ContainerMissing',
  },
  {
    name: 'the image is not there, after the registry had it: told when time is up',
    revision: { ...fresh, status: { ...fresh.status, containerStatuses: [{ name: 'user-container', imageDigest: 'r/hello@sha256:1' }] } },
    settings: { ...settings, platform: { digestsFrom: 'registry' } },
    deployment: deployment({ conditions: [timedOut] }),
    podAutoscaler: queued,
    pods: [waitingFor('ImagePullBackOff', 'back-off')],
    resources: 'False ImagePullBackOff',
    healthy: 'Unknown',
    active: 'Unknown Queued',
    ready: 'False ImagePullBackOff',
  },
  {
    name: 'no node takes the pod',
    deployment: starting,
    podAutoscaler: queued,
    pods: [pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no room' }] })],
    resources: 'False Unschedulable',
    healthy: 'Unknown',
    active: 'Unknown Queued',
    ready: 'False Unschedulable',
  },
  {
    name: 'no node takes the pod, and nodes come by themselves',
    settings: { ...settings, config: { ...settings.config, deployment: { ...settings.config.deployment, podIsAlwaysSchedulable: true } } },
    deployment: starting,
    podAutoscaler: queued,
    pods: [pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no room' }] })],
    resources: 'Unknown Deploying',
    healthy: 'Unknown',
    active: 'Unknown Queued',
    ready: 'Unknown Deploying',
  },
  {
    name: 'time is up',
    deployment: deployment({ conditions: [timedOut] }),
    podAutoscaler: queued,
    resources: 'False ProgressDeadlineExceeded',
    healthy: 'Unknown',
    active: 'Unknown Queued',
    ready: 'False ProgressDeadlineExceeded',
  },
  {
    name: 'a quota refuses pods',
    deployment: deployment({
      conditions: [progressing, { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' }],
    }),
    podAutoscaler: queued,
    resources: 'False FailedCreate',
    healthy: 'Unknown',
    active: 'Unknown Queued',
    ready: 'False FailedCreate',
  },
  {
    name: "the Deployment is somebody else's",
    deployment: { ...up, metadata: { ...up.metadata, ownerReferences: [] } },
    resources: 'False NotOwned',
    healthy: 'Unknown',
    active: 'Unknown',
    ready: 'False NotOwned',
  },
])('$name', (row) => {
  const observed: ObservedRevision = {
    revision: row.revision ?? fresh,
    ...(row.deployment ? { deployment: row.deployment } : {}),
    ...(row.podAutoscaler ? { podAutoscaler: row.podAutoscaler } : {}),
    pods: row.pods ?? [],
    resolved: new Map(),
  };
  const { status } = planRevision(observed, row.settings ?? settings, NOW);
  const say = (type: string): string => {
    const { status: is, reason } = conditionOf(status?.conditions, type) ?? {};
    return [is, reason].filter(Boolean).join(' ');
  };
  const told = { resources: say('ResourcesAvailable'), healthy: say('ContainerHealthy'), active: say('Active'), ready: say('Ready') };
  expect(told).toEqual({ resources: row.resources, healthy: row.healthy, active: row.active, ready: row.ready });
});

const settled: ObservedRevision = {
  revision: { ...fresh, status: { observedGeneration: 1, conditions: [ready('Unknown')] } },
  deployment: up,
  podAutoscaler: active,
  service: desiredRevisionService(fresh),
  policy: desiredTrafficPolicy(fresh, settings),
  pods: [],
  resolved: new Map(),
};

it('writes nothing that is there already, and tells once that the revision became ready', () => {
  const reachable = { ...active, ...desiredPodAutoscaler(fresh, up, [], settings), status: active.status };
  const plan = planRevision({ ...settled, podAutoscaler: reachable }, settings, NOW);
  expect(writes(plan)).toEqual([]);
  expect(events(plan)).toEqual(['Normal RevisionReady: Revision becomes ready upon all resources being ready']);
  expect(plan.status).toMatchObject({ actualReplicas: 1, desiredReplicas: 1 });
  const again = planRevision({ ...settled, podAutoscaler: reachable, revision: { ...fresh, status: plan.status } }, settings, NOW + 5000);
  expect(again).toEqual({ actions: [], resolve: [], status: plan.status });
});

it('looks again when a silent autoscaler counts as absent', () => {
  expect(planRevision({ ...settled, podAutoscaler: scaler([], 4000) }, settings, NOW).lookAgainInMs).toBe(6000);
});

it.each([
  { name: 'a route leads to it', state: 'active', findings: [], expected: 'Reachable' },
  { name: 'no route does any more', state: 'reserve', findings: [], expected: 'Unreachable' },
  { name: 'nobody has looked', state: 'pending', findings: [], expected: undefined },
  { name: 'it cannot start', state: 'active', findings: [{ type: 'ContainerHealthy', status: 'False' as const }], expected: 'Unreachable' },
])('reachability when $name', ({ state, findings, expected }) => {
  const labels = { ...fresh.metadata?.labels, 'serving.knative.dev/routingState': state };
  const made = desiredPodAutoscaler({ ...fresh, metadata: { ...fresh.metadata, labels } }, starting, findings, settings);
  expect(made.spec.reachability).toBe(expected);
});

describe('a Deployment that was made from something else', () => {
  const newer = desiredDeployment(fresh, {
    ...settings,
    config: { ...settings.config, deployment: { ...settings.config.deployment, defaultAffinityType: 'none' } },
  });

  it('keeps its scale, its selector, and what others wrote on it', () => {
    const scaled: Deployment = {
      ...up,
      metadata: {
        ...up.metadata,
        annotations: { ...up.metadata?.annotations, 'example.com/theirs': 'yes', 'serving.knative.dev/old': 'ours' },
      },
      spec: up.spec && {
        ...up.spec,
        replicas: 7,
        template: {
          ...up.spec.template,
          metadata: { ...up.spec.template.metadata, annotations: { 'kubectl.kubernetes.io/restartedAt': 't' } },
        },
      },
    };
    const changed = changedDeployment(scaled, newer);
    expect(changed?.spec?.replicas).toBe(7);
    expect(changed?.spec?.template.spec?.affinity).toBeUndefined();
    expect(changed?.spec?.template.metadata?.annotations).toMatchObject({ 'kubectl.kubernetes.io/restartedAt': 't' });
    expect(changed?.metadata?.annotations).toEqual({ ...newer.metadata?.annotations, 'example.com/theirs': 'yes' });
  });

  it('is left alone when it was made from the same', () => {
    expect(changedDeployment(up, desiredDeployment(fresh, settings))).toBeUndefined();
  });
});

describe('digests', () => {
  const registry: Settings = { ...settings, platform: { digestsFrom: 'registry' } };
  const of = (image: string): Revision => ({ ...fresh, spec: { containers: [{ name: 'user-container', image }] } });
  const plan = (image: string, resolved: [string, ResolvedImage][] = [], from = registry) =>
    planRevision({ revision: of(image), pods: [], resolved: new Map(resolved) }, from, NOW);

  it('asks a registry before it makes pods', () => {
    const asked = plan('example.com/hello:1');
    expect(asked.resolve).toEqual(['example.com/hello:1']);
    expect(writes(asked)).toEqual([]);
    expect(conditionOf(asked.status?.conditions, 'Ready')).toMatchObject({ status: 'Unknown', reason: 'ResolvingDigests' });
  });

  it('runs what the registry said, and tells it', () => {
    const made = plan('example.com/hello:1', [['example.com/hello:1', { image: 'example.com/hello@sha256:abc' }]]);
    expect(made.status?.containerStatuses).toEqual([{ name: 'user-container', imageDigest: 'example.com/hello@sha256:abc' }]);
    const deployment = made.actions.find((a) => a.do === 'create');
    expect(JSON.stringify(deployment)).toContain('"image":"example.com/hello@sha256:abc"');
  });

  it('says which image has no digest, and asks again', () => {
    const failed = plan('example.com/hello:1', [['example.com/hello:1', { error: 'MANIFEST_UNKNOWN' }]]);
    expect(conditionOf(failed.status?.conditions, 'ContainerHealthy')).toMatchObject({
      status: 'False',
      reason: 'ContainerMissing',
      message: 'Unable to fetch image "example.com/hello:1": failed to resolve image to digest: MANIFEST_UNKNOWN',
    });
    expect(failed.lookAgainInMs).toBe(10_000);
    expect(writes(failed)).toEqual([]);
  });

  it.each([
    { name: 'a registry of the machine', image: 'dev.local/hello:1', digest: undefined },
    { name: 'a digest', image: 'example.com/hello@sha256:abc', digest: 'example.com/hello@sha256:abc' },
  ])('needs nobody for $name', ({ image, digest }) => {
    const made = plan(image);
    expect(made.resolve).toEqual([]);
    expect(made.status?.containerStatuses?.[0]?.imageDigest).toBe(digest);
    expect(writes(made)).toContain('create Deployment hello-00001-deployment');
  });

  it('takes what the node started, without another template', () => {
    const started = pod({
      containerStatuses: [{ name: 'user-container', image: 'hello:1', imageID: 'hello@sha256:abc', ready: true, restartCount: 0 }],
    });
    const found = planRevision(
      { revision: fresh, deployment: up, podAutoscaler: active, pods: [started], resolved: new Map() },
      settings,
      NOW,
    );
    expect(found.status?.containerStatuses).toEqual([{ name: 'user-container', imageDigest: 'hello@sha256:abc' }]);
    expect(writes(found)).not.toContain('replace Deployment hello-00001-deployment');
  });
});

it('says why the API server refused what the revision needs', () => {
  const plan = planRevision({ revision: fresh, pods: [], resolved: new Map(), refusal: 'Deployment "x" is invalid' }, settings, NOW);
  expect(plan.actions).toEqual([]);
  expect(conditionOf(plan.status?.conditions, 'Ready')).toMatchObject({
    status: 'False',
    reason: 'CreationFailed',
    message: 'Deployment "x" is invalid',
  });
});

it('names containers that have no name', () => {
  const of = (...images: string[]): Revision => ({ ...fresh, spec: { containers: images.map((image) => ({ name: '', image })) } });
  const names = (revision: Revision): string[] =>
    desiredDeployment(revision, settings).spec?.template.spec?.containers.map((c) => c.name) ?? [];
  expect(names(of('a'))).toEqual(['user-container']);
  expect(names(of('a', 'b'))).toEqual(['user-container-0', 'user-container-1']);
});
