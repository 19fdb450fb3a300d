import { kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { PASSWORD, post, signedIn, tokenOf } from './people-on-stage.js';
import { startPostgres } from './postgres.js';
import { Stage, putRelease } from './stage.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let stage: Stage;
const codeOf = (answer: { errors?: { extensions?: Record<string, unknown> }[] }): unknown => answer.errors?.[0]?.extensions?.['code'];
const mustHave = (answer: { data?: unknown; errors?: { message: string }[] }): unknown => {
  expect(answer.errors).toBeUndefined();
  return answer.data;
};

const grantReleases = (namespace: string, user: string) =>
  stage.admin.create(kinds.roleBindings, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: `releases-${user}`, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'releases' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: `tidegate:${user}` }],
  });

beforeAll(async () => {
  postgres = await startPostgres();
  stage = await Stage.start({ database: postgres.address });
  await waitFor('sign-in is ready', async () => (JSON.parse((await stage.send('GET', '/auth/state')).text) as { ready: boolean }).ready);
  const rules = [{ apiGroups: ['delivery.tidegate.dev'], resources: ['releases'], verbs: ['get', 'list', 'watch'] }];
  await stage.admin.create(kinds.clusterRoles, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'releases' }, rules });
  await putRelease(stage.admin, 'one');
}, 120_000);

afterAll(async () => {
  await stage.end();
  await postgres.end();
});

it('tells the sign-in page what there is to offer', async () => {
  const state = JSON.parse((await stage.send('GET', '/auth/state')).text) as unknown;
  expect(state).toEqual({ signedIn: null, ready: true, needsSetup: false, passwords: true, providers: [] });
});

it('lets a person sign in, see who he is, and sign out; strangers see nothing', async () => {
  const ada = await signedIn(stage, 'ada');
  const me = mustHave(await stage.ask('{ me { id kubernetesUser groups scopes administrator hasAccounts } }', {}, ada));
  expect(me).toEqual({
    me: { id: 'ada', kubernetesUser: 'tidegate:ada', groups: ['everybody'], scopes: ['READ', 'WRITE', 'KUBERNETES', 'TERMINAL'], administrator: false, hasAccounts: true },
  });
  expect((await post(stage, '/auth/logout', {}, ada)).status).toBe(200);
  expect(codeOf(await stage.ask('{ me { id } }', {}, ada))).toBe('API_NOT_SIGNED_IN');
  const wrong = await post(stage, '/auth/login', { account: 'ada', password: 'wrong horse battery' });
  expect(wrong.status).toBe(401);
  expect(wrong.headers['set-cookie']).toBeUndefined();
});

it.each([
  { name: 'no password', body: { account: 'ada' }, says: 'password' },
  { name: 'a name of a megabyte', body: { account: 'x'.repeat(100_000), password: 'y' }, says: 'account' },
  { name: 'a password that is a list', body: { account: 'ada', password: ['a'] }, says: 'password' },
  { name: 'strange words', body: { account: 'ada', password: 'x', admin: true }, says: 'body' },
])('answers $name with a sentence', async ({ body, says }) => {
  const answer = await post(stage, '/auth/login', body);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain(`The field \\"${says}\\"`);
});

it('does not sign in from a form of another site', async () => {
  const body = JSON.stringify({ account: 'ada', password: PASSWORD });
  expect((await stage.send('POST', '/auth/login', { 'content-type': 'text/plain' }, body)).status).toBe(415);
  expect((await stage.send('POST', '/auth/login', { 'content-type': 'application/x-www-form-urlencoded' }, body)).status).toBe(415);
  expect((await post(stage, '/auth/login', { account: 'ada', password: PASSWORD }, { origin: 'https://evil.example' })).status).toBe(403);
});

it('takes null for nothing, and says at which field a value is refused', async () => {
  const create = (input: object) => stage.ask('mutation($input: CreateAccountInput!) { createAccount(input: $input) { name email } }', { input });
  expect(mustHave(await create({ name: 'nina', email: null, password: null }))).toEqual({ createAccount: { name: 'nina', email: null } });
  expect((await create({ name: 'Not A Name' })).errors?.[0]?.extensions).toMatchObject({ code: 'ID_NAME_REFUSED', field: 'name' });
  expect((await create({ name: 'nora', email: 'nowhere' })).errors?.[0]?.extensions).toMatchObject({ code: 'ID_INPUT_REFUSED', field: 'email' });
});

