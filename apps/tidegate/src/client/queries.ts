/** Every document that the command line sends; a test checks them against the schema. */
export const queries = {
  me: '{ me { id displayName kubernetesUser groups scopes administrator } }',

  workspaces: 'query($after: String) { workspaces(first: 200, after: $after) { edges { node { name displayName ready why projects members { name } } } pageInfo { hasNextPage endCursor } } }',
  workspace: `query($name: String!) { workspace(name: $name) {
    name displayName description ready why isolation hosts projects createdAt quota { name hard used } projectQuota { name hard } members { kind name namespace role } roles { name displayName permissions } can { action allowed because }
  } }`,
  createWorkspace: 'mutation($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { name } }',
  updateWorkspace: 'mutation($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) { name } }',
  workspaceDeletion: 'query($name: String!, $projects: ProjectsOfDeleted!) { workspaceDeletion(name: $name, projects: $projects) { deletes leaves } }',
  deleteWorkspace: 'mutation($name: String!, $projects: ProjectsOfDeleted!) { deleteWorkspace(name: $name, projects: $projects) }',

  setMember: 'mutation($input: SetMemberInput!) { setWorkspaceMember(input: $input) { members { kind name namespace role } } }',
  removeMember: 'mutation($input: MemberInput!) { removeWorkspaceMember(input: $input) { members { kind name namespace role } } }',

  projects: 'query($after: String) { projects(first: 200, after: $after) { edges { node { name displayName workspace isEnding isSystem createdAt } } pageInfo { hasNextPage endCursor } } }',
  createProject: 'mutation($input: CreateProjectInput!) { createProject(input: $input) { name workspace } }',
  moveProject: 'mutation($name: String!, $workspace: String) { moveProject(name: $name, workspace: $workspace) { name workspace } }',
  projectDeletion: 'query($name: String!) { deletionPreview(input: { apiVersion: "v1", kind: "Namespace", name: $name }) { objects { group kind name } totalCount unseen } }',
  deleteProject: 'mutation($name: String!) { deleteProject(name: $name) }',

  applications: 'query($after: String) { applications(first: 200, after: $after) { edges { node { namespace name type version componentsReady state why owns selector components { group kind name state } } } pageInfo { hasNextPage endCursor } } }',
  application: 'query($namespace: String!, $name: String!) { application(namespace: $namespace, name: $name) { namespace name type version description componentsReady state why owns selector createdAt kinds { group kind } components { group kind name state } } }',
  createApplication: 'mutation($input: CreateApplicationInput!) { createApplication(input: $input) { namespace name } }',
  updateApplication: 'mutation($input: UpdateApplicationInput!) { updateApplication(input: $input) { namespace name } }',
  applicationRemoval: 'query($namespace: String!, $name: String!) { applicationRemoval(namespace: $namespace, name: $name) { goes { group kind name } goesCount stays { group kind name } staysCount unseen } }',
  deleteApplication: 'mutation($namespace: String!, $name: String!) { deleteApplication(namespace: $namespace, name: $name) }',

  accounts: 'query($after: String, $search: String) { accounts(first: 200, after: $after, search: $search) { nodes { name displayName kind email groups disabled lastLoginAt } endCursor } }',
  createAccount: 'mutation($input: CreateAccountInput!) { createAccount(input: $input) { name kind groups } }',
  resetPassword: 'mutation($name: String!, $password: String!) { resetPassword(name: $name, password: $password) }',

  tokens: 'query($account: String) { tokens(account: $account) { id name scopes workspace createdAt expiresAt lastUsedAt } }',
  createToken: 'mutation($input: CreateTokenInput!) { createToken(input: $input) { secret token { id name scopes workspace expiresAt } } }',
  revokeToken: 'mutation($id: ID!) { revokeToken(id: $id) }',
  createKubeconfig: 'mutation($name: String!, $days: Int!) { createKubeconfig(name: $name, days: $days) { kubeconfig token { id name expiresAt } } }',

  applyYaml: `mutation($input: ApplyInput!) { applyYaml(input: $input) {
    apiVersion kind name namespace result because before after changes { op path } fields { field message }
  } }`,
  audit: `query($filter: AuditFilterInput!, $first: Int!, $before: String) { audit(filter: $filter, first: $first, before: $before) {
    nodes { id at account attempted action outcome resource namespace name workspace address credential reason change } endCursor
  } }`,
} as const;
