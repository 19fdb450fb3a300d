import { type Deployment, kinds } from '@tidegate/kube';
import { knativeServices, podAutoscalers, revisions } from '@tidegate/serving-contract';
import { waitFor } from '@tidegate/testing';
import { toGlobalId } from '../src/edge/global-id.js';
import { Stage } from './stage.js';

let stage: Stage;
const deployment = (name: string, namespace: string): Deployment => ({
  metadata: { name, namespace },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name, version: 'v1' } }, spec: { containers: [{ name: 'main', image: `example.org/${name}:1` }] } },
  },
});
const ID = toGlobalId('Deployment', 'shop', 'reviews');
const LIST = 'query($filter: ServiceFilterInput, $first: Int! = 50, $after: String) { services(filter: $filter, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { __typename id namespace name state why } } } }';
interface Listed {
  services: { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string | null }; edges: { node: { __typename: string; id: string; name: string; state: string; why: string } }[] };
}
const list = async (variables: object = {}) => {
  const { data, errors } = await stage.ask(LIST, { ...variables });
  expect(errors).toBeUndefined();
  return data as Listed;
};
const names = ({ services }: Listed): string[] => services.edges.map((e) => e.node.name);

beforeAll(async () => {
  stage = await Stage.start();
  for (const name of ['shop', 'bank']) await stage.admin.create(kinds.namespaces, { metadata: { name, labels: { 'tenancy.tidegate.dev/workspace': 'blue' } } });
  const reviews = await stage.admin.create(kinds.deployments, deployment('reviews', 'shop'));
  await stage.admin.replaceStatus(kinds.deployments, { ...reviews, status: { observedGeneration: 1, replicas: 2, readyReplicas: 1, updatedReplicas: 2 } });
  await stage.admin.create(kinds.deployments, deployment('ledger', 'bank'));
  await stage.admin.create(kinds.services, { metadata: { name: 'reviews', namespace: 'shop' }, spec: { selector: { app: 'reviews' }, ports: [{ port: 80 }] } });
  await stage.admin.create(kinds.services, { metadata: { name: 'others', namespace: 'shop' }, spec: { selector: { app: 'reviews', version: 'v9' }, ports: [{ port: 80 }] } });
  await waitFor('the services are seen', async () => (await list()).services.totalCount === 2);
});
afterAll(() => stage.end());

it('lists what runs as one kind of thing, by project, kind, state and name, in pages', async () => {
  expect((await list()).services.edges.map((e) => e.node)).toEqual([
    expect.objectContaining({ __typename: 'DeploymentService', name: 'ledger', state: 'PROGRESSING' }),
    { __typename: 'DeploymentService', id: ID, namespace: 'shop', name: 'reviews', state: 'DEGRADED', why: '1 of 2 pods are ready.' },
  ]);
  expect(names(await list({ filter: { namespace: 'bank' } }))).toEqual(['ledger']);
  expect(names(await list({ filter: { search: 'VIEW' } }))).toEqual(['reviews']);
  expect(names(await list({ filter: { state: 'DEGRADED' } }))).toEqual(['reviews']);
  expect(names(await list({ filter: { kind: 'KNATIVE' } }))).toEqual([]);
  const one = await list({ first: 1 });
  expect(one.services).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true } });
  expect(names(await list({ first: 1, after: one.services.pageInfo.endCursor }))).toEqual(['reviews']);
});

it('shows one with its addresses, images, figures and what may be done', async () => {
  const query = `query($id: ID!) { service(id: $id) { kind images replicas { wanted ready updated } traffic { requests } can { action allowed because } ... on DeploymentService { version addresses release } } }`;
  expect((await stage.ask(query, { id: ID })).data).toEqual({
    service: {
      kind: 'DEPLOYMENT',
      images: ['example.org/reviews:1'],
      replicas: { wanted: 2, ready: 1, updated: 2 },
      traffic: null,
      can: [
        { action: 'scale', allowed: true, because: null },
        { action: 'restart', allowed: true, because: null },
        { action: 'rollBack', allowed: true, because: null },
        { action: 'setTraffic', allowed: false, because: expect.stringContaining('Only Knative Services') },
        { action: 'edit', allowed: true, because: null },
        { action: 'delete', allowed: true, because: null },
      ],
      version: 'v1',
      addresses: ['reviews'],
      release: null,
    },
  });
  expect((await stage.ask('query($id: ID!) { service(id: $id) { id } }', { id: toGlobalId('Deployment', 'shop', 'nobody') })).data).toEqual({ service: null });
});

