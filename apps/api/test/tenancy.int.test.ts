import { type RunningPart, createRegistry, silentLogger, systemClock } from '@tidegate/kernel';
import { KubeClient, kinds } from '@tidegate/kube';
import { startTenancy } from '@tidegate/tenancy-controller';
import { workspaces } from '@tidegate/tenancy-contract';
import { waitFor } from '@tidegate/testing';
import { type As, signedIn } from './people-on-stage.js';
import { startPostgres } from './postgres.js';
import { Stage } from './stage.js';

let stage: Stage;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
const parts: RunningPart[] = [];
const people: Record<'ada' | 'bob' | 'eve', As> = { ada: {}, bob: {}, eve: {} };

const tried = async (query: string, variables: object, as?: As) => {
  const { data, errors } = await stage.ask(query, { ...variables }, as);
  return errors ? { error: errors[0]?.message, code: errors[0]?.extensions?.['code'], field: errors[0]?.extensions?.['field'] } : data;
};
const create = (input: object, as?: As) => tried('mutation($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { name members { kind name role } } }', { input }, as);
const setMember = (input: object, as?: As) => tried('mutation($input: SetMemberInput!) { setWorkspaceMember(input: $input) { members { kind name role } } }', { input }, as);
const createProject = (input: object, as?: As) => tried('mutation($input: CreateProjectInput!) { createProject(input: $input) { name displayName workspace } }', { input }, as);
const names = async (as?: As) => tried('{ workspaces { edges { node { name } } } }', {}, as);
const list = (...all: string[]) => ({ workspaces: { edges: all.map((name) => ({ node: { name } })) } });

const ready = (name: string) =>
  waitFor(`${name} is ready`, async () => ((await tried('query($name: String!) { workspace(name: $name) { ready } }', { name })) as { workspace: { ready: boolean } | null }).workspace?.ready);

beforeAll(async () => {
  postgres = await startPostgres();
  stage = await Stage.start({ database: postgres.address });
  await waitFor('sign-in is ready', async () => (JSON.parse((await stage.send('GET', '/auth/state')).text) as { ready: boolean }).ready);
  const context = (name: string) => ({ log: silentLogger, clock: systemClock, registry: createRegistry(name), fatal: (error: unknown) => expect(error).toBeUndefined() });
  await stage.admin.apply(kinds.namespaces, { metadata: { name: 'tidegate-system' } });
  // What admission refuses beyond RBAC is tested with admission.
  const client = new KubeClient(stage.transport('system:tidegate:tenancy', ['system:masters']));
  parts.push(await startTenancy(context('tenancy'), { client, networkPoliciesHold: true }));
  for (const name of ['ada', 'bob', 'eve'] as const) people[name] = await signedIn(stage, name);
}, 120_000);

afterAll(async () => {
  for (const part of parts) await part.stop();
  await stage.end();
  await postgres.end();
});

it('makes workspaces by those who administer the platform, with an administrator of their own', async () => {
  expect(await create({ name: 'shop', displayName: 'The shop', administrators: ['ada'] })).toEqual({ createWorkspace: { name: 'shop', members: [{ kind: 'USER', name: 'ada', role: 'admin' }] } });
  expect(await create({ name: 'bank', administrators: ['eve'] })).toMatchObject({ createWorkspace: { name: 'bank' } });
  expect(await create({ name: 'mine', administrators: ['eve'] }, people.eve)).toMatchObject({ code: 'API_FORBIDDEN', error: expect.stringContaining('eve may not create workspaces') });
  expect(await create({ name: 'Not A Name', administrators: ['eve'] })).toMatchObject({ code: 'API_INPUT_INVALID', field: 'input.name' });
  expect(await create({ name: 'empty', administrators: [] })).toMatchObject({ code: 'API_INPUT_INVALID', field: 'input.administrators' });
  await ready('shop');
  await ready('bank');
});

