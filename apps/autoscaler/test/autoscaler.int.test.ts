import { kinds } from '@tidegate/kube';
import { conditionOf, podAutoscalers } from '@tidegate/serving-contract';
import { waitFor } from '@tidegate/testing';
import { AutoscalerStage, NAMESPACE, type Seen, activeOf } from './autoscaler-stage.js';

const stage = new AutoscalerStage();
beforeAll(() => stage.open(), 180_000);
afterAll(() => stage.close(), 60_000);
afterEach(() => stage.configure());

const serving = ({ pods }: Seen): number => pods.filter((p) => p.ready && !p.parked).length;
const isAsleep = ({ replicas, pods, pa }: Seen): boolean => replicas === 0 && pods.length === 0 && pa?.status?.actualScale === 0;

it('grows with concurrency, shrinks when it falls, and sleeps, without a lost request', async () => {
  await stage.service('hello', { target: '4' });
  const busy = stage.load('hello');
  busy.run(12, 100);
  const grown = await stage.until('hello', 'has grown', (seen) => serving(seen) >= 4);
  expect(activeOf(grown.pa)).toBe('True');
  await busy.stop();
  const calm = stage.load('hello');
  calm.run(2, 100);
  await stage.until('hello', 'has shrunk to one', ({ replicas, pods }) => replicas === 1 && pods.length === 1);
  await calm.stop();
  expect([...busy.failed, ...calm.failed]).toEqual([]);
  expect(busy.answers.length).toBeGreaterThan(100);
  const asleep = await stage.until('hello', 'sleeps', isAsleep);
  expect(activeOf(asleep.pa)).toBe('False NoTraffic');
  expect(asleep.pa?.status).toMatchObject({ desiredScale: 0, serviceName: 'hello-00001' });
  await waitFor('its events', async () => {
    const told = await stage.events('hello');
    return ['ScaledUp', 'ScaledDown', 'ScaledToZero'].every((reason) => told.includes(reason));
  });
}, 120_000);

it('wakes a sleeping revision at once, with as many pods as the burst needs', async () => {
  await stage.until('hello', 'sleeps', isAsleep);
  stage.autoscaler.wake({ namespace: NAMESPACE, name: 'hello-00001' }, 10);
  // 10 waiting over 2.8 per pod.
  await stage.until('hello', 'is asked for four pods', ({ replicas }) => replicas === 4, 1_000);
  const awake = await stage.until('hello', 'is active', ({ pa }) => activeOf(pa) === 'True');
  expect(awake.pods.every((p) => !p.parked)).toBe(true);
  await stage.until('hello', 'sleeps again', isAsleep);
}, 60_000);

it('takes its parked pod back when requests come before it is gone', async () => {
  await stage.configure({ 'scale-to-zero-grace-period': '60s' });
  await stage.service('grace');
  const parked = await stage.until(
    'grace',
    'is inactive',
    ({ pa, pods }) => activeOf(pa) === 'False NoTraffic' && pods[0]?.parked === true,
  );
  expect(parked).toMatchObject({ replicas: 1, pods: [{ ready: true }] });
  stage.autoscaler.wake({ namespace: NAMESPACE, name: 'grace-00001' }, 1);
  const back = await stage.until('grace', 'is active', ({ pa, pods }) => activeOf(pa) === 'True' && pods[0]?.parked === false);
  expect(back.pods).toEqual([{ ...parked.pods[0], parked: false }]);
  const load = stage.load('grace');
  await waitFor('the pod answers', async () => (await load.ask(0)).status === 200);
  await load.stop();
}, 60_000);

