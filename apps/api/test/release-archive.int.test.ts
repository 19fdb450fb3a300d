import { releases } from '@tidegate/delivery-contract';
import { kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { signedIn } from './people-on-stage.js';
import { startPostgres } from './postgres.js';
import { Stage, putRelease } from './stage.js';

let stage: Stage;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
const HISTORY = 'query($first: Int!, $before: String, $service: String) { releaseHistory(namespace: "default", first: $first, before: $before, service: $service) { nodes { name phase finished endedAt } endCursor } }';
type Page = { nodes: { name: string; phase: string; finished: boolean }[]; endCursor: string | null };
const history = async (variables: object = {}): Promise<Page> => ((await stage.ask(HISTORY, { first: 50, ...variables })).data as { releaseHistory: Page }).releaseHistory;
const namesOf = (page: Page) => page.nodes.map((n) => n.name);

beforeAll(async () => {
  postgres = await startPostgres();
  stage = await Stage.start({ database: postgres.address });
  await waitFor('sign-in is ready', async () => (JSON.parse((await stage.send('GET', '/auth/state')).text) as { ready: boolean }).ready);
}, 60_000);

afterAll(async () => {
  await stage.end();
  await postgres.end();
});

it('keeps releases that are over, also when Kubernetes has forgotten them', async () => {
  const ended = (n: number) => ({ phase: n % 2 ? ('Promoted' as const) : ('RolledBack' as const), startedAt: `2026-01-0${n}T00:00:00Z`, finishedAt: `2026-01-0${n}T00:10:00Z` });
  for (const n of [1, 2, 3, 4, 5]) await putRelease(stage.admin, `r${n}`, ended(n));
  await putRelease(stage.admin, 'running', { phase: 'Progressing' });
  await waitFor('all that are over are kept', async () => (await history()).nodes.length === 5);
  for (const n of [1, 2, 3]) await stage.admin.delete(releases, `r${n}`, 'default');
  const name = '{ release(namespace: "default", name: "r1") { name phase finished can { allowed } } }';
  const one = await waitFor('it is gone from Kubernetes', async () => (await stage.admin.get(releases, 'r1', 'default')) === undefined && (await stage.ask(name)).data);
  expect(one).toMatchObject({ release: { name: 'r1', phase: 'Promoted', finished: true } });
  expect(namesOf(await history())).toEqual(['r5', 'r4', 'r3', 'r2', 'r1']);
});

it('in pages, by service', async () => {
  const first = await history({ first: 2 });
  const second = await history({ first: 2, before: first.endCursor });
  const third = await history({ first: 2, before: second.endCursor });
  expect([namesOf(first), namesOf(second), namesOf(third), third.endCursor]).toEqual([['r5', 'r4'], ['r3', 'r2'], ['r1'], null]);
  expect(namesOf(await history({ service: 'nobody' }))).toEqual([]);
  for (const bad of [{ before: 'nonsense' }, { first: 0 }, { first: 1_000 }]) expect((await stage.ask(HISTORY, { first: 5, ...bad })).errors?.[0]?.extensions?.['code']).toBe('API_INPUT_INVALID');
});

it('tells those of one name apart, and lists every project at once', async () => {
  await putRelease(stage.admin, 'r1', { phase: 'RolledBack', startedAt: '2026-01-08T00:00:00Z', finishedAt: '2026-01-08T00:10:00Z' });
  const { nodes } = await waitFor('the second r1 is kept', async () => {
    const page = (await stage.ask('{ releaseHistory { nodes { id uid name phase } } }')).data as { releaseHistory: { nodes: { id: string; uid: string; name: string; phase: string }[] } };
    return page.releaseHistory.nodes.filter((n) => n.name === 'r1').length === 2 && page.releaseHistory;
  });
  const [later, earlier] = nodes.filter((n) => n.name === 'r1');
  expect([later?.phase, earlier?.phase, later?.id === earlier?.id]).toEqual(['RolledBack', 'Promoted', false]);
  const one = async (uid?: string) => (await stage.ask('query($uid: String) { release(namespace: "default", name: "r1", uid: $uid) { uid phase can { because } } }', { uid })).data;
  expect(await one()).toMatchObject({ release: { uid: later?.uid, phase: 'RolledBack' } });
  expect(await one(earlier?.uid)).toMatchObject({ release: { uid: earlier?.uid, phase: 'Promoted', can: Array.from({ length: 5 }, () => ({ because: 'The release is over (promoted).' })) } });
  expect(await one('nobody')).toEqual({ release: null });
});

it('for those who may see releases there', async () => {
  const eve = await signedIn(stage, 'eve');
  expect((await stage.ask(HISTORY, { first: 5 }, eve)).errors?.[0]?.extensions?.['code']).toBe('API_FORBIDDEN');
  expect((await stage.ask('{ releaseHistory { nodes { name } } }', {}, eve)).data).toEqual({ releaseHistory: { nodes: [] } });
});

it('and says to those who may only look what they lack', async () => {
  const dora = await signedIn(stage, 'dora');
  await stage.admin.create(kinds.clusterRoles, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'looks' }, rules: [{ apiGroups: ['delivery.tidegate.dev', ''], resources: ['releases', 'namespaces'], verbs: ['get', 'list'] }] });
  await stage.admin.create(kinds.roleBindings, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'dora', namespace: 'default' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'looks' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'tidegate:dora' }],
  });
  const CAN = '{ release(namespace: "default", name: "running") { can { allowed because } } project(name: "default") { can { action allowed because } } }';
  type Can = { action?: string; allowed: boolean; because: string }[];
  const { release, project } = await waitFor('she may look', async () => (await stage.ask(CAN, {}, dora)).data as { release: { can: Can }; project: { can: Can } } | undefined);
  expect(release.can).toHaveLength(5);
  expect(project.can.map((c) => c.action)).toEqual(['createService', 'createRelease', 'editConfigMaps', 'editSecrets']);
  for (const can of [...release.can, ...project.can]) expect(can).toMatchObject({ allowed: false, because: expect.stringMatching(/dora.* patch /) as string });
  const own = (await stage.ask(CAN)).data as { project: { can: Can } };
  expect(own.project.can.map((c) => c.allowed)).toEqual([true, true, true, true]);
});

it('without a database, as far as Kubernetes goes', async () => {
  const alone = await Stage.start();
  await putRelease(alone.admin, 'over', { phase: 'Promoted', finishedAt: '2026-01-01T00:00:00Z' });
  await waitFor('it is listed', async () => JSON.stringify((await alone.ask(HISTORY, { first: 5 })).data).includes('"over"'));
  await alone.end();
});