it('shows each only to whom it concerns, with what he may do', async () => {
  expect(await names()).toEqual(list('bank', 'shop'));
  await waitFor('ada sees hers', async () => JSON.stringify(await names(people.ada)) === JSON.stringify(list('shop')));
  expect(await names(people.bob)).toEqual(list());
  expect(await tried('{ workspace(name: "shop") { name } }', {}, people.eve)).toEqual({ workspace: null });
  const can = (await tried('{ workspace(name: "shop") { can { action allowed } } }', {}, people.ada)) as { workspace: { can: { action: string; allowed: boolean }[] } };
  expect(Object.fromEntries(can.workspace.can.map((c) => [c.action, c.allowed]))).toEqual({ update: true, setBounds: false, setMembers: true, setRoles: true, createProject: true, readAudit: true, delete: true });
});

it('lets its administrator bring people in, and nobody else; a subscription tells whom it begins to concern', async () => {
  const seen: unknown[] = [];
  const socket = stage.socket(people.bob);
  void (async () => {
    for await (const { data } of socket.iterate({ query: 'subscription { workspaces { edges { node { name } } } }' })) seen.push(data);
  })().catch(() => undefined);
  await waitFor('the first state', () => seen.length === 1);
  expect(seen[0]).toEqual(list());
  expect(await setMember({ workspace: 'shop', kind: 'USER', name: 'bob', role: 'regular' }, people.eve)).toMatchObject({ code: 'API_FORBIDDEN' });
  expect(await setMember({ workspace: 'shop', kind: 'USER', name: 'bob', role: 'regular' }, people.ada)).toMatchObject({ setWorkspaceMember: { members: [{ name: 'ada' }, { name: 'bob', role: 'regular' }] } });
  await waitFor('bob is told', () => JSON.stringify(seen.at(-1)) === JSON.stringify(list('shop')));
  expect(await setMember({ workspace: 'shop', kind: 'USER', name: 'bob', role: 'admin' }, people.bob)).toMatchObject({ code: 'API_FORBIDDEN', error: expect.stringContaining('bob may not update workspaces') });
  expect(await setMember({ workspace: 'shop', kind: 'SERVICE_ACCOUNT', name: 'ci', role: 'viewer' }, people.ada)).toMatchObject({ field: 'input.namespace' });
});

it('makes roles of permissions, and takes none away that somebody has', async () => {
  const setRole = (permissions: string[], as = people.ada) =>
    tried('mutation($input: SetRoleInput!) { setWorkspaceRole(input: $input) { roles { name permissions } } }', { input: { workspace: 'shop', name: 'on-call', permissions } }, as);
  const deleteRole = () => tried('mutation { deleteWorkspaceRole(workspace: "shop", role: "on-call") { roles { name } } }', {}, people.ada);
  expect(await setRole(['logs-view'])).toEqual({ setWorkspaceRole: { roles: [{ name: 'on-call', permissions: ['logs-view'] }] } });
  expect(await setRole(['logs-view'], people.bob)).toMatchObject({ code: 'API_FORBIDDEN' });
  expect(await setMember({ workspace: 'shop', kind: 'USER', name: 'bob', role: 'on-call' }, people.ada)).toHaveProperty('setWorkspaceMember');
  expect(await deleteRole()).toMatchObject({ code: 'API_ROLE_IN_USE' });
  expect(await setMember({ workspace: 'shop', kind: 'USER', name: 'bob', role: 'regular' }, people.ada)).toHaveProperty('setWorkspaceMember');
  expect(await deleteRole()).toEqual({ deleteWorkspaceRole: { roles: [] } });
  const { permissions } = (await tried('{ permissions { name dependsOn } }', {}, people.eve)) as { permissions: { name: string; dependsOn: string[] }[] };
  expect(permissions).toContainEqual({ name: 'logs-view', dependsOn: ['workloads-view'] });
});