it('shrinks by idle pods, and waits for requests that go on', async () => {
  await stage.service('long', { target: '4', 'min-scale': '1' });
  stage.autoscaler.wake({ namespace: NAMESPACE, name: 'long-00001' }, 8);
  await stage.until('long', 'has three pods', (seen) => serving(seen) === 3);
  const load = stage.load('long');
  // Two pods get a long request, and one none.
  const asked = [load.ask(14_000), load.ask(14_000)];
  const parked = await stage.until('long', 'has parked pods', ({ pods }) => pods.filter((p) => p.parked).length === 2);
  const [first, second] = await Promise.all(asked);
  expect(load.failed).toEqual([]);
  const busy = new Set([first?.pod, second?.pod]);
  // With both at one pod two are idle; else one of the two busy ones has to go as well, once it has answered.
  const idle = parked.pods.filter((p) => !busy.has(p.name)).map((p) => p.name);
  expect(parked.pods.filter((p) => p.parked).map((p) => p.name)).toEqual(expect.arrayContaining(idle));
  const last = await stage.until('long', 'has one pod', ({ replicas, pods }) => replicas === 1 && pods.length === 1);
  expect(parked.pods.find((p) => !p.parked)?.name).toBe(last.pods[0]?.name);
  await load.stop();
}, 90_000);

it('loses no request of a steady load while pods go', async () => {
  await stage.service('steady', { target: '20' });
  const load = stage.load('steady');
  load.run(8, 20);
  for (let round = 0; round < 3; round++) {
    stage.autoscaler.wake({ namespace: NAMESPACE, name: 'steady-00001' }, 60);
    await stage.until('steady', 'has five pods', (seen) => serving(seen) === 5);
    await stage.until('steady', 'has one', ({ replicas, pods }) => replicas === 1 && pods.length === 1);
  }
  await load.stop();
  expect(load.failed).toEqual([]);
  expect(load.answers.length).toBeGreaterThan(500);
}, 180_000);

it('keeps its bounds and its first scale', async () => {
  await stage.service('bounds', { 'min-scale': '2', 'max-scale': '3', 'initial-scale': '3', target: '1' });
  const isInitialized = ({ pa }: Seen): boolean => conditionOf(pa?.status?.conditions, 'ScaleTargetInitialized')?.status === 'True';
  await stage.until('bounds', 'is initialized, and shrinks to its least', (seen) => isInitialized(seen) && seen.replicas === 2);
  await waitFor('it says from where it came', async () => (await stage.messages('bounds')).includes('Scaled from 3 to 2 pods.'));
  const load = stage.load('bounds');
  load.run(20, 100);
  await stage.until('bounds', 'grows to its most', (seen) => serving(seen) === 3);
  expect((await stage.see('bounds')).replicas).toBe(3);
  await load.stop();
  expect(load.failed).toEqual([]);
}, 90_000);

it('does not flap when it starts again under load', async () => {
  await stage.service('restart', { target: '4' });
  const load = stage.load('restart');
  load.run(10, 100);
  const before = await stage.until('restart', 'has grown', (seen) => serving(seen) >= 3);
  await stage.stop();
  const replicas: number[] = [];
  await stage.start('two');
  const end = Date.now() + 14_000;
  await waitFor(
    'two stable windows have passed',
    async () => {
      replicas.push((await stage.see('restart')).replicas);
      return Date.now() > end;
    },
    30_000,
  );
  await load.stop();
  // Ten requests at four for each; a busy machine may have asked for one more before.
  expect(Math.min(...replicas)).toBeGreaterThanOrEqual(Math.min(before.replicas, 3));
  expect(load.failed).toEqual([]);
}, 90_000);

it('takes a silence of telemetry for no reason to shrink', async () => {
  await stage.stop();
  await stage.start('three', 'socket');
  await stage.service('silence', { target: '4', 'min-scale': '1' });
  const load = stage.load('silence');
  // Each longer than telemetry is away, so that nobody hears of their starts.
  load.run(10, 2_500);
  const before = await stage.until('silence', 'has grown', (seen) => serving(seen) >= 3);
  await stage.stopTelemetry();
  const away = Date.now() + 8_000;
  const replicas: number[] = [];
  const watch = (end: number, what: string): Promise<unknown> =>
    waitFor(
      what,
      async () => {
        replicas.push((await stage.see('silence')).replicas);
        return Date.now() > end;
      },
      30_000,
    );
  await watch(away, 'more than a stable window has passed');
  await stage.startTelemetry();
  await watch(away + 14_000, 'two stable windows have passed');
  // Ten requests at four for each; a busy machine may have asked for one more before.
  expect(Math.min(...replicas)).toBeGreaterThanOrEqual(Math.min(before.replicas, 3));
  await load.stop();
  expect(load.failed).toEqual([]);
  await stage.until('silence', 'shrinks when there is evidence', (seen) => seen.replicas === 1);
}, 120_000);