describe('rights', () => {
  it('show a person what he may see in Kubernetes, and end a subscription when they go', async () => {
    const eve = await signedIn(stage, 'eve');
    const list = '{ releases { name } }';
    expect(mustHave(await stage.ask(list, {}, eve))).toEqual({ releases: [] });
    const one = '{ release(namespace: "default", name: "one") { name } }';
    const denied = await stage.ask(one, {}, eve);
    expect(denied.errors?.[0]).toMatchObject({ message: 'eve may not get releases of delivery.tidegate.dev "one" in default.', extensions: { code: 'API_FORBIDDEN' } });
    await grantReleases('default', 'eve');
    await waitFor('eve sees the release', async () => (mustHave(await stage.ask(list, {}, eve)) as { releases: unknown[] }).releases.length === 1);
    const socket = stage.socket(eve);
    const seen: unknown[] = [];
    const ended = (async () => {
      for await (const { data, errors } of socket.iterate({ query: 'subscription { release(namespace: "default", name: "one") { name } }' })) seen.push(errors?.[0]?.message ?? data);
    })().catch((error: unknown) => seen.push(String(error)));
    await waitFor('the first state', () => seen.length === 1);
    await stage.admin.delete(kinds.roleBindings, 'releases-eve', 'default');
    await ended;
    expect(seen[0]).toEqual({ release: { name: 'one' } });
    const act = 'mutation { actOnRelease(input: {namespace: "default", name: "one", action: PAUSE}) { name } }';
    expect((await stage.ask(act, {}, eve)).errors?.[0]?.message).toContain('eve may not patch releases');
    await socket.dispose();
  });

  it('keep accounts to those who have them, and administrators to administrators', async () => {
    const bob = await signedIn(stage, 'bob');
    for (const query of ['{ accounts { totalCount } }', '{ groups { name } }', '{ audit { nodes { id } } }', 'mutation { createGroup(name: "x") { name } }', 'mutation { deleteAccount(name: "ada") }'])
      expect(codeOf(await stage.ask(query, {}, bob))).toBe('API_FORBIDDEN');
    await stage.admin.create(kinds.clusterRoles, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'people' },
      rules: [{ apiGroups: ['identity.tidegate.dev'], resources: ['*'], verbs: ['*'] }],
    });
    await stage.admin.create(kinds.clusterRoleBindings, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'people' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'people' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'tidegate:bob' }],
    });
    await waitFor('bob manages accounts', async () => codeOf(await stage.ask('{ accounts { totalCount } }', {}, bob)) === undefined);
    await signedIn(stage, 'grace', ['administrators']);
    for (const query of [
      'mutation { addGroupMember(group: "administrators", account: "bob") { name } }',
      'mutation { resetPassword(name: "grace", password: "taken over by bob 1") }',
      'mutation { deleteAccount(name: "grace") }',
      'mutation { createAccount(input: {name: "mallory", groups: ["administrators"]}) { name } }',
      'mutation { createToken(input: {name: "x", scopes: [READ], account: "grace"}) { secret } }',
    ])
      expect(codeOf(await stage.ask(query, {}, bob))).toBe('API_FORBIDDEN');
    mustHave(await stage.ask('mutation { createAccount(input: {name: "ci", kind: MACHINE}) { name } }', {}, bob));
    mustHave(await stage.ask('mutation { createToken(input: {name: "x", scopes: [READ], account: "ci"}) { secret } }', {}, bob));
  });
});

