import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { viewsArePossible } from '../src/pods/container-view.js';
import { ClusterFixture, serverPod } from './cluster-fixture.js';

const cluster = new ClusterFixture();
beforeAll(() => cluster.start());
afterAll(() => cluster.end());

const state = (pod: Parameters<typeof cluster.ask>[0]) => pod.status?.containerStatuses?.[0];

it('runs a program at an address and port of its own, as a user of its own', async () => {
  await cluster.client.create(kinds.pods, serverPod('plain'));
  const pod = await cluster.ready('plain');
  expect(pod.status).toMatchObject({ phase: 'Running', podIP: expect.stringMatching(/^127\./), hostIP: '127.0.0.1' });
  expect(state(pod)).toMatchObject({
    ready: true,
    started: true,
    restartCount: 0,
    imageID: expect.stringMatching(/^test\/server@sha256:/),
  });
  const identity = JSON.parse(await cluster.ask(pod, '/identity')) as { uid: number; cwd: string; noNewPrivs: boolean };
  if (process.getuid?.() === 0) expect(identity.uid).toBeGreaterThanOrEqual(200_000);
  else expect(identity.uid).toBe(process.getuid?.());
  expect(identity).toMatchObject({ noNewPrivs: true, cwd: expect.stringMatching(/\/containers\/app\/root\/app$/) });
  const env = JSON.parse(await cluster.ask(pod, '/env')) as Record<string, string>;
  expect(env).toMatchObject({ HOST: pod.status?.podIP, PORT_HTTP: env['PORT'] });
  expect(Object.keys(env)).not.toContain('NODE_OPTIONS');
});

it('gives a program its token: at the path that Kubernetes promises when its pod has an account of its own, else where a variable says', async () => {
  const whoAmI = async (pod: Awaited<ReturnType<typeof cluster.ready>>, dir: string): Promise<unknown> =>
    JSON.parse(await cluster.ask(pod, `/whoami?dir=${encodeURIComponent(dir)}`));
  const robot = (name: string) => ({ namespace: 'default', status: { userInfo: { username: `system:serviceaccount:default:${name}` } } });
  await cluster.client.create(kinds.serviceAccounts, { metadata: { name: 'robot', namespace: 'default' } });
  await cluster.client.create(kinds.pods, serverPod('robot', {}, { serviceAccountName: 'robot' }));
  await cluster.client.create(kinds.pods, serverPod('silent'));
  const [own, silent] = [await cluster.ready('robot'), await cluster.ready('silent')];
  const { TIDEGATE_SERVICE_ACCOUNT: dir = '' } = JSON.parse(await cluster.ask(silent, '/env')) as Record<string, string>;
  expect(await whoAmI(silent, dir)).toMatchObject(robot('default'));
  expect(statSync(path.join(dir, 'token')).mode & 0o077).toBe(0);
  if (viewsArePossible()) expect(await whoAmI(own, '/var/run/secrets/kubernetes.io/serviceaccount')).toMatchObject(robot('robot'));
});

it('waits for a Service that its manifest names and gives its address as this caller sees it', async () => {
  const env = [{ name: 'URL', value: 'http://$(LATER_SERVICE_HOST):$(LATER_SERVICE_PORT)' }];
  await cluster.client.create(kinds.pods, serverPod('caller', { env }));
  await cluster.until(kinds.pods, 'caller', 'waiting', (p) => state(p)?.state?.waiting?.reason === 'WaitingForService');
  await cluster.client.create(kinds.services, {
    metadata: { name: 'later', namespace: 'default' },
    spec: { selector: { app: 'later' }, ports: [{ port: 29_080 }] },
  });
  const pod = await cluster.ready('caller');
  const { URL: url } = JSON.parse(await cluster.ask(pod, '/env')) as Record<string, string>;
  const address = /^http:\/\/(127\.[\d.]+):29080$/.exec(url ?? '')?.[1] ?? `no address in ${url}`;
  expect(await cluster.client.get(kinds.ipAddresses, address)).toMatchObject({
    metadata: { labels: { 'tidegate.dev/caller': 'caller', 'tidegate.dev/caller-namespace': 'default' } },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'later' } },
  });
  expect((await cluster.client.get(kinds.configMaps, 'loopback-ports', 'tidegate-system'))?.data).toMatchObject({ '29080': '29080' });
});