it('keeps a pod for a Service that leads past the proxies', async () => {
  await stage.service('side');
  const name = 'side-door';
  const selector = { 'serving.knative.dev/revision': 'side-00001' };
  await stage.client.create(kinds.services, {
    metadata: { name, namespace: NAMESPACE },
    spec: { selector, ports: [{ port: 80, targetPort: 8080 }] },
  });
  await waitFor('it says so', async () => (await stage.events('side')).includes('KeptAwake'), 30_000);
  expect((await stage.see('side')).replicas).toBe(1);
  await stage.client.delete(kinds.services, name, NAMESPACE);
  await stage.until('side', 'sleeps without it', isAsleep);
}, 90_000);

it('follows config-autoscaler as it is', async () => {
  await stage.configure({ 'enable-scale-to-zero': 'false', 'stable-window': 'soon' });
  // The map is broken as a whole, so what was set before counts: to zero it goes.
  await stage.service('live');
  await stage.until('live', 'sleeps', isAsleep);
  await stage.configure({ 'min-scale': '2' });
  await stage.until('live', 'has two pods', (seen) => serving(seen) === 2);
}, 90_000);

it('gives a revision of class hpa to Kubernetes', async () => {
  const asked = { class: 'hpa.autoscaling.knative.dev', metric: 'cpu', target: '60', 'min-scale': '1', 'max-scale': '4' };
  await stage.service('other', asked);
  const hpa = await stage.client.get(kinds.horizontalPodAutoscalers, 'other-00001', NAMESPACE);
  expect(hpa?.spec).toMatchObject({
    scaleTargetRef: { kind: 'Deployment', name: 'other-00001-deployment' },
    minReplicas: 1,
    maxReplicas: 4,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 60 } } }],
  });
  const seen = await stage.until('other', 'is active', ({ pa }) => activeOf(pa) === 'True');
  expect(seen.pa?.status).toMatchObject({ desiredScale: 1, actualScale: 1 });
}, 60_000);

it('leaves a HorizontalPodAutoscaler of somebody else alone', async () => {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'foreign' };
  const metadata = { name: 'foreign-00001', namespace: NAMESPACE };
  await stage.client.create(kinds.horizontalPodAutoscalers, { metadata, spec: { scaleTargetRef, maxReplicas: 2 } });
  await stage.client.create(podAutoscalers, {
    metadata: { ...metadata, annotations: { 'autoscaling.knative.dev/class': 'hpa.autoscaling.knative.dev' } },
    spec: { scaleTargetRef, protocolType: 'http1' },
  });
  const said = await waitFor('its status', async () => {
    const pa = await stage.client.get(podAutoscalers, 'foreign-00001', NAMESPACE);
    return conditionOf(pa?.status?.conditions, 'Active');
  });
  expect(said).toMatchObject({
    status: 'False',
    reason: 'NotOwned',
    message: 'There is an existing HorizontalPodAutoscaler "foreign-00001" that we do not own.',
  });
});

it('shows its numbers', async () => {
  const text = await stage.registry.metrics();
  expect(text).toMatch(/kn_revision_pods_requested\{[^}]*kn_revision_name="live-00001"[^}]*\} \d/);
  expect(text).toMatch(/kn_revision_concurrency_target\{[^}]*kn_service_name="live"[^}]*\} 70/);
  expect(text).toContain('tidegate_autoscaler_open_requests 0');
});
