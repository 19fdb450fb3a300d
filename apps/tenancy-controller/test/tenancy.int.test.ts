import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createRegistry, silentLogger, systemClock } from '@tidegate/kernel';
import { KubeClient, conditionIsTrue, findCondition, kinds } from '@tidegate/kube';
import { type RunningCluster, startCluster } from '@tidegate/kube-embedded';
import { CREATOR_ANNOTATION, DELETION_ANNOTATION, WORKSPACE_LABEL, tenancyCrds, workspaces } from '@tidegate/tenancy-contract';
import { waitFor } from '@tidegate/testing';
import { startTenancy } from '@tidegate/tenancy-controller';

const folder = mkdtempSync('/tmp/tg-ten-');
let cluster: RunningCluster;
let tenancy: Awaited<ReturnType<typeof startTenancy>>;
let admin: KubeClient;
const context = (name: string) => ({ log: silentLogger, clock: systemClock, registry: createRegistry(name), fatal: (error: unknown) => expect(error).toBeUndefined() });
const as = (user: string, ...groups: string[]): KubeClient => new KubeClient(cluster.api.transport(`tidegate:${user}`, groups.map((g) => `tidegate:${g}`)));
const may = (client: KubeClient, namespace: string) =>
  client.list(kinds.configMaps, { namespace }).then(
    () => true,
    () => false,
  );
const project = (name: string, workspace: string, creator = 'tidegate:nobody') =>
  admin.create(kinds.namespaces, { metadata: { name, labels: { [WORKSPACE_LABEL]: workspace }, annotations: { [CREATOR_ANNOTATION]: creator } } });
const ready = (name: string) => waitFor(`workspace ${name} is ready`, async () => {
  const found = await admin.get(workspaces, name);
  return conditionIsTrue(found?.status?.conditions, 'Ready', found?.metadata?.generation);
});

beforeAll(async () => {
  cluster = await startCluster(context('cluster'), { dataDir: path.join(folder, 'c'), apiPort: 0, portBlock: 0, portBlockSize: 0, claimsDir: path.join(folder, 'claims') });
  admin = new KubeClient(cluster.api.transport('system:admin', ['system:masters']));
  for (const definition of tenancyCrds()) await admin.create(kinds.customResourceDefinitions, definition);
  await waitFor('Workspaces are served', () => admin.list(workspaces).then(() => true, () => false));
  tenancy = await startTenancy(context('tenancy'), { client: admin, networkPoliciesHold: false });
  await admin.create(workspaces, {
    metadata: { name: 'blue' },
    spec: {
      members: [{ user: 'ada', role: 'admin' }, { group: 'readers', role: 'viewer' }, { user: 'bob', role: 'self-provisioner' }, { user: 'dev', role: 'config' }],
      roles: [{ name: 'config', permissions: ['config-manage'] }],
      isolation: 'Project',
      projectQuota: { configmaps: '3' },
    },
  });
  await project('shop', 'blue', 'tidegate:bob');
  await project('other', 'red');
}, 60_000);