describe('tokens', () => {
  it('do what they were made for and no more', async () => {
    const kim = await signedIn(stage, 'kim');
    const { secret } = await tokenOf(stage, kim, ['READ']);
    const bearer = { authorization: `Bearer ${secret}` };
    expect(mustHave(await stage.ask('{ me { scopes } }', {}, bearer))).toEqual({ me: { scopes: ['READ'] } });
    expect(codeOf(await stage.ask('mutation { createToken(input: {name: "x", scopes: [READ]}) { secret } }', {}, bearer))).toBe('API_SCOPE_MISSING');
    const writing = await tokenOf(stage, kim, ['WRITE']);
    expect(codeOf(await stage.ask('mutation { createToken(input: {name: "x", scopes: [KUBERNETES]}) { secret } }', {}, { authorization: `Bearer ${writing.secret}` }))).toBe('API_FORBIDDEN');
  });

  it('close their open streams when they are revoked, and nobody revokes those of others', async () => {
    const [lee, mia] = [await signedIn(stage, 'lee'), await signedIn(stage, 'mia')];
    const { id, secret } = await tokenOf(stage, lee, ['READ']);
    expect(codeOf(await stage.ask('mutation($id: ID!) { revokeToken(id: $id) }', { id }, mia))).toBe('API_FORBIDDEN');
    const socket = stage.socket({ authorization: `Bearer ${secret}` });
    const closed = new Promise<number>((resolve) => socket.on('closed', (event) => resolve((event as CloseEvent).code)));
    const states: unknown[] = [];
    const reading = (async () => {
      for await (const state of socket.iterate({ query: 'subscription { releases { name } }' })) states.push(state);
    })().catch(() => undefined);
    await waitFor('the stream is open', () => states.length > 0);
    mustHave(await stage.ask('mutation($id: ID!) { revokeToken(id: $id) }', { id }, lee));
    expect(await closed).toBe(4401);
    await reading;
    expect(codeOf(await stage.ask('{ me { id } }', {}, { authorization: `Bearer ${secret}` }))).toBe('API_NOT_SIGNED_IN');
  });
});

it('records what was done before it answers, and gives it to those who may read it', async () => {
  const nan = await signedIn(stage, 'nan');
  await stage.ask('mutation { actOnRelease(input: {namespace: "default", name: "one", action: PROMOTE}) { name } }', {}, nan);
  const query = 'query($f: AuditFilterInput!) { audit(filter: $f) { nodes { action account outcome resource namespace name reason credential } } }';
  const { audit } = mustHave(await stage.ask(query, { f: { account: 'nan' } })) as { audit: { nodes: { action: string; outcome: string; reason: string | null }[] } };
  expect(audit.nodes.map((n) => `${n.action} ${n.outcome}`)).toEqual(['release.promote DENIED', 'account.login SUCCEEDED', 'account.changePassword SUCCEEDED', 'account.login SUCCEEDED']);
  await stage.admin.create(kinds.roleBindings, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'nan', namespace: 'default' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'tidegate:nan' }],
  });
  await waitFor('nan may promote', async () => (await stage.ask('mutation { actOnRelease(input: {namespace: "default", name: "one", action: PROMOTE, reason: "it is good"}) { name } }', {}, nan)).errors === undefined);
  const after = mustHave(await stage.ask(query, { f: { account: 'nan', action: 'release.', outcome: 'SUCCEEDED' } })) as { audit: { nodes: object[] } };
  expect(after.audit.nodes[0]).toEqual({
    action: 'release.promote',
    account: 'nan',
    outcome: 'SUCCEEDED',
    resource: 'releases.delivery.tidegate.dev',
    namespace: 'default',
    name: 'one',
    reason: 'it is good',
    credential: 'Session',
  });
  const exported = await stage.get('/audit/export');
  expect(exported.headers['content-type']).toBe('application/x-ndjson');
  expect(exported.text.trim().split('\n').map((line) => (JSON.parse(line) as { action: string }).action)).toContain('release.promote');
  expect(exported.text).not.toContain('horse');
});

it('goes on for its owner while the database is away, and says so to others', async () => {
  const ola = await signedIn(stage, 'ola');
  await postgres.kill();
  await waitFor('sign-in says it waits', async () => (await post(stage, '/auth/login', { account: 'ola', password: PASSWORD })).status >= 500);
  expect((await stage.ask('{ releases { name } }')).errors).toBeUndefined();
  const act = await stage.ask('mutation { actOnRelease(input: {namespace: "default", name: "one", action: PAUSE}) { name } }');
  expect(act.errors).toBeDefined();
  postgres.restart();
  await waitFor('ola is known again', async () => (await stage.ask('{ me { id } }', {}, ola)).errors === undefined, 60_000);
}, 120_000);
