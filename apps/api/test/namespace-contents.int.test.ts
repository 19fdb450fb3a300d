import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { KubeClient, kinds } from '@tidegate/kube';
import { type EmbeddedApi, startEmbeddedApi } from '@tidegate/kube-embedded';
import { namespaceContents } from '../src/object/namespace-contents.js';

let dir: string;
let api: EmbeddedApi;
let admin: KubeClient;
const named = (objects: { group: string; kind: string; object: { metadata?: { name?: string } } }[]): string[] => objects.map((o) => `${o.kind}.${o.group}/${o.object.metadata?.name}`);

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tidegate-contents-'));
  api = await startEmbeddedApi({ dir, port: 0, clock: systemClock, log: silentLogger });
  admin = new KubeClient(api.transport('admin', ['system:masters']));
  for (const name of ['shop', 'full']) await admin.create(kinds.namespaces, { metadata: { name } });
  await admin.create(kinds.configMaps, { metadata: { name: 'kube-root-ca.crt', namespace: 'shop' } });
  await admin.create(kinds.configMaps, { metadata: { name: 'settings', namespace: 'shop' } });
  await admin.create(kinds.secrets, { metadata: { name: 'key', namespace: 'shop' }, data: { password: Buffer.from('hunter2').toString('base64') } });
  await admin.create({ group: '', version: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts', namespaced: true }, { metadata: { name: 'robot', namespace: 'shop' } });
  await admin.create({ group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', plural: 'leases', namespaced: true }, { metadata: { name: 'leader', namespace: 'shop' } });
});

afterAll(async () => {
  await api.stop();
  await rm(dir, { recursive: true, force: true });
});

it('finds all that people made, of whatever kind, without its contents', async () => {
  const found = await namespaceContents(admin, 'shop');
  expect(found.unseen).toEqual([]);
  expect(named(found.objects)).toEqual(['ConfigMap./settings', 'Secret./key', 'ServiceAccount./robot']);
  expect(JSON.stringify(found)).not.toContain(Buffer.from('hunter2').toString('base64'));
});

it('says what could not be looked at', async () => {
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }];
  await admin.create(kinds.roles, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'few', namespace: 'shop' }, rules });
  await admin.create(kinds.roleBindings, { metadata: { name: 'few', namespace: 'shop' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'few' }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'eve' }] });
  const { objects, unseen } = await namespaceContents(new KubeClient(api.transport('eve', ['system:authenticated'])), 'shop');
  expect(named(objects)).toEqual(['ConfigMap./settings']);
  expect(unseen).toEqual([expect.stringMatching(/^You may not list cronjobs\.batch, .* and \d+ more kinds here: they are not looked at\.$/)]);
});

it('does not count without end, and says so', async () => {
  const make = (i: number) => admin.create(kinds.configMaps, { metadata: { name: `n${i}`, namespace: 'full' } });
  await Promise.all(Array.from({ length: 2_001 }, (_, i) => make(i)));
  const { objects, unseen } = await namespaceContents(admin, 'full');
  expect(objects).toHaveLength(2_000);
  expect(unseen).toEqual(['There are more than 2,000 of configmaps: the rest is not looked at.']);
});
