import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningPart, silentLogger, systemClock } from '@tidegate/kernel';
import { type CustomResourceDefinition, KubeClient, kinds } from '@tidegate/kube';
import { type EmbeddedApi, startEmbeddedApi } from '@tidegate/kube-embedded';
import { type Application, applications, tenancyCrds, workspaces } from '@tidegate/tenancy-contract';
import { startTenancy } from '@tidegate/tenancy-controller';
import { waitFor } from '@tidegate/testing';
import { Registry } from 'prom-client';
import { parse } from 'yaml';
import { startAdmissionWebhook } from '../src/index.js';

let dir: string;
let api: EmbeddedApi;
let admin: KubeClient;
const parts: RunningPart[] = [];
const context = () => ({ log: silentLogger, clock: systemClock, registry: new Registry(), fatal: (error: unknown) => expect(error).toBeUndefined() });
const tried = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (error: Error) => error.message);
const labels = { 'app.kubernetes.io/name': 'wordpress' };
/** The example of sigs.k8s.io/application, shortened. */
const wordpress = (more: object = {}): Application => ({
  metadata: { name: 'wordpress-01', namespace: 'web' },
  spec: {
    selector: { matchLabels: labels },
    componentKinds: [{ group: 'core', kind: 'Service' }, { group: 'apps', kind: 'Deployment' }, { group: 'v1', kind: 'ConfigMap' }],
    assemblyPhase: 'Succeeded',
    descriptor: { type: 'wordpress', version: '4.9.4', keywords: ['cms'], maintainers: [{ name: 'Kenneth Owens', email: 'x@example.com' }], links: [{ description: 'About', url: 'https://wordpress.org/' }], notes: 'A release of the package.' },
    info: [{ name: 'Host', type: 'Value', value: 'wordpress.example' }, { name: 'Password', valueFrom: { type: 'SecretKeyRef', secretKeyRef: { name: 'wp', key: 'password' } } }],
    ...more,
  },
});
/** What upstream's definition takes, and nobody can follow. */
const strange = { addOwnerRef: true, assemblyPhase: '', selector: { matchLabels: labels, matchExpressions: [{ key: 'tier', operator: 'Is', values: ['web'] }] }, componentKinds: [{ group: 'v1', kind: 'ConfigMap' }], descriptor: { description: 'x'.repeat(10_000) } };
const state = async () => (await admin.get(applications, 'wordpress-01', 'web'))?.status;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidegate-applications-'));
  api = await startEmbeddedApi({ dir, port: 0, clock: systemClock, log: silentLogger });
  admin = new KubeClient(api.transport('admin', ['system:masters']));
  // The definition of applications as sigs.k8s.io/application v0.8.2 installs it: clusters have it already, and what it lets through is stored.
  const upstream = parse(await readFile(new URL('testdata/applications.app.k8s.io.yaml', import.meta.url), 'utf8')) as CustomResourceDefinition;
  for (const crd of [...tenancyCrds(), upstream]) await admin.create(kinds.customResourceDefinitions, crd);
  for (const name of ['tidegate-system', 'knative-serving', 'web', 'other']) await admin.apply(kinds.namespaces, { metadata: { name } });
  await waitFor('the kinds are served', () => Promise.all([admin.list(workspaces), admin.list(applications)]).then(() => true, () => false));
  const webhook = await startAdmissionWebhook(context(), { client: new KubeClient(api.transport('system:tidegate:webhook', ['system:masters'])) });
  parts.push(webhook, await startTenancy(context(), { client: new KubeClient(api.transport('system:tidegate:tenancy', ['system:masters'])), networkPoliciesHold: true }));
  await waitFor('the webhook has listed', () => !webhook.notReady().some((w) => /workspaces|namespaces/.test(w)));
}, 60_000);

afterAll(async () => {
  for (const part of parts) await part.stop();
  await api.stop();
  await rm(dir, { recursive: true, force: true });
});

