import { type ChildProcess, spawn } from 'node:child_process';
import { connect, type Deployment, kinds, type KubeClient, type Pod } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { findClient } from '../journeys/client.js';
import { Instance } from '../journeys/instance.js';

const manager = findClient('kube-controller-manager', 'TIDEGATE_KUBE_CONTROLLER_MANAGER');
const scheduler = findClient('kube-scheduler', 'TIDEGATE_KUBE_SCHEDULER');
const isHere = manager !== undefined && scheduler !== undefined;
const title = isHere
  ? "Kubernetes' own controller manager and scheduler"
  : "Kubernetes' own controller manager and scheduler (set TIDEGATE_KUBE_CONTROLLER_MANAGER and TIDEGATE_KUBE_SCHEDULER)";

const SLOW_MS = 60_000;
const NAMESPACE = 'kubernetes-own';
const labels = { app: 'web' };
const quotas = { group: '', version: 'v1', kind: 'ResourceQuota', plural: 'resourcequotas', namespaced: true } as const;
const jobs = { group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs', namespaced: true } as const;

(isHere ? describe : describe.skip)(title, () => {
  const instance = new Instance();
  const programs: ChildProcess[] = [];
  let client: KubeClient;

  beforeAll(async () => {
    expect((await instance.run('up', '--api-only', '--detach')).code).toBe(0);
    const kubeconfig = await instance.kubeconfig();
    client = await connect({ kubeconfigPath: kubeconfig });
    const words = ['--kubeconfig', '--authentication-kubeconfig', '--authorization-kubeconfig'].flatMap((flag) => [flag, kubeconfig]);
    const start = (program: string, ...more: string[]): void => {
      programs.push(spawn(program, [...words, '--secure-port=0', ...more], { stdio: 'ignore' }));
    };
    // Each controller as its own account, as clusters are set up: tokens and Kubernetes' own roles are needed for it.
    start(manager ?? '', '--use-service-account-credentials=true');
    start(scheduler ?? '');
    const room = { cpu: '8', memory: '16Gi', pods: '110' };
    await client.create(kinds.nodes, { metadata: { name: 'n1', labels: { 'kubernetes.io/hostname': 'n1' } } });
    await client.patch(
      kinds.nodes,
      'n1',
      undefined,
      { type: 'merge', body: { status: { capacity: room, allocatable: room, conditions: [{ type: 'Ready', status: 'True' }] } } },
      { subresource: 'status' },
    );
    await client.create(kinds.namespaces, { metadata: { name: NAMESPACE } });
  });
  afterAll(async () => {
    await Promise.all(
      programs.map((program) => {
        const ended = new Promise((resolve) => program.once('exit', resolve));
        program.kill();
        return program.exitCode === null ? ended : undefined;
      }),
    );
    await instance.end();
  });

  const pods = async (): Promise<Pod[]> => (await client.list(kinds.pods, { namespace: NAMESPACE })).items;

  it('furnish a new namespace', async () => {
    await waitFor('ServiceAccount default', () => client.get(kinds.serviceAccounts, 'default', NAMESPACE), SLOW_MS);
    await waitFor('ConfigMap kube-root-ca.crt', () => client.get(kinds.configMaps, 'kube-root-ca.crt', NAMESPACE), SLOW_MS);
  });

  it('make the pods of a Deployment, and place them', async () => {
    const container = { name: 'web', image: 'example.dev/web:1', ports: [{ containerPort: 80 }] };
    const deployment: Deployment = {
      metadata: { name: 'web', namespace: NAMESPACE },
      spec: { replicas: 3, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
    };
    await client.create(kinds.deployments, deployment);
    const placed = await waitFor(
      'three pods on the node',
      async () => {
        const found = await pods();
        return found.length === 3 && found.every((pod) => pod.spec?.nodeName === 'n1') && found;
      },
      SLOW_MS,
    );
    expect(placed.map((pod) => pod.metadata?.ownerReferences?.[0]?.kind)).toEqual(['ReplicaSet', 'ReplicaSet', 'ReplicaSet']);
    await waitFor('its status', async () => (await client.get(kinds.deployments, 'web', NAMESPACE))?.status?.replicas === 3, SLOW_MS);
  });

  it('list the endpoints of a Service', async () => {
    await client.create(kinds.services, { metadata: { name: 'web', namespace: NAMESPACE }, spec: { selector: labels, ports: [{ port: 80 }] } });
    const [pod] = await pods();
    const status = { phase: 'Running', podIP: '10.1.2.3', podIPs: [{ ip: '10.1.2.3' }], conditions: [{ type: 'Ready', status: 'True' }] };
    await client.patch(kinds.pods, pod?.metadata?.name ?? '', NAMESPACE, { type: 'merge', body: { status } }, { subresource: 'status' });
    await waitFor(
      'the address in an EndpointSlice',
      async () => JSON.stringify((await client.list(kinds.endpointSlices, { namespace: NAMESPACE })).items).includes('10.1.2.3'),
      SLOW_MS,
    );
  });

  it('count quotas, and run Jobs', async () => {
    await client.create(quotas, { metadata: { name: 'few', namespace: NAMESPACE }, ...{ spec: { hard: { pods: '20' } } } });
    const job = { completions: 2, parallelism: 2, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'example.dev/job:1' }] } } };
    await client.create(jobs, { metadata: { name: 'two', namespace: NAMESPACE }, ...{ spec: job } });
    await waitFor('five pods in the book', async () => JSON.stringify(await client.get(quotas, 'few', NAMESPACE)).includes('"used":{"pods":"5"}'), SLOW_MS);
  });

  it('collect what an owner leaves', async () => {
    await client.delete(kinds.deployments, 'web', NAMESPACE, { propagationPolicy: 'Background' });
    await waitFor('the pods of the Deployment are gone', async () => (await pods()).every((pod) => pod.metadata?.labels?.['app'] !== 'web' || pod.metadata.deletionTimestamp !== undefined), SLOW_MS);
    await waitFor('its ReplicaSets are gone', async () => (await client.list(kinds.replicaSets, { namespace: NAMESPACE })).items.length === 0, SLOW_MS);
  });

  it('empty a namespace that is deleted', async () => {
    await client.delete(kinds.namespaces, NAMESPACE);
    // No kubelet ends the pods that were placed.
    await waitFor(
      'the namespace is gone',
      async () => {
        for (const pod of await pods()) await client.delete(kinds.pods, pod.metadata?.name ?? '', NAMESPACE, { gracePeriodSeconds: 0 });
        return (await client.get(kinds.namespaces, NAMESPACE)) === undefined;
      },
      SLOW_MS,
    );
  });
});
