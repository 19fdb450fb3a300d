import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Deployment, type Pod, defineKind, kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { jobs } from '../src/controllers/job-kind.js';
import { ClusterFixture, addressOf, isReady, serverPod } from './cluster-fixture.js';

const cluster = new ClusterFixture();
beforeAll(() => cluster.start());
afterAll(() => cluster.end());

const template = (app: string, env: { name: string; value: string }[] = []) => ({
  metadata: { labels: { app } },
  spec: serverPod('x', { env }).spec ?? { containers: [] },
});
const deployment = (name: string, replicas: number, spec: Partial<NonNullable<Deployment['spec']>> = {}): Deployment => ({
  metadata: { name, namespace: 'default' },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: template(name), ...spec },
});
const podsOf = async (app: string): Promise<Pod[]> =>
  (await cluster.client.list(kinds.pods, { namespace: 'default', labelSelector: `app=${app}` })).items;
const available = (name: string, replicas: number) =>
  cluster.until(
    kinds.deployments,
    name,
    `${replicas} available`,
    (d) =>
      d.status?.availableReplicas === replicas &&
      d.status.updatedReplicas === replicas &&
      d.status.replicas === replicas &&
      d.status.observedGeneration === d.metadata?.generation,
  );

it('rolls a Deployment forward while it always answers', async () => {
  await cluster.client.create(kinds.services, {
    metadata: { name: 'rolling', namespace: 'default' },
    spec: { selector: { app: 'rolling' }, ports: [{ port: 29_090, targetPort: 'http' }] },
  });
  await cluster.client.create(kinds.deployments, deployment('rolling', 2));
  await available('rolling', 2);
  const before = (await podsOf('rolling')).map((p) => p.metadata?.name);
  // A client that follows the endpoints, as the mesh does.
  let asking = true;
  const failures: string[] = [];
  let answers = 0;
  const client = (async () => {
    while (asking) {
      const { items } = await cluster.client.list(kinds.endpointSlices, {
        namespace: 'default',
        labelSelector: 'kubernetes.io/service-name=rolling',
      });
      const ready = items.filter((s) => s.endpoints?.[0]?.conditions?.ready);
      const slice = ready[answers % Math.max(1, ready.length)];
      if (!slice) failures.push('no ready endpoint');
      else
        await fetch(`http://${slice.endpoints?.[0]?.addresses[0]}:${slice.ports?.[0]?.port}/`).then(
          () => answers++,
          (error: unknown) => failures.push(String(error)),
        );
    }
  })();
  await cluster.client.patch(kinds.deployments, 'rolling', 'default', {
    type: 'strategic',
    body: { spec: { template: template('rolling', [{ name: 'VERSION', value: '2' }]) } },
  });
  const done = await available('rolling', 2);
  await waitFor('the old pods to be gone', async () => (await podsOf('rolling')).length === 2);
  asking = false;
  await client;
  expect(failures).toEqual([]);
  expect(answers).toBeGreaterThan(10);
  expect((await podsOf('rolling')).some((p) => before.includes(p.metadata?.name))).toBe(false);
  expect(done.metadata?.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
  expect(done.status?.conditions?.find((c) => c.type === 'Progressing')).toMatchObject({
    status: 'True',
    reason: 'NewReplicaSetAvailable',
  });
}, 60_000);

it('a Deployment without replicas has none, and its ReplicaSets and pods go with it', async () => {
  await cluster.client.create(kinds.deployments, deployment('going', 1));
  await available('going', 1);
  await cluster.client.delete(kinds.deployments, 'going', 'default', { propagationPolicy: 'Foreground' });
  const waiting = await cluster.client.get(kinds.deployments, 'going', 'default');
  if (waiting) expect(waiting.metadata?.finalizers).toContain('foregroundDeletion');
  await waitFor('the deployment to be gone', async () => !(await cluster.client.get(kinds.deployments, 'going', 'default')));
  expect((await cluster.client.list(kinds.replicaSets, { namespace: 'default', labelSelector: 'app=going' })).items).toEqual([]);
});

it('orphans stay, and are adopted by the next of their name', async () => {
  await cluster.client.create(kinds.deployments, deployment('orphans', 1));
  await available('orphans', 1);
  const [pod] = await podsOf('orphans');
  await cluster.client.delete(kinds.deployments, 'orphans', 'default', { propagationPolicy: 'Orphan' });
  await waitFor('the deployment to be gone', async () => !(await cluster.client.get(kinds.deployments, 'orphans', 'default')));
  await cluster.client.create(kinds.deployments, deployment('orphans', 1));
  await available('orphans', 1);
  expect((await podsOf('orphans')).map((p) => p.metadata?.uid)).toEqual([pod?.metadata?.uid]);
});

it('an owner of a kind that only a lesser version of its group has takes what it owns with it', async () => {
  const group = 'parts.example.dev';
  const served = (kind: string, plural: string, version: string) => ({
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase() },
      scope: 'Namespaced' as const,
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  });
  await cluster.client.create(kinds.customResourceDefinitions, served('Whole', 'wholes', 'v1'));
  await cluster.client.create(kinds.customResourceDefinitions, served('Draft', 'drafts', 'v1beta1'));
  const drafts = defineKind({ group, version: 'v1beta1', kind: 'Draft', plural: 'drafts', namespaced: true });
  await waitFor('drafts are served', () => cluster.client.list(drafts).then(() => true));
  const owner = await cluster.client.create(drafts, { metadata: { name: 'one', namespace: 'default' } });
  const ownerReferences = [{ apiVersion: `${group}/v1beta1`, kind: 'Draft', name: 'one', uid: owner.metadata?.uid ?? '' }];
  await cluster.client.create(kinds.configMaps, { metadata: { name: 'of-one', namespace: 'default', ownerReferences } });
  await cluster.client.delete(drafts, 'one', 'default');
  await waitFor(
    'what it owned is gone',
    async () => !(await cluster.client.get(kinds.configMaps, 'of-one', 'default')) || undefined,
    20_000,
  );
});

