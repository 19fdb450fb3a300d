import { type ConfigMap, type RoleBinding, type Secret, kinds, type KubeObject } from '@tidegate/kube';
import { WORKSPACE_LABEL, workspaces } from '@tidegate/tenancy-contract';
import { queries } from '../../client/queries.js';
import type { KubeCall } from './kube-as.js';

export const SHOP = 'demo-shop';
export const BANK = 'demo-bank';
/** Four people; what they are is made by the steps, but for the two administrators. */
export const PEOPLE = { ada: 'demo-ada', bob: 'demo-bob', cleo: 'demo-cleo', dan: 'demo-dan' } as const;
export type Person = keyof typeof PEOPLE;

/** One thing, tried twice: over GraphQL, and with the person's own kubeconfig. Where it makes something, each way makes its own. */
export interface Step {
  who: Person;
  title: string;
  wanted: 'allowed' | 'denied';
  api: { query: string; variables: Record<string, unknown>; isSeen?: (data: never) => boolean };
  kubectl: KubeCall;
}

const { ada, bob, cleo, dan } = PEOPLE;
const member = (workspace: string, name: string, role: string) => ({ query: queries.setMember, variables: { input: { workspace, kind: 'USER', name, role } } });
const project = (workspace: string, name: string) => ({ query: queries.createProject, variables: { input: { workspace, name } } });
const namespace = (workspace: string, name: string): KubeCall => ({ does: 'create', kind: kinds.namespaces, object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { [WORKSPACE_LABEL]: workspace } } } });
const patch = (name: string, ...operations: object[]): KubeCall => ({ does: 'patch', kind: workspaces, name, operations });
const settings = (name: string, inProject: string): ConfigMap => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: inProject }, data: { greeting: 'hello' } });
const applied = (object: KubeObject) => ({
  query: queries.applyYaml,
  variables: { input: { yaml: JSON.stringify(object) } },
  // What is refused is told object by object.
  isSeen: ({ applyYaml: [first] }: { applyYaml: { result: string }[] }) => first?.result !== 'REFUSED',
});
const created = (kind: KubeCall['kind'], object: KubeObject): KubeCall => ({ does: 'create', kind, object });
const read = (apiVersion: string, kind: string, name: string, inProject: string) => ({
  query: 'query($input: ObjectInput!) { object(input: $input) { name } }',
  variables: { input: { apiVersion, kind, name, namespace: inProject } },
});
const secret: Secret & { stringData: Record<string, string> } = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'till', namespace: `${SHOP}-kubectl` }, stringData: { key: 'value' } };
const owning = (name: string, user: string): RoleBinding => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name, namespace: `${SHOP}-kubectl` },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: `tidegate:${user}` }],
});
const workspaceIsSeen = { isSeen: ({ workspace }: { workspace: object | null }) => workspace !== null };

