import type { ClusterRole, ClusterRoleBinding, Namespace, RoleBinding } from '@tidegate/kube';
import {
  CREATOR_ANNOTATION,
  DELETION_ANNOTATION,
  type LimitRange,
  MADE_FOR_LABEL,
  type Member,
  type NetworkPolicy,
  type ResourceQuota,
  SUBJECT_PREFIX,
  TENANCY_GROUP,
  WORKSPACE_LABEL,
  WORKSPACE_QUOTA,
  WORKSPACE_ROLES,
  type Workspace,
  type WorkspaceRole,
  type WorkspaceSpec,
  workspaceSpecSchema,
} from '@tidegate/tenancy-contract';
import { resolvePermissions } from './permissions.js';
import { PROJECT_ROLES } from './platform-roles.js';

/** What is there: the workspace, and the namespaces that carry its label and are not going. */
export interface ObservedWorkspace {
  workspace: Workspace;
  projects: readonly Namespace[];
  /** Namespace of the platform's own pods: proxies reach every project. */
  platformNamespace: string;
}

export type Made =
  | { kind: 'ClusterRole'; object: ClusterRole }
  | { kind: 'ClusterRoleBinding'; object: ClusterRoleBinding }
  | { kind: 'RoleBinding'; object: RoleBinding }
  | { kind: 'ResourceQuota'; object: ResourceQuota }
  | { kind: 'LimitRange'; object: LimitRange }
  | { kind: 'NetworkPolicy'; object: NetworkPolicy };

/** Everything that should be there for the workspace; whatever else is labelled as made for it goes. */
export interface WorkspacePlan {
  made: Made[];
  projects: string[];
  members: number;
  /** It has a quota over all its projects. */
  isCounted: boolean;
  /** Sentences about what of the spec could not be done. */
  problems: string[];
}

/** While a Workspace goes: what is done with its projects first. */
export type DeletionPlan = { remove: string[] } | { release: string[] };

const RBAC = 'rbac.authorization.k8s.io';
const reads = ['get', 'list', 'watch'];

export function planWorkspace({ workspace, projects, platformNamespace }: ObservedWorkspace): WorkspacePlan {
  const spec = workspaceSpecSchema.parse(workspace.spec);
  const name = workspace.metadata?.name ?? '';
  const owner = { apiVersion: 'tenancy.tidegate.dev/v1alpha1', kind: 'Workspace', name, uid: workspace.metadata?.uid ?? '' };
  const meta = (objectName: string, namespace?: string) => ({
    name: objectName,
    ...(namespace === undefined ? {} : { namespace }),
    labels: { [MADE_FOR_LABEL]: name },
    ownerReferences: [owner],
  });
  const names = projects.map((p) => p.metadata?.name ?? '').sort();
  const problems: string[] = [];
  const custom = new Set(spec.roles.map((r) => r.name));
  for (const member of spec.members) {
    if (!isWorkspaceRole(member.role) && !custom.has(member.role)) problems.push(`There is no role "${member.role}" for ${nameOf(member)}.`);
    if (member.serviceAccount && !names.includes(member.serviceAccount.namespace)) problems.push(`The service account ${nameOf(member)} is in no project of the workspace, and gets nothing.`);
  }
  const subjects = (role: (member: Member) => boolean) => spec.members.filter((m) => role(m) && (!m.serviceAccount || names.includes(m.serviceAccount.namespace))).map(subjectOf);
  const made: Made[] = [];

  for (const role of WORKSPACE_ROLES) {
    // Who has a role of the workspace's own belongs to it as a regular member does.
    const who = subjects((m) => m.role === role || (role === 'regular' && custom.has(m.role)));
    const roleName = `tidegate:workspace:${name}:${role}`;
    made.push({ kind: 'ClusterRole', object: { metadata: meta(roleName), rules: workspaceRules(name, role) } });
    if (who.length > 0) made.push({ kind: 'ClusterRoleBinding', object: { metadata: meta(roleName), roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: roleName }, subjects: who } });
  }
  for (const role of spec.roles) {
    if (isWorkspaceRole(role.name)) {
      problems.push(`The role "${role.name}" is the platform's own and cannot be made anew.`);
      continue;
    }
    const { permissions, unknown } = resolvePermissions(role.permissions);
    if (unknown.length > 0) problems.push(`The role "${role.name}" names permissions that do not exist: ${unknown.join(', ')}.`);
    made.push({ kind: 'ClusterRole', object: { metadata: meta(`tidegate:workspace:${name}:role:${role.name}`), rules: permissions.flatMap((p) => p.rules) } });
  }

  for (const project of projects) {
    const namespace = project.metadata?.name ?? '';
    const bind = (bindingName: string, role: string, who: ReturnType<typeof subjects>): void => {
      if (who.length > 0) made.push({ kind: 'RoleBinding', object: { metadata: meta(bindingName, namespace), roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role }, subjects: who } });
    };
    bind('tidegate:workspace:admin', PROJECT_ROLES.admin, subjects((m) => m.role === 'admin'));
    bind('tidegate:workspace:viewer', PROJECT_ROLES.viewer, subjects((m) => m.role === 'viewer'));
    for (const role of spec.roles) {
      if (!isWorkspaceRole(role.name)) bind(`tidegate:workspace:role:${role.name}`, `tidegate:workspace:${name}:role:${role.name}`, subjects((m) => m.role === role.name));
    }
    bind('tidegate:creator', PROJECT_ROLES.admin, creatorOf(project, spec));
    // It counts, and keeps each project alone within the whole even while nobody answers for all of them.
    if (spec.quota) made.push({ kind: 'ResourceQuota', object: { metadata: meta(WORKSPACE_QUOTA, namespace), spec: { hard: spec.quota } } });
    if (spec.projectQuota) made.push({ kind: 'ResourceQuota', object: { metadata: meta('tidegate-project', namespace), spec: { hard: spec.projectQuota } } });
    if (spec.containerLimits) made.push({ kind: 'LimitRange', object: { metadata: meta('tidegate-project', namespace), spec: { limits: [{ type: 'Container', ...spec.containerLimits }] } } });
    const policy = isolationOf(spec.isolation, name, namespace, platformNamespace);
    if (policy) made.push({ kind: 'NetworkPolicy', object: { metadata: meta('tidegate-isolation', namespace), spec: policy } });
  }
  return { made, projects: names, members: spec.members.length, isCounted: spec.quota !== undefined, problems };
}