it('a namespace is emptied before it goes', async () => {
  await cluster.client.create(kinds.namespaces, { metadata: { name: 'short' } });
  await waitFor('its account', () => cluster.client.get(kinds.serviceAccounts, 'default', 'short'));
  expect((await waitFor('the CA', () => cluster.client.get(kinds.configMaps, 'kube-root-ca.crt', 'short'))).data?.['ca.crt']).toContain(
    'BEGIN CERTIFICATE',
  );
  const pod = serverPod('inside');
  await cluster.client.create(kinds.pods, { ...pod, metadata: { ...pod.metadata, namespace: 'short' } });
  const running = await waitFor('the pod', async () => {
    const found = await cluster.client.get(kinds.pods, 'inside', 'short');
    return found && isReady(found) ? found : undefined;
  });
  await cluster.client.delete(kinds.namespaces, 'short');
  await waitFor('the namespace to be gone', async () => !(await cluster.client.get(kinds.namespaces, 'short')));
  await expect(fetch(`http://${addressOf(running)}/`)).rejects.toThrow();
});

it('a StatefulSet makes its pods in order, by name', async () => {
  const spec = { replicas: 2, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: template('db') };
  await cluster.client.create(kinds.statefulSets, { metadata: { name: 'db', namespace: 'default' }, spec });
  await cluster.until(kinds.statefulSets, 'db', 'ready', (s) => s.status?.readyReplicas === 2);
  const pods = await podsOf('db');
  expect(pods.map((p) => p.metadata?.name).sort()).toEqual(['db-0', 'db-1']);
  expect(JSON.parse(await cluster.ask(pods[0] ?? {}, '/env'))).toMatchObject({ HOSTNAME: pods[0]?.metadata?.name });
});

it('a Job runs to its end', async () => {
  const spec = {
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'work', image: 'test/server:v1', command: ['true'] }] } },
  };
  await cluster.client.create(jobs, { metadata: { name: 'work', namespace: 'default' }, spec });
  const done = await cluster.until(
    jobs,
    'work',
    'complete',
    (j) => j.status?.conditions?.some((c) => c.type === 'Complete' && c.status === 'True') ?? false,
  );
  expect(done.status).toMatchObject({ succeeded: 1 });
});

