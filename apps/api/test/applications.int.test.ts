import { type RunningPart, createRegistry, silentLogger, systemClock } from '@tidegate/kernel';
import { KubeClient, kinds } from '@tidegate/kube';
import { applications } from '@tidegate/tenancy-contract';
import { startTenancy } from '@tidegate/tenancy-controller';
import { waitFor } from '@tidegate/testing';
import { Stage } from './stage.js';

let stage: Stage;
const parts: RunningPart[] = [];
const labels = { app: 'shop' };
const tried = async (query: string, variables: Record<string, unknown> = {}) => {
  const { data, errors } = await stage.ask(query, variables);
  return errors ? { error: errors[0]?.message, code: errors[0]?.extensions?.['code'], field: errors[0]?.extensions?.['field'] } : data;
};
const create = (input: object) => tried('mutation($input: CreateApplicationInput!) { createApplication(input: $input) { name state why owns selector kinds { group kind } } }', { input: { namespace: 'default', labels: [{ name: 'app', value: 'shop' }], ...input } });
const one = async () => ((await tried('{ application(namespace: "default", name: "shop") { componentsReady state why components { kind name state } can { action allowed } } }')) as { application: { componentsReady: string } | null }).application;

beforeAll(async () => {
  stage = await Stage.start();
  await stage.admin.apply(kinds.namespaces, { metadata: { name: 'tidegate-system' } });
  const context = { log: silentLogger, clock: systemClock, registry: createRegistry('tenancy'), fatal: (error: unknown) => expect(error).toBeUndefined() };
  parts.push(await startTenancy(context, { client: new KubeClient(stage.transport('system:tidegate:tenancy', ['system:masters'])), networkPoliciesHold: true }));
  for (const name of ['settings', 'shared']) await stage.admin.create(kinds.configMaps, { metadata: { name, namespace: 'default', labels } });
});

afterAll(async () => {
  for (const part of parts) await part.stop();
  await stage.end();
});

it('makes applications, and follows how they are', async () => {
  const seen: unknown[] = [];
  const socket = stage.socket();
  void (async () => {
    for await (const { data } of socket.iterate({ query: 'subscription { applications(namespace: "default") { edges { node { name componentsReady } } } }' })) seen.push(data);
  })().catch(() => undefined);
  await waitFor('the first state', () => seen.length === 1);
  expect(await create({ name: 'shop', version: '1', owns: true, kinds: [{ kind: 'ConfigMap' }] })).toEqual({
    createApplication: { name: 'shop', state: 'IN_PROGRESS', why: 'The platform has not looked at it yet.', owns: true, selector: 'app=shop', kinds: [{ group: '', kind: 'ConfigMap' }] },
  });
  await waitFor('it is looked at', async () => (await one())?.componentsReady === '2/2');
  expect(await one()).toEqual({
    componentsReady: '2/2',
    state: 'READY',
    why: 'All components are ready.',
    components: [{ kind: 'ConfigMap', name: 'settings', state: 'READY' }, { kind: 'ConfigMap', name: 'shared', state: 'READY' }],
    can: [{ action: 'update', allowed: true }, { action: 'delete', allowed: true }],
  });
  await waitFor('who follows sees it', () => JSON.stringify(seen.at(-1)).includes('2/2'));
  await socket.dispose();
});

it.each([
  [{ name: 'x', labels: [] }, 'input.labels'],
  [{ name: 'x', labels: [{ name: 'a b', value: 'c' }] }, 'input.labels'],
  [{ name: 'x', labels: [{ name: 'a', value: 'b c' }] }, 'input.labels'],
  [{ name: 'Not A Name' }, 'input.name'],
])('says what is wrong with %j', async (input, field) => expect(await create(input)).toMatchObject({ code: 'API_INPUT_INVALID', field }));