afterAll(async () => {
  await tenancy.stop();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('gives members what their roles say, in the projects of the workspace and nowhere else', async () => {
  await waitFor('ada sees shop', () => may(as('ada'), 'shop'));
  await waitFor('readers see shop', () => may(as('x', 'readers'), 'shop'));
  await waitFor('bob, who made it, sees shop', () => may(as('bob'), 'shop'));
  await waitFor('dev has the role of the workspace', () => may(as('dev'), 'shop'));
  await as('dev').create(kinds.configMaps, { metadata: { name: 'a', namespace: 'shop' } });
  await expect(as('dev').list(kinds.secrets, { namespace: 'shop' })).rejects.toThrow('forbidden');
  await expect(as('x', 'readers').create(kinds.configMaps, { metadata: { name: 'b', namespace: 'shop' } })).rejects.toThrow('forbidden');
  for (const who of [as('ada'), as('bob'), as('dev'), as('x', 'readers'), as('eve')]) expect(await may(who, 'other')).toBe(false);
  expect(await may(as('eve'), 'shop')).toBe(false);
  expect((await as('ada').get(workspaces, 'blue'))?.metadata?.name).toBe('blue');
  await expect(as('eve').get(workspaces, 'blue')).rejects.toThrow('forbidden');
  await as('ada').patch(kinds.namespaces, 'shop', undefined, { type: 'merge', body: { metadata: { annotations: { note: 'x' } } } });
  await expect(as('x', 'readers').delete(kinds.namespaces, 'shop')).rejects.toThrow('forbidden');
});

it('says how things are', async () => {
  await ready('blue');
  const blue = await admin.get(workspaces, 'blue');
  expect(blue?.status).toMatchObject({ projects: ['shop'], members: 4 });
  expect(findCondition(blue?.status?.conditions, 'Isolated')).toMatchObject({ status: 'False', reason: 'EmbeddedCluster' });
});

it('takes rights away with the membership, and puts right what somebody bent', async () => {
  await admin.create(kinds.roleBindings, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'forged', namespace: 'shop', labels: { 'tenancy.tidegate.dev/made-for': 'blue' } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'tidegate:project:admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'tidegate:eve' }],
  });
  await waitFor('the forged binding is gone', async () => !(await may(as('eve'), 'shop')) && (await admin.get(kinds.roleBindings, 'forged', 'shop')) === undefined);
  await admin.patch(kinds.roleBindings, 'tidegate:workspace:viewer', 'shop', { type: 'json', body: [{ op: 'add', path: '/subjects/-', value: { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'tidegate:eve' } }] });
  await waitFor('the widened binding is put right', async () => !(await may(as('eve'), 'shop')));
  await admin.delete(kinds.roleBindings, 'tidegate:workspace:viewer', 'shop');
  await waitFor('a removed binding is back', () => may(as('x', 'readers'), 'shop'));
  await admin.patch(workspaces, 'blue', undefined, { type: 'merge', body: { spec: { members: [{ user: 'ada', role: 'admin' }] } } });
  await waitFor('the others are out', async () => !(await may(as('dev'), 'shop')) && !(await may(as('bob'), 'shop')) && !(await may(as('x', 'readers'), 'shop')));
  expect(await may(as('ada'), 'shop')).toBe(true);
});

it('follows a project that moves', async () => {
  await admin.create(workspaces, { metadata: { name: 'green' }, spec: { members: [{ user: 'grace', role: 'admin' }] } });
  await project('moving', 'blue');
  await waitFor('ada has it', () => may(as('ada'), 'moving'));
  await admin.patch(kinds.namespaces, 'moving', undefined, { type: 'merge', body: { metadata: { labels: { [WORKSPACE_LABEL]: 'green' } } } });
  await waitFor('grace has it and ada has not', async () => (await may(as('grace'), 'moving')) && !(await may(as('ada'), 'moving')));
});

it('leaves the projects of a deleted workspace, or takes them along when it says so', async () => {
  await admin.delete(workspaces, 'green');
  await waitFor('green is gone', async () => (await admin.get(workspaces, 'green')) === undefined);
  const moving = await admin.get(kinds.namespaces, 'moving');
  expect(moving?.metadata?.labels?.[WORKSPACE_LABEL]).toBeUndefined();
  await waitFor('grace is out', async () => !(await may(as('grace'), 'moving')));
  await admin.patch(workspaces, 'blue', undefined, { type: 'merge', body: { metadata: { annotations: { [DELETION_ANNOTATION]: 'Cascade' } } } });
  await admin.delete(workspaces, 'blue');
  await waitFor('blue and its project are gone', async () => (await admin.get(workspaces, 'blue')) === undefined && (await admin.get(kinds.namespaces, 'shop')) === undefined, 30_000);
  await waitFor('its roles are gone', async () => (await admin.list(kinds.clusterRoles)).items.every((r) => !r.metadata?.name?.startsWith('tidegate:workspace:blue')));
}, 60_000);