it('scales and restarts, and the answer is the service afterwards', async () => {
  const scale = 'mutation($input: ScaleServiceInput!) { scaleService(input: $input) { replicas { wanted } } }';
  expect(await stage.ask(scale, { input: { id: ID, replicas: 5 } })).toEqual({ data: { scaleService: { replicas: { wanted: 5 } } } });
  expect((await stage.admin.get(kinds.deployments, 'reviews', 'shop'))?.spec?.replicas).toBe(5);
  expect((await stage.ask('mutation($id: ID!) { restartService(id: $id) { name } }', { id: ID })).errors).toBeUndefined();
  const restarted = await stage.admin.get(kinds.deployments, 'reviews', 'shop');
  expect(restarted?.spec?.template.metadata?.annotations).toEqual({ 'kubectl.kubernetes.io/restartedAt': expect.stringMatching(/^\d{4}-/) });
});

it.each([
  { name: 'too many pods', input: { id: ID, replicas: 1_001 }, field: 'input.replicas', says: 'from 0 to 1000' },
  { name: 'less than none', input: { id: ID, replicas: -1 }, field: 'input.replicas', says: 'from 0 to 1000' },
  { name: 'an id that is none', input: { id: 'x', replicas: 1 }, field: 'input.id', says: 'not an id' },
  { name: 'the id of something else', input: { id: toGlobalId('Project', '', 'shop'), replicas: 1 }, field: 'input.id', says: 'not the id of a service' },
])('refuses $name, and says where', async ({ input, field, says }) => {
  const { errors } = await stage.ask('mutation($input: ScaleServiceInput!) { scaleService(input: $input) { name } }', { input });
  expect(errors?.[0]).toMatchObject({ message: expect.stringContaining(says), extensions: { code: 'API_INPUT_INVALID', field } });
});

it('goes back to the template of an older ReplicaSet', async () => {
  const made = await stage.admin.get(kinds.deployments, 'reviews', 'shop');
  await stage.admin.create(kinds.replicaSets, {
    metadata: {
      name: 'reviews-old',
      namespace: 'shop',
      annotations: { 'deployment.kubernetes.io/revision': '1' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'reviews', uid: made?.metadata?.uid ?? '', controller: true }],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'reviews', 'pod-template-hash': 'old' } },
      template: { metadata: { labels: { app: 'reviews', version: 'v1', 'pod-template-hash': 'old' } }, spec: { containers: [{ name: 'main', image: 'example.org/reviews:0' }] } },
    },
  });
  const back = 'mutation($input: RollBackServiceInput!) { rollBackService(input: $input) { images } }';
  await waitFor('the revision is seen', async () => JSON.stringify(await stage.ask('query($id: ID!) { service(id: $id) { revisions { name } } }', { id: ID })).includes('reviews-old'));
  expect(await stage.ask(back, { input: { id: ID, revision: 'reviews-old' } })).toEqual({ data: { rollBackService: { images: ['example.org/reviews:0'] } } });
  expect((await stage.admin.get(kinds.deployments, 'reviews', 'shop'))?.spec?.template.metadata?.labels).toEqual({ app: 'reviews', version: 'v1' });
  expect((await stage.ask(back, { input: { id: ID, revision: 'none' } })).errors?.[0]?.extensions).toMatchObject({ field: 'input.revision' });
});