it('gives one status to all that its labels select, as it changes', async () => {
  await admin.create(kinds.configMaps, { metadata: { name: 'settings', namespace: 'web', labels } });
  await admin.create(kinds.configMaps, { metadata: { name: 'elsewhere', namespace: 'other', labels } });
  await admin.create(kinds.configMaps, { metadata: { name: 'unlabelled', namespace: 'web' } });
  await admin.create(applications, wordpress());
  await waitFor('one of one', async () => (await state())?.componentsReady === '1/1');
  await admin.create(kinds.deployments, { metadata: { name: 'wp', namespace: 'web', labels }, spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'x' }] } } } });
  await waitFor('one of two', async () => (await state())?.componentsReady === '1/2');
  expect(await state()).toMatchObject({
    observedGeneration: 1,
    components: [{ group: '', kind: 'ConfigMap', name: 'settings', status: 'Ready' }, { group: 'apps', kind: 'Deployment', name: 'wp', status: 'InProgress' }],
    conditions: [{ type: 'Ready', status: 'False', reason: 'ComponentsNotReady' }, { type: 'Error', status: 'False' }],
  });
  const ready = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
  await admin.patch(kinds.deployments, 'wp', 'web', { type: 'merge', body: { status: ready } }, { subresource: 'status' });
  await waitFor('two of two', async () => (await state())?.componentsReady === '2/2');
  expect((await admin.get(applications, 'wordpress-01', 'web'))?.spec).toMatchObject(wordpress().spec ?? {});
});

it('owns its components when it shall, and lets them go again', async () => {
  const ownersOf = async (name: string) => (await admin.get(kinds.configMaps, name, 'web'))?.metadata?.ownerReferences?.map((r) => `${r.kind}/${r.name}`) ?? [];
  const owns = (addOwnerRef: boolean) => admin.patch(applications, 'wordpress-01', 'web', { type: 'merge', body: { spec: { addOwnerRef } } });
  await owns(true);
  await waitFor('the settings are owned', async () => (await ownersOf('settings')).includes('Application/wordpress-01'));
  expect(await ownersOf('unlabelled')).toEqual([]);
  await owns(false);
  await waitFor('they are free', async () => (await ownersOf('settings')).length === 0);
  await owns(true);
  await waitFor('they are owned again', async () => (await ownersOf('settings')).length === 1);
  // A kind that it does not name any more is let go as well.
  await admin.patch(applications, 'wordpress-01', 'web', { type: 'merge', body: { spec: { componentKinds: [{ group: 'apps', kind: 'Deployment' }] } } });
  await waitFor('the settings are nobody’s', async () => (await ownersOf('settings')).length === 0);
});

it('says which kinds it cannot look at', async () => {
  await admin.patch(applications, 'wordpress-01', 'web', { type: 'merge', body: { spec: { addOwnerRef: false, componentKinds: [{ group: 'nowhere.example', kind: 'Nothing' }, { group: '', kind: 'Namespace' }] } } });
  const error = await waitFor('it says so', async () => (await state())?.conditions?.find((c) => c.type === 'Error' && c.status === 'True'));
  expect(error.message).toBe('The cluster does not serve the kind Nothing.nowhere.example. Namespace is not in namespaces: it cannot be a component.');
});

