import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { volumeClaims, volumes } from '../src/controllers/volume-kinds.js';
import { ClusterFixture, isReady, serverPod } from './cluster-fixture.js';

const cluster = new ClusterFixture();
beforeAll(() => cluster.start());
afterAll(() => cluster.end());

const CLAIM = 'data-keeper-0';
const foldersOf = (): string[] => readdirSync(path.join(cluster.dataDir, 'public', 'claims'));
const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };

it('keeps what the pod of a StatefulSet wrote, for the next one', async () => {
  // In the working directory, which is there with and without user namespaces.
  const volumeMounts = [{ name: 'data', mountPath: '/app/data', subPath: 'db/files' }];
  const pod = serverPod('keeper', { volumeMounts }, {}, { app: 'keeper' });
  await cluster.client.create(kinds.statefulSets, {
    metadata: { name: 'keeper', namespace: 'default' },
    spec: {
      serviceName: 'keeper',
      selector: { matchLabels: { app: 'keeper' } },
      template: { metadata: { labels: { app: 'keeper' } }, spec: pod.spec ?? { containers: [] } },
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec }],
    },
  });
  const first = await cluster.ready('keeper-0');
  await cluster.ask(first, '/write?path=data/note&text=kept');
  const claim = await cluster.client.get(volumeClaims, CLAIM, 'default');
  expect(claim).toMatchObject({ spec: { storageClassName: 'standard' }, status: { phase: 'Bound', capacity: { storage: '1Gi' } } });
  expect(foldersOf()).toEqual([claim?.spec?.volumeName]);
  await cluster.client.delete(kinds.pods, 'keeper-0', 'default');
  const next = await cluster.until(kinds.pods, 'keeper-0', 'made anew', (p) => p.metadata?.uid !== first.metadata?.uid && isReady(p));
  expect(await cluster.ask(next, '/file?path=data/note')).toBe('kept');
});

it('lets a claim go when its last pod is gone, and its folder with it', async () => {
  const [folder = ''] = foldersOf();
  expect(readFileSync(path.join(cluster.dataDir, 'public', 'claims', folder, 'db', 'files', 'note'), 'utf8')).toBe('kept');
  await cluster.client.delete(volumeClaims, CLAIM, 'default');
  await cluster.until(volumeClaims, CLAIM, 'ending', ({ metadata }) => metadata?.deletionTimestamp !== undefined);
  expect(foldersOf()).toEqual([folder]);
  await cluster.client.delete(kinds.statefulSets, 'keeper', 'default');
  await waitFor('claim, volume and folder are gone', async () => {
    const left = [await cluster.client.get(volumeClaims, CLAIM, 'default'), await cluster.client.get(volumes, folder)];
    return left.every((object) => object === undefined) && foldersOf().length === 0;
  });
});

it('says what a pod waits for, and starts it once its claim is bound', async () => {
  const late = { metadata: { name: 'late', namespace: 'default' }, spec: { ...claimSpec, storageClassName: 'later' } };
  await cluster.client.create(volumeClaims, late);
  const spec = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'late' } }] };
  await cluster.client.create(kinds.pods, serverPod('patient', { volumeMounts: [{ name: 'data', mountPath: '/app/data' }] }, spec));
  await waitFor('an event', async () => (await cluster.events('late'))['ProvisioningFailed'] === 'storageclass.storage.k8s.io "later" not found');
  await waitFor('an event of the pod', async () => (await cluster.events('patient'))['FailedMount'] === 'persistentvolumeclaim "late" is not bound to a volume yet');
  await cluster.client.create(volumes, {
    metadata: { name: 'by-hand' },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '2Gi' }, storageClassName: 'later', hostPath: { path: cluster.dataDir } },
  });
  await cluster.ready('patient');
  expect(await cluster.client.get(volumes, 'by-hand')).toMatchObject({ status: { phase: 'Bound' } });
});