it('shows a sleeping Knative Service, and shares its traffic among its revisions', async () => {
  const labels = { 'serving.knative.dev/service': 'hello' };
  const template = { spec: { containers: [{ name: 'main', image: 'example.org/hello' }] } };
  const made = await stage.admin.create(knativeServices, { metadata: { name: 'hello', namespace: 'shop' }, spec: { template } });
  for (const name of ['hello-1', 'hello-2']) {
    await stage.admin.create(revisions, { metadata: { name, namespace: 'shop', labels: { ...labels, 'serving.knative.dev/configurationGeneration': name.slice(-1) } }, spec: template.spec });
    const scaler = await stage.admin.create(podAutoscalers, { metadata: { name, namespace: 'shop' }, spec: { scaleTargetRef: {}, protocolType: 'http1' } });
    await stage.admin.replaceStatus(podAutoscalers, { ...scaler, status: { actualScale: 0, desiredScale: 0 } });
  }
  const conditions = [{ type: 'Ready', status: 'True' as const, reason: '', message: '', lastTransitionTime: new Date().toISOString() }];
  const traffic = [{ revisionName: 'hello-1', percent: 100 }];
  await stage.admin.replaceStatus(knativeServices, { ...made, status: { observedGeneration: 1, conditions, traffic, url: 'http://hello.shop.example', latestCreatedRevisionName: 'hello-2' } });
  const id = toGlobalId('KnativeService', 'shop', 'hello');
  const query = 'query($id: ID!) { service(id: $id) { state why urls revisions { name percent isNewest isAsleep } } }';
  const shown = await waitFor('hello is asleep', async () => {
    const { data } = await stage.ask(query, { id });
    return JSON.stringify(data).includes('ASLEEP') && JSON.stringify(data).includes('hello-2') ? data : undefined;
  });
  expect(shown).toEqual({
    service: {
      state: 'ASLEEP',
      why: 'It has no pods; the next request wakes it.',
      urls: ['http://hello.shop.example'],
      revisions: [
        { name: 'hello-2', percent: 0, isNewest: true, isAsleep: true },
        { name: 'hello-1', percent: 100, isNewest: false, isAsleep: true },
      ],
    },
  });
  const share = 'mutation($input: SetTrafficInput!) { setTraffic(input: $input) { name } }';
  expect((await stage.ask(share, { input: { id, targets: [{ revision: 'hello-1', percent: 75 }, { percent: 25, tag: 'next' }] } })).errors).toBeUndefined();
  expect((await stage.admin.get(knativeServices, 'hello', 'shop'))?.spec.traffic).toEqual([
    { revisionName: 'hello-1', latestRevision: false, percent: 75 },
    { latestRevision: true, percent: 25, tag: 'next' },
  ]);
  const wrong = await stage.ask(share, { input: { id, targets: [{ revision: 'reviews-1', percent: 100 }] } });
  expect(wrong.errors?.[0]?.extensions).toMatchObject({ code: 'API_INPUT_INVALID', field: 'input.targets.0.revision' });
  expect((await stage.ask('mutation($input: ScaleServiceInput!) { scaleService(input: $input) { name } }', { input: { id, replicas: 1 } })).errors?.[0]?.extensions).toMatchObject({ code: 'API_ACTION_IMPOSSIBLE' });
});

it('follows a list, and one service to its end', async () => {
  const got: string[] = [];
  const gone: unknown[] = [];
  const socket = stage.socket();
  const sink = (next: (value: { data?: unknown }) => void) => ({ next, error: (e: unknown) => gone.push(e), complete: () => undefined });
  socket.subscribe({ query: 'subscription { services(filter: {namespace: "bank"}) { edges { node { name } } } }' }, sink(({ data }) => got.push(JSON.stringify(data))));
  socket.subscribe({ query: 'subscription($id: ID!) { service(id: $id) { name } }', variables: { id: toGlobalId('Deployment', 'bank', 'vault') } }, sink(({ data }) => gone.push(data)));
  await waitFor('the first list', () => got.length === 1 && gone.length === 1);
  await stage.admin.create(kinds.deployments, deployment('vault', 'bank'));
  await waitFor('the list with vault', () => got.at(-1)?.includes('vault'));
  await waitFor('vault', () => JSON.stringify(gone.at(-1)) === '{"service":{"name":"vault"}}');
  await stage.admin.delete(kinds.deployments, 'vault', 'bank');
  await waitFor('the end of vault', () => JSON.stringify(gone.at(-1)) === '{"service":null}');
  expect(gone[0]).toEqual({ service: null });
});

it('shows projects, the system ones as such', async () => {
  const { data } = await stage.ask('{ projects { edges { node { id name workspace isSystem } } } project(name: "none") { name } }');
  const { projects, project } = data as { projects: { edges: { node: { name: string } }[] }; project: unknown };
  expect(project).toBeNull();
  expect(projects.edges.map((e) => e.node)).toEqual(
    expect.arrayContaining([
      { id: toGlobalId('Project', '', 'shop'), name: 'shop', workspace: 'blue', isSystem: false },
      { id: toGlobalId('Project', '', 'kube-system'), name: 'kube-system', workspace: null, isSystem: true },
    ]),
  );
});
