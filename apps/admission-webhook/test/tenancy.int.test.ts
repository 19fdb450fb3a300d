import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningPart, silentLogger, systemClock } from '@tidegate/kernel';
import { KubeClient, kinds } from '@tidegate/kube';
import { type EmbeddedApi, startEmbeddedApi } from '@tidegate/kube-embedded';
import { gatewayApiCrds, httpRoutes } from '@tidegate/mesh-contract';
import { CREATOR_ANNOTATION, WORKSPACE_LABEL, tenancyCrds, workspaces } from '@tidegate/tenancy-contract';
import { startTenancy } from '@tidegate/tenancy-controller';
import { WORKSPACE_CREATOR } from '@tidegate/tenancy-plan';
import { waitFor } from '@tidegate/testing';
import { Registry } from 'prom-client';
import { startAdmissionWebhook } from '../src/index.js';

let dir: string;
let api: EmbeddedApi;
let admin: KubeClient;
const parts: RunningPart[] = [];
const context = () => ({ log: silentLogger, clock: systemClock, registry: new Registry(), fatal: (error: unknown) => expect(error).toBeUndefined() });
const as = (user: string): KubeClient => new KubeClient(api.transport(`tidegate:${user}`, ['tidegate:everybody']));
const tried = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: Error) => error.message,
  );
const project = (who: string, name: string, workspace?: string, annotations = {}) =>
  tried(as(who).create(kinds.namespaces, { metadata: { name, annotations, ...(workspace === undefined ? {} : { labels: { [WORKSPACE_LABEL]: workspace } }) } }));
const move = (who: string, name: string, workspace: string | null) =>
  tried(as(who).patch(kinds.namespaces, name, undefined, { type: 'merge', body: { metadata: { labels: { [WORKSPACE_LABEL]: workspace } } } }));
const change = (who: string, name: string, spec: object) => tried(as(who).patch(workspaces, name, undefined, { type: 'merge', body: { spec } }));

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidegate-admission-'));
  api = await startEmbeddedApi({ dir, port: 0, clock: systemClock, log: silentLogger });
  admin = new KubeClient(api.transport('admin', ['system:masters']));
  for (const crd of [...tenancyCrds(), ...gatewayApiCrds()]) await admin.create(kinds.customResourceDefinitions, crd);
  for (const name of ['tidegate-system', 'knative-serving', 'unowned']) await admin.apply(kinds.namespaces, { metadata: { name } });
  await waitFor('workspaces are served', () => admin.list(workspaces).then(() => true, () => false));
  const webhook = await startAdmissionWebhook(context(), { client: new KubeClient(api.transport('system:tidegate:webhook', ['system:masters'])) });
  parts.push(webhook, await startTenancy(context(), { client: new KubeClient(api.transport('system:tidegate:tenancy', ['system:masters'])), networkPoliciesHold: true }));
  await waitFor('namespaces and workspaces are listed', () => !webhook.notReady().some((w) => /workspaces|namespaces/.test(w)));
  await waitFor('the role of workspace creators', () => admin.get(kinds.clusterRoles, WORKSPACE_CREATOR));
  await admin.create(kinds.clusterRoleBindings, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'creators' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: WORKSPACE_CREATOR },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'tidegate:ada' }],
  });
  expect(await tried(as('ada').create(workspaces, { metadata: { name: 'blue' }, spec: { members: [{ user: 'ada', role: 'admin' }, { user: 'bob', role: 'self-provisioner' }, { user: 'ron', role: 'regular' }] } }))).toBe('done');
  await admin.create(workspaces, { metadata: { name: 'red' }, spec: { members: [{ user: 'eve', role: 'admin' }], hosts: ['*.red.example'] } });
  await waitFor('both are ready', async () => {
    const { items } = await admin.list(workspaces);
    return items.every((w) => w.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'));
  });
}, 60_000);

afterAll(async () => {
  for (const part of parts) await part.stop();
  await api.stop();
  await rm(dir, { recursive: true, force: true });
});

