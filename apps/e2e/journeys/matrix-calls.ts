/** Who may do what over GraphQL: one row for each field of the schema. A field that is missing here fails the journey. */

/** From nobody to the owner; each may do what those before him may. */
export const LEVELS = ['anonymous', 'outsider', 'viewer', 'operator', 'projectAdmin', 'workspaceAdmin', 'platformAdmin'] as const;
export type Level = (typeof LEVELS)[number];

export interface Call {
  field: string;
  operation: 'query' | 'mutation' | 'subscription';
  document: string;
  /** `who` makes names that belong to one level alone. */
  variables?: (who: string) => Record<string, unknown>;
  /** The least level that may do it; everybody above may as well. */
  least: Level | 'nobody';
  /** Whether what was asked for is in the answer; default: anything is. */
  sees?: (found: never) => boolean;
  /** What the owner does first, so that there is something to do it with. */
  before?: { document: string; variables: (who: string) => Record<string, unknown> };
}

export const PROJECT = 'bookinfo';
export const KNATIVE_PROJECT = 'sample';
export const WORKSPACE = 'matrix';
export const RELEASE = { namespace: PROJECT, strategy: 'matrix' };
/** What the journey finds out once: names that the cluster makes up. */
export const found = { pod: '', release: '', revision: '', knativeRevision: '' };
/** Made by the journey for each level: what belongs to somebody else. */
export const ofOthers: Record<'tokens' | 'sessions' | 'projects' | 'pods', Record<string, string>> = { tokens: {}, sessions: {}, projects: {}, pods: {} };