it('shows what goes before it goes', async () => {
  await waitFor('both are owned', async () => (await stage.admin.get(kinds.configMaps, 'shared', 'default'))?.metadata?.ownerReferences?.length === 1);
  const other = await stage.admin.create(kinds.configMaps, { metadata: { name: 'other', namespace: 'default' } });
  const shared = await stage.admin.get(kinds.configMaps, 'shared', 'default');
  const owners = [...(shared?.metadata?.ownerReferences ?? []), { apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: other.metadata?.uid ?? '' }];
  await stage.admin.patch(kinds.configMaps, 'shared', 'default', { type: 'merge', body: { metadata: { ownerReferences: owners } } });
  const preview = '{ applicationRemoval(namespace: "default", name: "shop") { goes { group kind name } goesCount stays { kind name } staysCount unseen } }';
  await waitFor('it is seen', async () => JSON.stringify(await tried(preview)) === JSON.stringify({ applicationRemoval: { goes: [{ group: '', kind: 'ConfigMap', name: 'settings' }], goesCount: 1, stays: [{ kind: 'ConfigMap', name: 'shared' }], staysCount: 1, unseen: [] } }));
  expect(await tried('mutation { deleteApplication(namespace: "default", name: "shop") }')).toEqual({ deleteApplication: true });
  await waitFor('it is gone', async () => (await one()) === null);
  expect(await tried('mutation { deleteApplication(namespace: "default", name: "shop") }')).toMatchObject({ code: 'API_NOT_FOUND' });
});

const update = (input: object) => tried('mutation($input: UpdateApplicationInput!) { updateApplication(input: $input) { version description owns selector labels { name value } kinds { group kind } } }', { input: { namespace: 'default', name: 'changing', ...input } });

it('changes what is asked for, and leaves the rest', async () => {
  const expressions = [{ key: 'tier', operator: 'In', values: ['web', 'api'] }];
  await stage.admin.create(applications, { metadata: { name: 'changing', namespace: 'default' }, spec: { selector: { matchLabels: { app: 'a' }, matchExpressions: expressions }, descriptor: { version: '1', notes: 'kept' } } });
  expect(await update({ version: '2', description: 'Now with words.', labels: [{ name: 'app', value: 'b' }], kinds: [{ kind: 'Service' }], owns: true })).toEqual({
    updateApplication: { version: '2', description: 'Now with words.', owns: true, selector: 'app=b, tier In (web, api)', labels: [{ name: 'app', value: 'b' }], kinds: [{ group: '', kind: 'Service' }] },
  });
  expect(await update({ description: '', owns: false })).toMatchObject({ updateApplication: { version: '2', description: null, owns: false } });
  expect((await stage.admin.get(applications, 'changing', 'default'))?.spec).toEqual({ addOwnerRef: false, componentKinds: [{ group: '', kind: 'Service' }], selector: { matchLabels: { app: 'b' }, matchExpressions: expressions }, descriptor: { version: '2', notes: 'kept' } });
  expect(await update({ labels: [] })).toMatchObject({ code: 'API_INPUT_INVALID', field: 'input.labels' });
  expect(await update({ name: 'nobody', version: '3' })).toMatchObject({ code: 'API_NOT_FOUND' });
});

it('lists what other definitions let through, each with what is wrong with it', async () => {
  const spec = { assemblyPhase: '', selector: { matchExpressions: [{ key: 'a', operator: 'Is' }] }, descriptor: { type: 'x'.repeat(9_000), icons: [{ src: `data:image/png;base64,${'A'.repeat(9_000)}` }] } };
  await stage.admin.create(applications, { metadata: { name: 'strange', namespace: 'default' }, spec });
  const listed = async () => (await tried('{ applications(namespace: "default") { edges { node { name state why } } } }')) as { applications: { edges: { node: { name: string; why: string } }[] } };
  const found = await waitFor('it is looked at', async () => (await listed()).applications.edges.find(({ node }) => node.name === 'strange' && node.why.includes('spec.selector')));
  expect(found.node).toEqual({ name: 'strange', state: 'UNKNOWN', why: 'spec.selector has the operator "Is"; it has to be In, NotIn, Exists or DoesNotExist: nothing is selected.' });
});