/** Orphan: the projects stay, and belong to no workspace. Cascade: they go first. */
export function planDeletion({ workspace, projects }: Pick<ObservedWorkspace, 'workspace' | 'projects'>): DeletionPlan {
  const names = projects.map((p) => p.metadata?.name ?? '').sort();
  return workspace.metadata?.annotations?.[DELETION_ANNOTATION] === 'Cascade' ? { remove: names } : { release: names };
}

export const isWorkspaceRole = (role: string): role is WorkspaceRole => WORKSPACE_ROLES.some((r) => r === role);

const nameOf = (member: Member): string => member.user ?? member.group ?? `${member.serviceAccount?.namespace}/${member.serviceAccount?.name}`;

const subjectOf = ({ user, group, serviceAccount }: Member) =>
  serviceAccount
    ? { kind: 'ServiceAccount', ...serviceAccount }
    : { apiGroup: RBAC, kind: user === undefined ? 'Group' : 'User', name: `${SUBJECT_PREFIX}${user ?? group ?? ''}` };

/** Whoever made a project administers it while he belongs to the workspace, by his own name. */
function creatorOf(project: Namespace, spec: WorkspaceSpec): { apiGroup: string; kind: string; name: string }[] {
  const creator = project.metadata?.annotations?.[CREATOR_ANNOTATION] ?? '';
  if (!creator.startsWith(SUBJECT_PREFIX)) return [];
  const isMember = spec.members.some((m) => m.user === creator.slice(SUBJECT_PREFIX.length) || m.group !== undefined);
  return isMember ? [{ apiGroup: RBAC, kind: 'User', name: creator }] : [];
}

function workspaceRules(name: string, role: WorkspaceRole): NonNullable<ClusterRole['rules']> {
  const on = (resources: string[], verbs: string[]) => ({ apiGroups: [TENANCY_GROUP], resources, resourceNames: [name], verbs });
  const see = [on(['workspaces', 'workspaces/projects', 'workspaces/members', 'workspaces/roles', 'workspaces/quota'], reads)];
  // Kubernetes cannot say "namespaces of this workspace": admission asks for create on workspaces/projects of the one that the label names.
  const makeProjects = [on(['workspaces/projects'], ['create']), { apiGroups: [''], resources: ['namespaces'], verbs: ['create'] }];
  if (role === 'regular' || role === 'viewer') return see;
  if (role === 'self-provisioner') return [...see, ...makeProjects];
  return [...see, ...makeProjects, on(['workspaces'], ['update', 'patch', 'delete']), on(['workspaces/projects', 'workspaces/members', 'workspaces/roles'], ['update', 'delete']), on(['workspaces/audit'], ['get'])];
}

function isolationOf(isolation: WorkspaceSpec['isolation'], workspace: string, namespace: string, platformNamespace: string): NetworkPolicy['spec'] | undefined {
  if (isolation === 'None') return undefined;
  const inside = isolation === 'Workspace' ? { matchLabels: { [WORKSPACE_LABEL]: workspace } } : { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  const platform = { matchLabels: { 'kubernetes.io/metadata.name': platformNamespace } };
  return { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ namespaceSelector: inside }, { namespaceSelector: platform }] }] };
}