it('moves a Service port that another program has, and says so', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(29_095, '127.0.0.1', resolve));
  try {
    await cluster.client.create(kinds.services, {
      metadata: { name: 'taken', namespace: 'default' },
      spec: { selector: { app: 'taken' }, ports: [{ port: 29_095 }] },
    });
    const map = await waitFor('the mapping', async () => {
      const found = await cluster.client.get(kinds.configMaps, 'loopback-ports', 'tidegate-system');
      return found?.data?.['29095'] ? found : undefined;
    });
    expect(map.data?.['29095']).not.toBe('29095');
    await waitFor('the event', async () =>
      (await cluster.client.list(kinds.events, { namespace: 'tidegate-system' })).items.some(
        (e) => e.reason === 'PortMapped' && e.message?.startsWith('port 29095 answers on'),
      ),
    );
  } finally {
    await new Promise((resolve) => holder.close(resolve));
  }
});

it('gives a Gateway an address, as soon as its kind is served', async () => {
  const gateways = defineKind<{ metadata?: object; spec?: object }>({
    group: 'gateway.networking.k8s.io',
    version: 'v1',
    kind: 'Gateway',
    plural: 'gateways',
    namespaced: true,
  });
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  await cluster.client.create(kinds.customResourceDefinitions, {
    metadata: {
      name: 'gateways.gateway.networking.k8s.io',
      annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/2466' },
    },
    spec: {
      group: 'gateway.networking.k8s.io',
      scope: 'Namespaced',
      names: { plural: 'gateways', singular: 'gateway', kind: 'Gateway', listKind: 'GatewayList' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  await waitFor('the kind', () =>
    cluster.client.create(gateways, {
      metadata: { name: 'edge', namespace: 'default' },
      spec: { gatewayClassName: 'tidegate', listeners: [{ name: 'http', port: 29_096, protocol: 'HTTP' }] },
    }),
  );
  const address = await waitFor('the address', async () =>
    (await cluster.client.list(kinds.ipAddresses)).items.find((a) => a.spec?.parentRef?.resource === 'gateways'),
  );
  expect(address).toMatchObject({
    metadata: { name: expect.stringMatching(/^127\./) },
    spec: { parentRef: { group: 'gateway.networking.k8s.io', namespace: 'default', name: 'edge' } },
  });
  await waitFor('the port', async () => (await cluster.client.get(kinds.configMaps, 'loopback-ports', 'tidegate-system'))?.data?.['29096']);
  await cluster.client.delete(gateways, 'edge', 'default');
  await waitFor('the address to be given back', async () => !(await cluster.client.get(kinds.ipAddresses, address.metadata?.name ?? '')));
});

it('at the next start, a port that was taken meanwhile moves, one that the instance itself holds stays', async () => {
  await cluster.client.create(kinds.services, {
    metadata: { name: 'moved', namespace: 'default' },
    spec: {
      selector: { app: 'moved' },
      ports: [
        { name: 'a', port: 29_097 },
        { name: 'b', port: 29_098 },
      ],
    },
  });
  const mapping = async () => (await cluster.client.get(kinds.configMaps, 'loopback-ports', 'tidegate-system'))?.data;
  await waitFor('the mapping', async () => (await mapping())?.['29098']);
  await cluster.stop();
  const stranger = createServer();
  await new Promise<void>((resolve) => stranger.listen(29_097, '127.0.0.1', resolve));
  // As the instance's Envoy, which goes on while the cluster's process is started again: its command line names the data folder.
  const program = `require('net').createServer().listen(29098, '127.0.0.1', () => console.log('up'))`;
  const envoy = spawn(process.execPath, ['-e', program, '--', `${cluster.dataDir}/private/envoy.json`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(envoy.stdout, 'data');
    await cluster.start();
    const after = await mapping();
    expect(after?.['29098']).toBe('29098');
    expect(after?.['29097']).not.toBe('29097');
    await waitFor('the event', async () =>
      (await cluster.client.list(kinds.events, { namespace: 'tidegate-system' })).items.some((e) =>
        e.message?.startsWith('port 29097 moved from 29097'),
      ),
    );
  } finally {
    envoy.kill();
    await new Promise((resolve) => stranger.close(resolve));
  }
}, 60_000);