it('restarts a program that crashes or fails its liveness probe, with back-off from the second time on', async () => {
  const livenessProbe = { httpGet: { path: '/health', port: 'http' }, initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 1 };
  await cluster.client.create(kinds.pods, serverPod('crashing', { livenessProbe }));
  await cluster.ask(await cluster.ready('crashing'), '/sicken');
  const once = await cluster.until(kinds.pods, 'crashing', 'restarted', (p) => state(p)?.restartCount === 1 && state(p)?.ready === true);
  expect(state(once)?.lastState?.terminated).toMatchObject({ exitCode: 0 });
  await cluster.ask(once, '/crash').catch(() => undefined);
  const held = await cluster.until(kinds.pods, 'crashing', 'held', (p) => state(p)?.state?.waiting?.reason === 'CrashLoopBackOff');
  expect(state(held)).toMatchObject({
    ready: false,
    lastState: { terminated: { exitCode: 3, reason: 'Error' } },
    state: { waiting: { message: expect.stringMatching(/^back-off 10s restarting failed container=app pod=crashing_default/) } },
  });
  await waitFor('events', async () => {
    const events = await cluster.events('crashing');
    return (
      events['Unhealthy'] === 'Liveness probe failed: HTTP probe failed with statuscode: 500' && 'BackOff' in events && 'Killing' in events
    );
  });
});

it('ends gracefully: out of the endpoints at once, requests in flight answered, everything given back', async () => {
  await cluster.client.create(kinds.services, {
    metadata: { name: 'ending', namespace: 'default' },
    spec: { selector: { app: 'ending' }, ports: [{ port: 29_081, targetPort: 'http' }] },
  });
  await cluster.client.create(kinds.pods, serverPod('ending', {}, {}, { app: 'ending' }));
  const pod = await cluster.ready('ending');
  const slice = await cluster.until(kinds.endpointSlices, 'ending-ending', 'ready', (s) => s.endpoints?.[0]?.conditions?.ready === true);
  expect(`${slice.endpoints?.[0]?.addresses[0]}:${slice.ports?.[0]?.port}`).toBe(
    `${pod.status?.podIP}:${JSON.parse(pod.metadata?.annotations?.['embedded.tidegate.dev/ports'] ?? '{}')['8080']}`,
  );
  const answer = cluster.ask(pod, '/slow');
  await cluster.client.delete(kinds.pods, 'ending', 'default');
  const gone = await cluster.until(
    kinds.endpointSlices,
    'ending-ending',
    'terminating',
    (s) => s.endpoints?.[0]?.conditions?.terminating === true,
  );
  expect(gone.endpoints?.[0]?.conditions).toMatchObject({ ready: false, serving: true });
  expect(await answer).toBe('done');
  await waitFor('the pod to be gone', async () => !(await cluster.client.get(kinds.pods, 'ending', 'default')));
  await waitFor('its slice to be gone', async () => !(await cluster.client.get(kinds.endpointSlices, 'ending-ending', 'default')));
  expect(existsSync(path.join(cluster.dataDir, 'public', 'pods', pod.metadata?.uid ?? ''))).toBe(false);
});

it('a deletion with no grace ends the program now', async () => {
  await cluster.client.create(kinds.pods, serverPod('forced', {}, { terminationGracePeriodSeconds: 60 }));
  const pod = await cluster.ready('forced');
  const slow = cluster.ask(pod, '/slow');
  slow.catch(() => undefined);
  await cluster.client.delete(kinds.pods, 'forced', 'default', { gracePeriodSeconds: 0 });
  await expect(slow).rejects.toThrow();
});

it('says how to build an image that is not there, and starts by itself once a reference exists', async () => {
  await cluster.client.create(kinds.pods, serverPod('nowhere', { image: 'nginx:1' }));
  const pod = await cluster.until(kinds.pods, 'nowhere', 'waiting', (p) =>
    ['ErrImagePull', 'ImagePullBackOff'].includes(state(p)?.state?.waiting?.reason ?? ''),
  );
  expect(state(pod)?.state?.waiting?.message).toMatch(/Build it with "tidegate image build DIR"/);
  await cluster.client.create(kinds.pods, serverPod('config', { envFrom: [{ configMapRef: { name: 'absent' } }] }));
  await cluster.until(
    kinds.pods,
    'config',
    'waiting',
    (p) =>
      state(p)?.state?.waiting?.reason === 'CreateContainerConfigError' &&
      state(p)?.state?.waiting?.message === 'configmap "absent" not found',
  );
  await cluster.client.create(kinds.configMaps, { metadata: { name: 'absent', namespace: 'default' }, data: { COLOUR: 'blue' } });
  expect(JSON.parse(await cluster.ask(await cluster.ready('config'), '/env'))).toMatchObject({ COLOUR: 'blue' });
});

