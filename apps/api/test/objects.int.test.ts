import { type Kind, type KubeObject, kinds } from '@tidegate/kube';
import { configurations, knativeServices, revisions } from '@tidegate/serving-contract';
import { waitFor } from '@tidegate/testing';
import { Stage } from './stage.js';

let stage: Stage;
const APPLY = 'mutation($input: ApplyInput!) { applyYaml(input: $input) { kind namespace name result before after because changes { op path } fields { field message } } }';
interface Applied {
  result: string;
  before: string | null;
  after: string | null;
  because: string | null;
  changes: { op: string; path: string }[];
  fields: { field: string; message: string }[];
}
const apply = async (yaml: string, more: object = {}): Promise<Applied[]> => {
  const { data, errors } = await stage.ask(APPLY, { input: { yaml, namespace: 'shop', ...more } });
  expect(errors).toBeUndefined();
  return (data as { applyYaml: Applied[] }).applyYaml;
};
const settings = (color: string, name = 'settings'): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {color: ${color}}\n`;

beforeAll(async () => {
  stage = await Stage.start();
  await stage.admin.create(kinds.namespaces, { metadata: { name: 'shop' } });
});
afterAll(() => stage.end());

it('shows what applying would do, does it, and says when there is nothing to do', async () => {
  const [tried] = await apply(settings('red'), { dryRun: true });
  expect(tried).toMatchObject({ result: 'CREATED', before: null, after: expect.stringContaining('color: red') });
  expect(await stage.admin.get(kinds.configMaps, 'settings', 'shop')).toBeUndefined();
  expect((await apply(settings('red')))[0]?.result).toBe('CREATED');
  expect((await apply(settings('red')))[0]).toMatchObject({ result: 'UNCHANGED', changes: [] });
  const [changed] = await apply(settings('blue'), { dryRun: true });
  expect(changed).toMatchObject({ result: 'CONFIGURED', before: expect.stringContaining('color: red'), after: expect.stringContaining('color: blue'), changes: [{ op: 'replace', path: '/data/color' }] });
  expect((await stage.admin.get(kinds.configMaps, 'settings', 'shop'))?.data).toEqual({ color: 'red' });
});

it('tells of each object on its own, with the fields that were refused', async () => {
  const bad = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: broken}\nspec: {replicas: -1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: c}}, spec: {containers: [{name: x, image: y}]}}}\n';
  const [first, second, third] = await apply(`${bad}---\n${settings('red', 'other')}---\napiVersion: v1\nkind: Unicorn\nmetadata: {name: x}\n`);
  expect(first).toMatchObject({ result: 'REFUSED', after: null });
  expect(first?.fields.map((f) => f.field)).toContain('spec.replicas');
  expect(second?.result).toBe('CREATED');
  expect(third).toMatchObject({ result: 'REFUSED', because: expect.stringContaining('does not serve the kind "Unicorn"') });
});

it('does not take fields away from others unless told to', async () => {
  await stage.admin.apply(kinds.configMaps, { metadata: { name: 'shared', namespace: 'shop' }, data: { color: 'green' } }, { fieldManager: 'somebody' });
  const [refused] = await apply(settings('red', 'shared'));
  expect(refused).toMatchObject({ result: 'REFUSED', because: expect.stringContaining('conflict') });
  expect((await apply(settings('red', 'shared'), { force: true }))[0]?.result).toBe('CONFIGURED');
});

it.each([
  { name: 'no object', yaml: '', says: '0 objects' },
  { name: 'too many', yaml: Array.from({ length: 51 }, (_, i) => settings('red', `n${i}`)).join('---\n'), says: '51 objects' },
  { name: 'what is no YAML', yaml: 'a: [', says: 'not valid YAML' },
  { name: 'a bomb of aliases', yaml: `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcd'[i]}`).join(',')}]`).join('\n')}\n`, says: '' },
])('refuses $name', async ({ yaml, says }) => {
  const { errors } = await stage.ask(APPLY, { input: { yaml } });
  expect(errors?.[0]?.message).toContain(says);
});