const id = (kind: string, namespace: string, name: string): string => Buffer.from(`${kind}:${namespace}/${name}`).toString('base64url');
const deployment = id('Deployment', PROJECT, 'details-v1');
const knative = id('KnativeService', KNATIVE_PROJECT, 'hello');
const settings = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${PROJECT} }\ndata: { a: '1' }\n`;
const applied = (yaml: (who: string) => string) => ({ document: 'mutation($input: ApplyInput!) { applyYaml(input: $input) { result because } }', variables: (who: string) => ({ input: { yaml: yaml(who) } }) });
const some = (list: unknown[]): boolean => list.length > 0;
const edges = ({ edges: all }: { edges: unknown[] }): boolean => all.length > 0;
const account = { document: 'mutation($input: CreateAccountInput!) { createAccount(input: $input) { name } }', variables: (who: string) => ({ input: { name: `x-${who}`.toLowerCase(), password: 'a first long phrase' } }) };
const group = { document: 'mutation($name: String!) { createGroup(name: $name) { name } }', variables: (who: string) => ({ name: `g-${who}`.toLowerCase() }) };
const project = (prefix: string) => ({
  document: 'mutation($input: CreateProjectInput!) { createProject(input: $input) { name } }',
  variables: (who: string) => ({ input: { name: `${prefix}-${who}`.toLowerCase(), workspace: WORKSPACE } }),
});
const application = (prefix: string) => ({
  document: 'mutation($input: CreateApplicationInput!) { createApplication(input: $input) { name } }',
  variables: (who: string) => ({ input: { namespace: PROJECT, name: `${prefix}-${who}`.toLowerCase(), labels: [{ name: 'app', value: 'reviews' }], owns: true } }),
});
const role = { document: 'mutation($input: SetRoleInput!) { setWorkspaceRole(input: $input) { name } }', variables: (who: string) => ({ input: { workspace: WORKSPACE, name: `r-${who}`.toLowerCase(), permissions: ['logs-view'] } }) };
const member = { document: 'mutation($input: SetMemberInput!) { setWorkspaceMember(input: $input) { name } }', variables: (who: string) => ({ input: { workspace: WORKSPACE, kind: 'USER', name: `m-${who}`.toLowerCase(), role: 'viewer' } }) };

/** What one has paused the next one resumes. */
const turnOf = (who: string): string => (LEVELS.findIndex((level) => level === who) % 2 === 1 ? 'PAUSE' : 'RESUME');

const queries: Omit<Call, 'operation'>[] = [
  { field: 'me', document: '{ me { id } }', least: 'outsider' },
  { field: 'sessions', document: '{ sessions { id } }', least: 'outsider' },
  { field: 'tokens', document: '{ tokens { id } }', least: 'outsider' },
  { field: 'permissions', document: '{ permissions { name } }', least: 'outsider' },
  { field: 'openApi', document: '{ openApi(apiVersion: "apps/v1") }', least: 'outsider' },
  { field: 'accounts', document: '{ accounts { totalCount } }', least: 'platformAdmin' },
  { field: 'groups', document: '{ groups { name } }', least: 'platformAdmin' },
  { field: 'platform', document: '{ platform { state } }', least: 'platformAdmin' },
  { field: 'audit', document: `{ audit(filter: { workspace: "${WORKSPACE}" }) { nodes { id } } }`, least: 'workspaceAdmin' },
  { field: 'workspace', document: `{ workspace(name: "${WORKSPACE}") { name } }`, least: 'viewer' },
  { field: 'workspaces', document: `{ workspaces { edges { node { name } } } }`, least: 'viewer', sees: edges },
  { field: 'workspaceDeletion', document: `{ workspaceDeletion(name: "${WORKSPACE}") { leaves } }`, least: 'viewer' },
  { field: 'project', document: `{ project(name: "${PROJECT}") { name } }`, least: 'viewer' },
  { field: 'projects', document: `{ projects { edges { node { name } } } }`, least: 'viewer', sees: edges },
  { field: 'services', document: `{ services(filter: { namespace: "${PROJECT}" }) { edges { node { name } } } }`, least: 'viewer', sees: edges },
  { field: 'service', document: `{ service(id: "${deployment}") { name } }`, least: 'viewer' },
  { field: 'serviceSeries', document: `{ serviceSeries(id: "${deployment}") { second } }`, least: 'viewer' },
  { field: 'pods', document: `{ pods(filter: { namespace: "${PROJECT}" }) { edges { node { name } } } }`, least: 'viewer', sees: edges },
  { field: 'pod', document: 'query($id: ID!) { pod(id: $id) { name } }', variables: () => ({ id: id('Pod', PROJECT, found.pod) }), least: 'viewer' },
  { field: 'logs', document: 'query($input: LogInput!) { logs(input: $input) { lines { text } } }', variables: () => ({ input: { namespace: PROJECT, pod: found.pod } }), least: 'viewer' },
  { field: 'events', document: `{ events(filter: { namespace: "${PROJECT}" }) { id } }`, least: 'viewer' },
  { field: 'releases', document: `{ releases(namespace: "${PROJECT}") { name } }`, least: 'viewer', sees: some },
  { field: 'release', document: `query($name: String!) { release(namespace: "${PROJECT}", name: $name) { name } }`, variables: () => ({ name: found.release }), least: 'viewer' },
  { field: 'releaseHistory', document: `{ releaseHistory(namespace: "${PROJECT}") { endCursor } }`, least: 'viewer' },
  { field: 'signals', document: `{ signals(namespace: "${PROJECT}", service: "reviews") { second } }`, least: 'viewer' },
  { field: 'topology', document: `{ topology(namespace: "${PROJECT}") { nodes { id } } }`, least: 'viewer', sees: ({ nodes }: { nodes: unknown[] }) => some(nodes) },
  { field: 'search', document: '{ search(text: "details") { name } }', least: 'viewer', sees: some },
  { field: 'applications', document: `{ applications(namespace: "${PROJECT}") { edges { node { name } } } }`, least: 'viewer', sees: edges },
  { field: 'application', document: `{ application(namespace: "${PROJECT}", name: "matrix") { name } }`, least: 'viewer' },
  { field: 'applicationRemoval', document: `{ applicationRemoval(namespace: "${PROJECT}", name: "matrix") { goes { name } } }`, least: 'viewer' },
  { field: 'configMaps', document: `{ configMaps(namespace: "${PROJECT}") { name } }`, least: 'viewer', sees: some },
  { field: 'secrets', document: `{ secrets(namespace: "${PROJECT}") { name } }`, least: 'operator', sees: some },
  { field: 'object', document: `{ object(input: { apiVersion: "v1", kind: "Secret", namespace: "${PROJECT}", name: "matrix" }) { name } }`, least: 'operator' },
  { field: 'deletionPreview', document: `{ deletionPreview(input: { apiVersion: "v1", kind: "Namespace", name: "${PROJECT}" }) { totalCount } }`, least: 'viewer', sees: ({ totalCount }: { totalCount: number }) => totalCount > 0 },
];

const mutations: Omit<Call, 'operation'>[] = [
  { field: 'createToken', document: 'mutation { createToken(input: { name: "matrix", scopes: [READ], days: 1 }) { token { id } } }', least: 'outsider' },
  { field: 'createKubeconfig', document: 'mutation { createKubeconfig(name: "matrix", days: 1) { token { id } } }', least: 'outsider' },
  // Of the owner's: everybody ends and revokes his own, and nobody those of others.
  { field: 'revokeToken', document: 'mutation($id: ID!) { revokeToken(id: $id) }', variables: (who) => ({ id: ofOthers.tokens[who] }), least: 'platformAdmin' },
  { field: 'endSession', document: 'mutation($id: ID!) { endSession(id: $id) }', variables: (who) => ({ id: ofOthers.sessions[who] }), least: 'nobody', sees: (isDone: boolean) => isDone },

  { field: 'createAccount', document: account.document, variables: (who) => ({ input: { name: `y-${who}`.toLowerCase(), password: 'a first long phrase' } }), least: 'platformAdmin' },
  { field: 'setAccountEnabled', before: account, document: 'mutation($name: String!) { setAccountEnabled(name: $name, enabled: false) { name } }', variables: (who) => ({ name: `x-${who}`.toLowerCase() }), least: 'platformAdmin' },
  { field: 'resetPassword', document: 'mutation($name: String!) { resetPassword(name: $name, password: "another long phrase") }', variables: (who) => ({ name: `x-${who}`.toLowerCase() }), least: 'platformAdmin' },
  { field: 'createGroup', document: group.document, variables: (who) => ({ name: `h-${who}`.toLowerCase() }), least: 'platformAdmin' },
  { field: 'addGroupMember', before: group, document: 'mutation($group: String!, $account: String!) { addGroupMember(group: $group, account: $account) { name } }', variables: (who) => ({ group: `g-${who}`.toLowerCase(), account: `x-${who}`.toLowerCase() }), least: 'platformAdmin' },
  { field: 'removeGroupMember', document: 'mutation($group: String!, $account: String!) { removeGroupMember(group: $group, account: $account) { name } }', variables: (who) => ({ group: `g-${who}`.toLowerCase(), account: `x-${who}`.toLowerCase() }), least: 'platformAdmin' },
  { field: 'deleteGroup', document: 'mutation($name: String!) { deleteGroup(name: $name) }', variables: (who) => ({ name: `g-${who}`.toLowerCase() }), least: 'platformAdmin' },
  { field: 'deleteAccount', document: 'mutation($name: String!) { deleteAccount(name: $name) }', variables: (who) => ({ name: `x-${who}`.toLowerCase() }), least: 'platformAdmin' },

  { field: 'createWorkspace', document: 'mutation($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { name } }', variables: (who) => ({ input: { name: `w-${who}`.toLowerCase(), administrators: ['rita'] } }), least: 'platformAdmin' },
  { field: 'updateWorkspace', document: 'mutation($text: String!) { updateWorkspace(input: { name: "matrix", description: $text }) { name } }', variables: (who) => ({ text: who }), least: 'workspaceAdmin' },
  { field: 'setWorkspaceMember', ...member, least: 'workspaceAdmin' },
  { field: 'removeWorkspaceMember', before: member, document: 'mutation($input: MemberInput!) { removeWorkspaceMember(input: $input) { name } }', variables: (who) => ({ input: { workspace: WORKSPACE, kind: 'USER', name: `m-${who}`.toLowerCase() } }), least: 'workspaceAdmin' },
  { field: 'setWorkspaceRole', ...role, least: 'workspaceAdmin' },
  { field: 'deleteWorkspaceRole', before: role, document: 'mutation($role: String!) { deleteWorkspaceRole(workspace: "matrix", role: $role) { name } }', variables: (who) => ({ role: `r-${who}`.toLowerCase() }), least: 'workspaceAdmin' },
  { field: 'createProject', ...project('p'), least: 'workspaceAdmin' },
  { field: 'moveProject', before: project('q'), document: 'mutation($name: String!) { moveProject(name: $name) { name } }', variables: (who) => ({ name: `q-${who}`.toLowerCase() }), least: 'workspaceAdmin' },
  // Who administers a project may also end it.
  { field: 'deleteProject', document: 'mutation($name: String!) { deleteProject(name: $name) }', variables: (who) => ({ name: ofOthers.projects[who] }), least: 'projectAdmin' },
  {
    field: 'deleteWorkspace',
    before: { document: 'mutation($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { name } }', variables: (who) => ({ input: { name: `d-${who}`.toLowerCase(), administrators: ['wanda'] } }) },
    document: 'mutation($name: String!) { deleteWorkspace(name: $name) }',
    variables: (who) => ({ name: `d-${who}`.toLowerCase() }),
    least: 'workspaceAdmin',
  },

  { field: 'applyYaml', ...applied((who) => settings(`s-${who}`.toLowerCase())), least: 'operator', sees: ([first]: { result: string }[]) => first?.result !== 'REFUSED' },
  { field: 'deleteObject', before: applied((who) => settings(`t-${who}`.toLowerCase())), document: 'mutation($input: DeleteInput!) { deleteObject(input: $input) }', variables: (who) => ({ input: { apiVersion: 'v1', kind: 'ConfigMap', namespace: PROJECT, name: `t-${who}`.toLowerCase() } }), least: 'operator' },
  { field: 'createApplication', ...application('u'), least: 'operator' },
  { field: 'updateApplication', before: application('w'), document: `mutation($name: String!) { updateApplication(input: { namespace: "${PROJECT}", name: $name, version: "2" }) { version } }`, variables: (who) => ({ name: `w-${who}`.toLowerCase() }), least: 'operator' },
  { field: 'deleteApplication', before: application('v'), document: `mutation($name: String!) { deleteApplication(namespace: "${PROJECT}", name: $name) }`, variables: (who) => ({ name: `v-${who}`.toLowerCase() }), least: 'operator' },
  { field: 'scaleService', document: `mutation { scaleService(input: { id: "${deployment}", replicas: 1 }) { name } }`, least: 'operator' },
  { field: 'restartService', document: `mutation { restartService(id: "${id('Deployment', PROJECT, 'ratings-v1')}") { name } }`, least: 'operator' },
  { field: 'rollBackService', document: 'mutation($input: RollBackServiceInput!) { rollBackService(input: $input) { name } }', variables: () => ({ input: { id: id('Deployment', PROJECT, 'ratings-v1'), revision: found.revision } }), least: 'operator' },
  { field: 'setTraffic', document: 'mutation($input: SetTrafficInput!) { setTraffic(input: $input) { name } }', variables: () => ({ input: { id: knative, targets: [{ revision: found.knativeRevision, percent: 100 }] } }), least: 'operator' },
  { field: 'deletePod', document: 'mutation($id: ID!) { deletePod(id: $id) }', variables: (who) => ({ id: ofOthers.pods[who] }), least: 'operator' },
  { field: 'actOnRelease', document: `mutation($input: ActOnReleaseInput!) { actOnRelease(input: $input) { name } }`, variables: (who) => ({ input: { namespace: PROJECT, name: found.release, action: turnOf(who), reason: who } }), least: 'operator' },
];

const subscriptions: Omit<Call, 'operation'>[] = [
  { field: 'workspaces', document: 'subscription { workspaces { edges { node { name } } } }', least: 'viewer', sees: edges },
  { field: 'workspace', document: `subscription { workspace(name: "${WORKSPACE}") { name } }`, least: 'viewer' },
  { field: 'projects', document: 'subscription { projects { edges { node { name } } } }', least: 'viewer', sees: edges },
  { field: 'services', document: `subscription { services(filter: { namespace: "${PROJECT}" }) { edges { node { name } } } }`, least: 'viewer', sees: edges },
  { field: 'applications', document: `subscription { applications(namespace: "${PROJECT}") { edges { node { name } } } }`, least: 'viewer', sees: edges },
  { field: 'service', document: `subscription { service(id: "${deployment}") { name } }`, least: 'viewer' },
  { field: 'pods', document: `subscription { pods(filter: { namespace: "${PROJECT}" }) { edges { node { name } } } }`, least: 'viewer', sees: edges },
  { field: 'logs', document: 'subscription($input: LogInput!) { logs(input: $input) { lines { text } } }', variables: () => ({ input: { namespace: PROJECT, pod: found.pod } }), least: 'viewer' },
  { field: 'events', document: `subscription { events(filter: { namespace: "${PROJECT}" }) { id } }`, least: 'viewer' },
  { field: 'releases', document: `subscription { releases(namespace: "${PROJECT}") { name } }`, least: 'viewer', sees: some },
  { field: 'release', document: `subscription($name: String!) { release(namespace: "${PROJECT}", name: $name) { name } }`, variables: () => ({ name: found.release }), least: 'viewer' },
  { field: 'signals', document: `subscription { signals(namespace: "${PROJECT}", service: "details") { second } }`, least: 'viewer' },
  { field: 'topology', document: `subscription { topology(namespace: "${PROJECT}") { nodes { id } } }`, least: 'viewer', sees: ({ nodes }: { nodes: unknown[] }) => some(nodes) },
];

export const CALLS: readonly Call[] = [
  ...queries.map((c): Call => ({ ...c, operation: 'query' })),
  ...mutations.map((c): Call => ({ ...c, operation: 'mutation' })),
  ...subscriptions.map((c): Call => ({ ...c, operation: 'subscription' })),
];