it('lets those make projects who may, in their workspace, and signs who it was', async () => {
  expect(await project('bob', 'shop', 'blue', { [CREATOR_ANNOTATION]: 'tidegate:somebody-else' })).toBe('done');
  expect((await admin.get(kinds.namespaces, 'shop'))?.metadata?.annotations?.[CREATOR_ANNOTATION]).toBe('tidegate:bob');
  await waitFor('bob administers what he made', async () => (await tried(as('bob').list(kinds.secrets, { namespace: 'shop' }))) === 'done');
  expect(await project('bob', 'own')).toContain('A project belongs to a workspace: add the label');
  expect(await project('bob', 'taken', 'red')).toContain('You may not make projects in the workspace "red"');
  expect(await project('ron', 'x', 'blue')).toContain('forbidden');
  expect(await project('bob', 'x', 'nowhere')).toContain('There is no workspace "nowhere"');
});

it('moves a project only with rights on both sides, and never takes over what is nobody’s', async () => {
  await waitFor('ada administers shop', async () => (await tried(as('ada').list(kinds.secrets, { namespace: 'shop' }))) === 'done');
  expect(await move('bob', 'shop', 'red')).toContain('You may not make projects in the workspace "red"');
  expect(await move('bob', 'shop', null)).toContain('You may not take projects out of the workspace "blue"');
  expect(await tried(as('bob').patch(kinds.namespaces, 'shop', undefined, { type: 'merge', body: { metadata: { annotations: { [CREATOR_ANNOTATION]: 'tidegate:ron' } } } }))).toContain('cannot be changed');
  await admin.create(kinds.clusterRoles, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'labeller' }, rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'patch'] }] });
  await admin.create(kinds.roleBindings, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'labeller', namespace: 'unowned' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'labeller' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'tidegate:ada' }],
  });
  expect(await move('ada', 'unowned', 'blue')).toContain('Only administrators of the platform bring existing namespaces');
  expect(await tried(admin.patch(kinds.namespaces, 'unowned', undefined, { type: 'merge', body: { metadata: { labels: { [WORKSPACE_LABEL]: 'blue' } } } }))).toBe('done');
});

it('lets a workspace’s administrator change members, and not what bounds him', async () => {
  expect(await change('ada', 'blue', { members: [{ user: 'ada', role: 'admin' }, { user: 'bob', role: 'self-provisioner' }, { group: 'all', role: 'viewer' }] })).toBe('done');
  expect(await change('eve', 'red', { hosts: null })).toContain('Only administrators of the platform change what bounds a workspace (hosts)');
  expect(await change('eve', 'red', { projectQuota: { pods: '1000' } })).toContain('what bounds a workspace (projectQuota)');
  expect(await change('eve', 'blue', { members: [{ user: 'eve', role: 'admin' }] })).toContain('forbidden');
  expect(await change('bob', 'blue', { members: [{ user: 'bob', role: 'admin' }] })).toContain('forbidden');
  expect(await change('ada', 'blue', { roles: [{ name: 'root', permissions: ['everything'] }] })).toContain('permissions that do not exist: everything');
  expect(await tried(as('bob').create(workspaces, { metadata: { name: 'mine' }, spec: { members: [{ user: 'bob', role: 'admin' }] } }))).toContain('forbidden');
  expect(await tried(as('ada').create(workspaces, { metadata: { name: 'mine' }, spec: {} }))).toContain('needs an administrator');
});

it('keeps routes of a workspace to its hosts', async () => {
  expect(await project('eve', 'web', 'red')).toBe('done');
  await waitFor('eve administers web', async () => (await tried(as('eve').list(kinds.secrets, { namespace: 'web' }))) === 'done');
  const route = (name: string, hostnames: string[]) => tried(admin.create(httpRoutes, { metadata: { name, namespace: 'web' }, spec: { hostnames, parentRefs: [{ name: 'public', namespace: 'edge' }] } }));
  expect(await route('good', ['shop.red.example'])).toBe('done');
  expect(await route('bad', ['blue.example'])).toContain('The workspace may not use the host name "blue.example"; it may use *.red.example.');
});