it('names the keys of secrets and config maps; values come one object at a time', async () => {
  await stage.admin.create(kinds.secrets, { metadata: { name: 'key', namespace: 'shop' }, type: 'Opaque', data: { password: Buffer.from('hunter2').toString('base64') } });
  const listed = await stage.ask('{ secrets(namespace: "shop") { name type keys } configMaps(namespace: "shop") { name keys } }');
  expect(listed.data).toMatchObject({ secrets: [{ name: 'key', type: 'Opaque', keys: ['password'] }], configMaps: expect.arrayContaining([{ name: 'other', keys: ['color'] }]) });
  expect(JSON.stringify(listed)).not.toContain(Buffer.from('hunter2').toString('base64'));
  const one = await stage.ask('query($input: ObjectInput!) { object(input: $input) { name yaml } }', { input: { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'key' } });
  expect(JSON.stringify(one.data)).toContain(Buffer.from('hunter2').toString('base64'));
});

it('shows what goes with an object, and deletes the one that was looked at', async () => {
  const made = await stage.admin.create(kinds.deployments, {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'x', image: 'y' }] } } },
  });
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: made.metadata?.uid ?? '' };
  await stage.admin.create(kinds.replicaSets, {
    metadata: { name: 'web-1', namespace: 'shop', ownerReferences: [owner] },
    spec: { replicas: 0, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'x', image: 'y' }] } } },
  });
  const input = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  const preview = await waitFor('the dependents are seen', async () => {
    const { data } = await stage.ask('query($input: ObjectInput!) { deletionPreview(input: $input) { totalCount objects { kind name } unseen } }', { input });
    return (data as { deletionPreview: { totalCount: number } }).deletionPreview.totalCount === 1 ? data : undefined;
  });
  expect(preview).toEqual({ deletionPreview: { totalCount: 1, objects: [{ kind: 'ReplicaSet', name: 'web-1' }], unseen: [] } });
  const remove = 'mutation($input: DeleteInput!) { deleteObject(input: $input) }';
  expect(await stage.ask(remove, { input })).toEqual({ data: { deleteObject: true } });
  expect(await stage.admin.get(kinds.deployments, 'web', 'shop')).toBeUndefined();
  expect((await stage.ask(remove, { input })).errors?.[0]?.extensions?.['code']).toBe('API_NOT_FOUND');
});

it('names what a Knative Service takes along, and not what a namesake of another kind owns', async () => {
  const template = { spec: { containers: [{ name: 'x', image: 'y' }] } };
  const made = async (kind: Kind, name: string, owner?: KubeObject) => {
    const ownerReferences = owner ? [{ apiVersion: owner.apiVersion ?? '', kind: owner.kind ?? '', name: owner.metadata?.name ?? '', uid: owner.metadata?.uid ?? '' }] : [];
    return stage.admin.create(kind, { metadata: { name, namespace: 'shop', ownerReferences }, spec: kind.kind === 'Revision' ? template.spec : { template } } as KubeObject);
  };
  const service = await made(knativeServices, 'till');
  const configuration = await made(configurations, 'till', service);
  await made(revisions, 'till-00001', configuration);
  const plain = await stage.admin.create(kinds.services, { metadata: { name: 'till', namespace: 'shop' }, spec: { ports: [{ port: 80 }] } });
  await stage.admin.create(kinds.configMaps, { metadata: { name: 'not-knatives', namespace: 'shop', ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'till', uid: plain.metadata?.uid ?? '' }] } });
  const { data } = await stage.ask('query($input: ObjectInput!) { deletionPreview(input: $input) { objects { group kind name } } }', { input: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', namespace: 'shop', name: 'till' } });
  expect(data).toEqual({ deletionPreview: { objects: [{ group: 'serving.knative.dev', kind: 'Configuration', name: 'till' }, { group: 'serving.knative.dev', kind: 'Revision', name: 'till-00001' }] } });
});

it('finds objects by name, the nearest first, and passes schemas through', async () => {
  const hits = await waitFor('shop is found', async () => {
    const { data } = await stage.ask('{ search(text: "SHO") { kind name } }');
    return (data as { search: { name: string }[] }).search.length > 0 ? data : undefined;
  });
  expect(hits).toEqual({ search: [{ kind: 'Project', name: 'shop' }] });
  const { data } = await stage.ask('{ openApi(apiVersion: "apps/v1") }');
  expect(JSON.stringify(data)).toContain('io.k8s.api.apps.v1.Deployment');
  expect((await stage.ask('{ openApi(apiVersion: "../../api/v1/secrets") }')).errors?.[0]?.extensions).toMatchObject({ code: 'API_INPUT_INVALID', field: 'apiVersion' });
});