it('provides volumes under their own names, in the working directory and elsewhere', async () => {
  await cluster.client.create(kinds.configMaps, { metadata: { name: 'files', namespace: 'default' }, data: { 'a.txt': 'from a map' } });
  await cluster.client.create(kinds.secrets, {
    metadata: { name: 'hidden', namespace: 'default' },
    data: { word: Buffer.from('open').toString('base64') },
  });
  const volumes = [
    { name: 'files', configMap: { name: 'files' } },
    { name: 'hidden', secret: { secretName: 'hidden', defaultMode: 0o400 } },
    { name: 'scratch', emptyDir: {} },
    { name: 'about', downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
  ];
  const volumeMounts = [
    { name: 'files', mountPath: '/app/files' },
    { name: 'hidden', mountPath: 'secrets' },
    { name: 'scratch', mountPath: '/app/scratch' },
    { name: 'about', mountPath: '/etc/about' },
  ];
  const initContainers = [
    {
      name: 'prepare',
      image: 'test/server:v1',
      command: ['sh', '-c', 'echo prepared > scratch/made'],
      volumeMounts: [{ name: 'scratch', mountPath: '/app/scratch' }],
    },
  ];
  await cluster.client.create(kinds.pods, serverPod('volumes', { volumeMounts }, { volumes, initContainers }));
  const pod = await cluster.ready('volumes');
  expect(await cluster.ask(pod, '/file?path=files/a.txt')).toBe('from a map');
  expect(await cluster.ask(pod, '/file?path=secrets/word')).toBe('open');
  expect(await cluster.ask(pod, '/file?path=scratch/made')).toBe('prepared\n');
  const { TIDEGATE_VOLUME_ABOUT: about } = JSON.parse(await cluster.ask(pod, '/env')) as Record<string, string>;
  expect(await cluster.ask(pod, `/file?path=${about}/name`)).toBe('volumes');
  // Where the machine does not let its users make views, the variable is the way, and the event says so.
  if (viewsArePossible()) expect(await cluster.ask(pod, '/file?path=/etc/about/name')).toBe('volumes');
  else
    expect(await waitFor('the event', async () => (await cluster.events('volumes'))['MountPathOutside'])).toContain(
      '/etc/about ($TIDEGATE_VOLUME_ABOUT)',
    );
  expect(await cluster.ask(pod, '/file?path=/etc/hostname')).toBe(readFileSync('/etc/hostname', 'utf8'));
  expect(existsSync('/etc/about')).toBe(false);
  const plain = JSON.parse(await cluster.ask(await cluster.ready('plain'), '/identity')) as { uid: number };
  expect(JSON.parse(await cluster.ask(pod, '/identity'))).toMatchObject({
    uid: plain.uid,
    noNewPrivs: true,
    capabilities: '0000000000000000',
  });
  expect(pod.status?.initContainerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
});

it('runs nothing with more rights than the pod has, whatever its environment says', async () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'loader-'));
  chmodSync(scratch, 0o777);
  try {
    const env = [
      { name: 'LD_DEBUG', value: 'libs' },
      { name: 'LD_DEBUG_OUTPUT', value: path.join(scratch, 'ld') },
    ];
    const volumes = [{ name: 'data', emptyDir: {} }];
    const volumeMounts = [{ name: 'data', mountPath: '/data-of-the-pod' }];
    await cluster.client.create(kinds.pods, serverPod('loader', { env, volumeMounts }, { volumes }));
    const { uid } = JSON.parse(await cluster.ask(await cluster.ready('loader'), '/identity')) as { uid: number };
    const owners = new Set(readdirSync(scratch).map((name) => statSync(path.join(scratch, name)).uid));
    expect([...owners]).toEqual([uid]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

it('ends a program that uses more memory than its limit', async () => {
  await cluster.client.create(kinds.pods, serverPod('greedy', { resources: { limits: { memory: '120Mi' } } }));
  await cluster.ask(await cluster.ready('greedy'), '/eat').catch(() => undefined);
  const pod = await cluster.until(
    kinds.pods,
    'greedy',
    'ended',
    (p) => (state(p)?.lastState?.terminated ?? state(p)?.state?.terminated)?.reason === 'OOMKilled',
  );
  expect(state(pod)?.lastState?.terminated ?? state(pod)?.state?.terminated).toMatchObject({ exitCode: 137 });
});

it('holds a running program to the limit that it was resized to', async () => {
  await cluster.client.create(kinds.pods, serverPod('resized', { resources: { limits: { memory: '4Gi' } } }));
  const pod = await cluster.ready('resized');
  await cluster.ask(pod, '/eat');
  const resize = (memory: string) => {
    const containers = [{ name: 'app', resources: { requests: { memory }, limits: { memory } } }];
    return cluster.client.patch(kinds.pods, 'resized', 'default', { type: 'strategic', body: { spec: { containers } } }, { subresource: 'resize' });
  };
  await resize('3Gi');
  const told = await cluster.until(kinds.pods, 'resized', 'told', (p) => state(p)?.resources?.limits?.['memory'] === '3Gi');
  expect(state(told)).toMatchObject({ restartCount: 0, allocatedResources: { memory: '3Gi' } });
  await resize('64Mi');
  await cluster.until(kinds.pods, 'resized', 'ended', (p) => state(p)?.lastState?.terminated?.reason === 'OOMKilled');
});

it('runs a pod to its end', async () => {
  const task = serverPod('task', { command: ['sh', '-c', 'echo working; exit 4'] }, { restartPolicy: 'Never' });
  await cluster.client.create(kinds.pods, task);
  const pod = await cluster.until(kinds.pods, 'task', 'failed', (p) => p.status?.phase === 'Failed');
  expect(state(pod)?.state?.terminated).toMatchObject({ exitCode: 4, reason: 'Error' });
  let log = '';
  for await (const text of cluster.client.transport.text({ method: 'GET', path: '/api/v1/namespaces/default/pods/task/log' })) log += text;
  expect(log).toBe('working\n');
});

it('runs a program beside the others of a running pod, once', async () => {
  await cluster.client.create(kinds.pods, serverPod('debugged'));
  await cluster.ready('debugged');
  const ephemeralContainers = [{ name: 'beside', image: 'test/server:v1', command: ['sh', '-c', 'exit 7'] }];
  await cluster.client.patch(kinds.pods, 'debugged', 'default', { type: 'strategic', body: { spec: { ephemeralContainers } } }, { subresource: 'ephemeralcontainers' });
  const pod = await cluster.until(kinds.pods, 'debugged', 'the other has ended', ({ status }) => status?.ephemeralContainerStatuses?.[0]?.state?.terminated !== undefined);
  expect(pod.status?.ephemeralContainerStatuses).toMatchObject([{ name: 'beside', ready: false, restartCount: 0, state: { terminated: { exitCode: 7 } } }]);
  expect(await cluster.ask(pod, '/health')).toBe('');
});

it('warns in a sentence about a program that does not listen where it was told to', async () => {
  await cluster.client.create(kinds.pods, serverPod('elsewhere', { env: [{ name: 'LISTEN', value: 'elsewhere' }] }));
  const message = await waitFor('the warning', async () => (await cluster.events('elsewhere'))['NotListening'], 20_000);
  expect(message).toMatch(
    /^container app does not listen on 127\.[\d.]+:\d+, the address it was given as HOST and PORT: it listens on 127\.0\.0\.1:\d+ instead\./,
  );
}, 30_000);

it('measures what pods use', async () => {
  const pod = await cluster.ready('plain');
  const usage = cluster.cluster.workloads.usage().find((u) => u.pod.metadata?.uid === pod.metadata?.uid);
  expect(usage?.containers[0]).toMatchObject({ container: 'app' });
  expect(usage?.containers[0]?.memoryBytes).toBeGreaterThan(5_000_000);
});

it('after a stop nothing of it runs; after a start everything does, at the same address', async () => {
  const before = await cluster.ready('plain');
  const { pid } = JSON.parse(await cluster.ask(before, '/identity')) as { pid: number };
  await cluster.stop();
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect(readdirSync(path.join(cluster.dataDir, 'private', 'processes'))).toEqual([]);
  await cluster.start();
  const after = await cluster.ready('plain');
  expect(after.status?.podIP).toBe(before.status?.podIP);
  expect(after.metadata?.uid).toBe(before.metadata?.uid);
  expect(state(after)?.restartCount).toBe(1);
  expect(await cluster.ask(after, '/')).toBe('ok');
}, 60_000);
