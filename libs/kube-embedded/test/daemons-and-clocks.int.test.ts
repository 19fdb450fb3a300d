import { type Pod, kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { cronJobs } from '../src/controllers/cron-job-kind.js';
import { controllerRevisions, daemonSets } from '../src/controllers/daemon-set-kind.js';
import { jobs } from '../src/controllers/job-kind.js';
import { NODE_NAME } from '../src/controllers/node-registration.js';
import { ClusterFixture, serverPod } from './cluster-fixture.js';

const cluster = new ClusterFixture();
beforeAll(() => cluster.start());
afterAll(() => cluster.end());

const namespace = 'default';
const template = (app: string, version = '1') => ({
  metadata: { labels: { app } },
  spec: serverPod('x', { env: [{ name: 'VERSION', value: version }] }).spec ?? { containers: [] },
});
const podsOf = async (app: string): Promise<Pod[]> => (await cluster.client.list(kinds.pods, { namespace, labelSelector: `app=${app}` })).items;

it('runs one pod of a DaemonSet on the node, replaces it, and keeps its revisions', async () => {
  await cluster.client.create(daemonSets, {
    metadata: { name: 'agent', namespace },
    spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent') },
  });
  const isDone = (generation: number) =>
    cluster.until(daemonSets, 'agent', 'rolled out', ({ status }) => status?.observedGeneration === generation && status.updatedNumberScheduled === 1 && status.numberAvailable === 1);
  await isDone(1);
  const [first] = await podsOf('agent');
  await cluster.client.patch(daemonSets, 'agent', namespace, { type: 'strategic', body: { spec: { template: template('agent', '2') } } });
  await isDone(2);
  const [second, ...others] = await waitFor('one pod', async () => {
    const pods = await podsOf('agent');
    return pods.length === 1 ? pods : undefined;
  });
  expect(others).toEqual([]);
  expect(second?.metadata?.uid).not.toBe(first?.metadata?.uid);
  const revisions = (await cluster.client.list(controllerRevisions, { namespace })).items;
  expect(revisions.map((revision) => revision.revision).sort()).toEqual([1, 2]);
  await cluster.client.delete(daemonSets, 'agent', namespace);
  await waitFor('the pod is gone', async () => (await podsOf('agent')).length === 0);
});

it('starts a Job when its time has come, and says when it succeeded', async () => {
  await cluster.client.create(cronJobs, {
    metadata: { name: 'often', namespace },
    spec: {
      schedule: '@every 1s',
      jobTemplate: {
        spec: {
          template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'test/server:v1', command: ['node', '-e', 'process.exit(0)'] }] } },
        },
      },
    },
  });
  const done = await cluster.until(cronJobs, 'often', 'succeeded', ({ status }) => status?.lastSuccessfulTime !== undefined, 30_000);
  expect(done.status?.lastScheduleTime).toBeDefined();
  const made = (await cluster.client.list(jobs, { namespace })).items;
  expect(made[0]?.metadata?.ownerReferences?.[0]).toMatchObject({ kind: 'CronJob', name: 'often', controller: true });
  await cluster.client.delete(cronJobs, 'often', namespace);
});

it('lets pods be evicted as far as their budget allows', async () => {
  await cluster.client.create(kinds.deployments, {
    metadata: { name: 'guarded', namespace },
    spec: { replicas: 2, selector: { matchLabels: { app: 'guarded' } }, template: template('guarded') },
  });
  await cluster.client.create(kinds.podDisruptionBudgets, {
    metadata: { name: 'guarded', namespace },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'guarded' } } },
  });
  await cluster.until(kinds.podDisruptionBudgets, 'guarded', 'one may go', ({ status }) => status?.disruptionsAllowed === 1 && status.currentHealthy === 2);
  const evict = ({ metadata }: Pod): Promise<unknown> =>
    cluster.client.request({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/pods/${metadata?.name}/eviction`,
      body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: metadata?.name, namespace } },
    });
  const [one, two] = await podsOf('guarded');
  const both = await Promise.allSettled([one, two].map((pod) => evict(pod as Pod)));
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(String((both.find(({ status }) => status === 'rejected') as PromiseRejectedResult).reason)).toContain("violate the pod's disruption budget");
  await cluster.until(kinds.podDisruptionBudgets, 'guarded', 'healthy again', ({ status }) => status?.currentHealthy === 2 && status.disruptionsAllowed === 1, 30_000);
  await cluster.client.delete(kinds.deployments, 'guarded', namespace);
});

it('leaves pods of another scheduler alone', async () => {
  const pod = await cluster.client.create(kinds.pods, serverPod('elsewhere', {}, { schedulerName: 'mine' }));
  expect(pod.spec?.nodeName).toBeUndefined();
  await cluster.client.request({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods/elsewhere/binding`,
    body: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'elsewhere' }, target: { kind: 'Node', name: NODE_NAME } },
  });
  await cluster.ready('elsewhere');
});