it('makes projects in it, which nobody takes out of it or into another without the right to', async () => {
  await ready('shop');
  expect(await createProject({ workspace: 'shop', name: 'web', displayName: 'The web shop' }, people.ada)).toEqual({ createProject: { name: 'web', displayName: 'The web shop', workspace: 'shop' } });
  expect(await createProject({ workspace: 'shop', name: 'mine' }, people.bob)).toMatchObject({ code: 'API_FORBIDDEN' });
  expect(await createProject({ workspace: 'shop', name: 'mine' }, people.eve)).toMatchObject({ code: 'API_FORBIDDEN' });
  const move = (workspace: string | null, as: As) => tried('mutation($workspace: String) { moveProject(name: "web", workspace: $workspace) { workspace } }', { workspace }, as);
  await waitFor('ada administers it', async () => (await tried('{ project(name: "web") { name } }', {}, people.ada) as { project: unknown }).project);
  expect(await move('bank', people.eve)).toMatchObject({ error: expect.stringMatching(/eve.*cannot patch|forbidden/) });
  expect(await tried('mutation { deleteProject(name: "web") }', {}, people.eve)).toMatchObject({ code: 'API_FORBIDDEN' });
  expect(await move('bank', { authorization: 'Bearer the-token-of-this-instance' })).toEqual({ moveProject: { workspace: 'bank' } });
  expect(await move('shop', { authorization: 'Bearer the-token-of-this-instance' })).toEqual({ moveProject: { workspace: 'shop' } });
});

it('records what happens in a workspace for its administrators', async () => {
  const act = 'mutation { actOnRelease(input: { namespace: "web", name: "none", action: PAUSE }) { name } }';
  expect(await tried(act, {}, people.ada)).toMatchObject({ code: 'API_FORBIDDEN' });
  const audit = (workspace: string, as?: As) => tried('query($w: String) { audit(filter: { workspace: $w }) { nodes { action account outcome workspace } } }', { w: workspace }, as);
  const of = (await audit('shop', people.ada)) as { audit: { nodes: { action: string; account: string; outcome: string; workspace: string }[] } };
  expect(of.audit.nodes.every((n) => n.workspace === 'shop')).toBe(true);
  expect(of.audit.nodes).toContainEqual({ action: 'workspace.setMember', account: 'eve', outcome: 'DENIED', workspace: 'shop' });
  expect(of.audit.nodes).toContainEqual({ action: 'project.create', account: 'ada', outcome: 'SUCCEEDED', workspace: 'shop' });
  expect(of.audit.nodes).toContainEqual({ action: 'release.pause', account: 'ada', outcome: 'DENIED', workspace: 'shop' });
  // Twice for each: out of the one, into the other, and back.
  const moves = async (workspace: string) => ((await audit(workspace)) as typeof of).audit.nodes.filter((n) => n.action === 'project.move' && n.outcome === 'SUCCEEDED');
  expect([await moves('shop'), await moves('bank')].map((m) => m.length)).toEqual([2, 2]);
  expect(await audit('shop', people.eve)).toMatchObject({ code: 'API_FORBIDDEN' });
  expect(await audit('bank', people.ada)).toMatchObject({ code: 'API_FORBIDDEN' });
});

it('deletes it with what was said before: its projects stay, or go', async () => {
  const preview = (projects: string) => tried('query($projects: ProjectsOfDeleted!) { workspaceDeletion(name: "shop", projects: $projects) { deletes leaves } }', { projects }, people.ada);
  await waitFor('the caches know', async () => JSON.stringify(await preview('ORPHAN')) === JSON.stringify({ workspaceDeletion: { deletes: [], leaves: ['web'] } }));
  expect(await preview('CASCADE')).toEqual({ workspaceDeletion: { deletes: ['web'], leaves: [] } });
  expect(await tried('mutation { deleteWorkspace(name: "shop") }', {}, people.eve)).toMatchObject({ code: 'API_FORBIDDEN' });
  expect(await tried('mutation { deleteWorkspace(name: "shop", projects: ORPHAN) }', {}, people.ada)).toEqual({ deleteWorkspace: true });
  await waitFor('it is gone', async () => (await stage.admin.get(workspaces, 'shop')) === undefined);
  expect((await stage.admin.get(kinds.namespaces, 'web'))?.metadata?.labels?.['tenancy.tidegate.dev/workspace']).toBeUndefined();
});