export const STEPS: readonly Step[] = [
  { who: 'ada', title: 'brings bob in, who may make projects', wanted: 'allowed', api: member(SHOP, bob, 'self-provisioner'), kubectl: patch(SHOP, { op: 'add', path: '/spec/members/-', value: { user: cleo, role: 'viewer' } }) },
  { who: 'bob', title: 'makes a project', wanted: 'allowed', api: project(SHOP, `${SHOP}-graphql`), kubectl: namespace(SHOP, `${SHOP}-kubectl`) },
  { who: 'cleo', title: 'makes a project: she only looks', wanted: 'denied', api: project(SHOP, `${SHOP}-cleo`), kubectl: namespace(SHOP, `${SHOP}-cleo`) },
  { who: 'dan', title: 'makes a project in the other workspace', wanted: 'denied', api: project(SHOP, `${SHOP}-dan`), kubectl: namespace(SHOP, `${SHOP}-dan`) },
  { who: 'dan', title: 'makes a namespace that belongs to nobody', wanted: 'denied', api: applied({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo-nobody' } }), kubectl: created(kinds.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo-nobody' } }) },
  { who: 'bob', title: 'writes settings into his projects', wanted: 'allowed', api: applied(settings('one', `${SHOP}-kubectl`)), kubectl: created(kinds.configMaps, settings('two', `${SHOP}-kubectl`)) },
  { who: 'bob', title: 'keeps a secret there', wanted: 'allowed', api: applied(secret), kubectl: created(kinds.secrets, { ...secret, metadata: { name: 'till-2', namespace: `${SHOP}-kubectl` } }) },
  { who: 'cleo', title: 'reads the settings', wanted: 'allowed', api: read('v1', 'ConfigMap', 'one', `${SHOP}-kubectl`), kubectl: { does: 'get', kind: kinds.configMaps, name: 'one', namespace: `${SHOP}-kubectl` } },
  { who: 'cleo', title: 'changes them', wanted: 'denied', api: applied(settings('one', `${SHOP}-kubectl`)), kubectl: created(kinds.configMaps, settings('three', `${SHOP}-kubectl`)) },
  { who: 'cleo', title: 'reads the secret', wanted: 'denied', api: read('v1', 'Secret', 'till', `${SHOP}-kubectl`), kubectl: { does: 'get', kind: kinds.secrets, name: 'till', namespace: `${SHOP}-kubectl` } },
  { who: 'dan', title: 'looks at the other workspace', wanted: 'denied', api: { query: queries.workspace, variables: { name: SHOP }, ...workspaceIsSeen }, kubectl: { does: 'get', kind: workspaces, name: SHOP } },
  { who: 'dan', title: 'reads what is in its projects', wanted: 'denied', api: read('v1', 'ConfigMap', 'one', `${SHOP}-kubectl`), kubectl: { does: 'get', kind: kinds.configMaps, name: 'one', namespace: `${SHOP}-kubectl` } },
  { who: 'dan', title: 'makes a project of his own', wanted: 'allowed', api: project(BANK, `${BANK}-graphql`), kubectl: namespace(BANK, `${BANK}-kubectl`) },
  { who: 'bob', title: 'makes himself administrator of the workspace', wanted: 'denied', api: member(SHOP, bob, 'admin'), kubectl: patch(SHOP, { op: 'add', path: '/spec/members/-', value: { user: bob, role: 'admin' } }) },
  { who: 'bob', title: 'gives himself the whole cluster, in his project', wanted: 'denied', api: applied(owning('all', bob)), kubectl: created(kinds.roleBindings, owning('all', bob)) },
  { who: 'ada', title: 'lifts what bounds her workspace', wanted: 'denied', api: { query: queries.updateWorkspace, variables: { input: { name: SHOP, isolation: 'PROJECT' } } }, kubectl: patch(SHOP, { op: 'add', path: '/spec/projectQuota', value: { pods: '1000' } }) },
  { who: 'ada', title: 'moves a project into the other workspace', wanted: 'denied', api: { query: queries.moveProject, variables: { name: `${SHOP}-graphql`, workspace: BANK } }, kubectl: { does: 'patch', kind: kinds.namespaces, name: `${SHOP}-graphql`, operations: [{ op: 'replace', path: `/metadata/labels/${WORKSPACE_LABEL.replace('/', '~1')}`, value: BANK }] } },
  { who: 'ada', title: 'lets both go again', wanted: 'allowed', api: { query: queries.removeMember, variables: { input: { workspace: SHOP, kind: 'USER', name: cleo } } }, kubectl: patch(SHOP, { op: 'test', path: '/spec/members/1/user', value: bob }, { op: 'remove', path: '/spec/members/1' }) },
  { who: 'cleo', title: 'still reads the settings', wanted: 'denied', api: read('v1', 'ConfigMap', 'one', `${SHOP}-kubectl`), kubectl: { does: 'get', kind: kinds.configMaps, name: 'one', namespace: `${SHOP}-kubectl` } },
  { who: 'ada', title: 'deletes a project', wanted: 'allowed', api: { query: queries.deleteProject, variables: { name: `${SHOP}-graphql` } }, kubectl: { does: 'delete', kind: kinds.namespaces, name: `${SHOP}-kubectl` } },
];

/** Who administers which workspace from the beginning. */
export const WORKSPACES = [
  { name: SHOP, displayName: 'Demo: the shop', administrators: [ada] },
  { name: BANK, displayName: 'Demo: the bank', administrators: [dan] },
];