it('is no way to delete what one may not delete', async () => {
  const may = [{ apiGroups: ['app.k8s.io'], resources: ['applications'], verbs: ['*'] }, { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'delete'] }];
  await admin.create(kinds.roles, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'apps', namespace: 'web' }, rules: may });
  await admin.create(kinds.roleBindings, { metadata: { name: 'apps', namespace: 'web' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'apps' }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'tidegate:eve' }] });
  const eve = new KubeClient(api.transport('tidegate:eve', ['tidegate:everybody']));
  const mine = (name: string, kind: { group: string; kind: string }, addOwnerRef = true): Application => ({ metadata: { name, namespace: 'web' }, spec: { addOwnerRef, selector: { matchLabels: labels }, componentKinds: [kind] } });
  expect(await tried(eve.create(applications, mine('a', { group: 'apps', kind: 'Deployment' })))).toContain('You may not delete deployments of apps in web, so no application of yours may own them');
  expect(await tried(eve.create(applications, mine('b', { group: '', kind: 'ConfigMap' })))).toBe('done');
  expect(await tried(eve.create(applications, mine('c', { group: 'apps', kind: 'Deployment' }, false)))).toBe('done');
  expect(await tried(eve.patch(applications, 'c', 'web', { type: 'merge', body: { spec: { addOwnerRef: true } } }))).toContain('You may not delete deployments');
  expect(await tried(eve.patch(applications, 'b', 'web', { type: 'merge', body: { spec: { componentKinds: [{ group: 'v1', kind: 'Secret' }] } } }))).toContain('You may not delete secrets in web');
  expect(await tried(eve.create(applications, mine('d', { group: 'nowhere.example', kind: 'Nothing' })))).toContain('does not serve the kind Nothing.nowhere.example');
  const unread = { ...mine('e', { group: '', kind: 'ConfigMap' }), spec: strange } as Application;
  expect(await tried(eve.create(applications, unread))).toContain('It could own what nobody foresees (spec.addOwnerRef). spec.selector has the operator "Is"');
  // What leaves its components alone passes, whoever does it.
  expect(await tried(eve.patch(applications, 'b', 'web', { type: 'merge', body: { spec: { descriptor: { version: '2' } } } }))).toBe('done');
});

it('looks at each by itself, whatever another definition let through', async () => {
  const [webhooks] = await admin.list(kinds.validatingWebhookConfigurations).then(({ items }) => items.filter((w) => JSON.stringify(w).includes('validate.applications')));
  await admin.delete(kinds.validatingWebhookConfigurations, webhooks?.metadata?.name ?? '');
  // Stored before this platform came: no admission looked at it.
  await waitFor('nobody is asked', () => admin.create(applications, { metadata: { name: 'strange', namespace: 'web' }, spec: strange } as Application).then(() => true, () => false));
  const conditionsOf = async (name: string) => (await admin.get(applications, name, 'web'))?.status?.conditions;
  const error = await waitFor('it is told of', async () => (await conditionsOf('strange'))?.find((c) => c.type === 'Error' && c.status === 'True'));
  expect(error.message).toBe('spec.selector has the operator "Is"; it has to be In, NotIn, Exists or DoesNotExist: nothing is selected.');
  expect((await admin.get(applications, 'strange', 'web'))?.status).toMatchObject({ componentsReady: '0/0' });
  await admin.create(applications, { ...wordpress({ componentKinds: [{ group: '', kind: 'ConfigMap' }] }), metadata: { name: 'after', namespace: 'web' } });
  await waitFor('the others go on', async () => (await admin.get(applications, 'after', 'web'))?.status?.componentsReady === '1/1');
});

it('tells of a kind whose definition is deleted while it is looked at', async () => {
  const widgets: CustomResourceDefinition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.things.example' },
    spec: { group: 'things.example', names: { kind: 'Widget', plural: 'widgets' }, scope: 'Namespaced', versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }] },
  };
  await admin.create(kinds.customResourceDefinitions, widgets);
  const kind = { group: 'things.example', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true };
  await waitFor('widgets are served', () => admin.create(kind, { metadata: { name: 'one', namespace: 'web', labels } }).then(() => true, () => false));
  await admin.create(applications, { ...wordpress({ componentKinds: [{ group: 'things.example', kind: 'Widget' }] }), metadata: { name: 'widgets', namespace: 'web' } });
  const status = async () => (await admin.get(applications, 'widgets', 'web'))?.status;
  await waitFor('the widget is its component', async () => (await status())?.components?.some((c) => c.kind === 'Widget'));
  await admin.delete(kinds.customResourceDefinitions, 'widgets.things.example');
  const error = await waitFor('it says so', async () => (await status())?.conditions?.find((c) => c.type === 'Error' && c.status === 'True'));
  expect(error.message).toBe('The cluster does not serve the kind Widget.things.example.');
  expect((await status())?.conditions?.find((c) => c.type === 'Ready')?.status).toBe('Unknown');
});
