import { findCondition } from '@tidegate/kube';
import { type Member, type Workspace as WorkspaceObject, type WorkspaceSpec, workspaceSpecSchema } from '@tidegate/tenancy-contract';
import { toGlobalId } from '../edge/global-id.js';
import { MemberKind, type MemberInput, type Workspace, WorkspaceIsolation, type WorkspaceMember } from './tenancy.types.js';

const ISOLATION: Record<WorkspaceSpec['isolation'], WorkspaceIsolation> = { None: WorkspaceIsolation.NONE, Workspace: WorkspaceIsolation.WORKSPACE, Project: WorkspaceIsolation.PROJECT };
const NOT_SEEN = 'The platform has not acted on it yet.';

export function toWorkspace(object: WorkspaceObject): Workspace {
  const { metadata, status } = object;
  const spec = workspaceSpecSchema.parse(object.spec);
  const name = metadata?.name ?? '';
  const ready = findCondition(status?.conditions, 'Ready');
  const isCurrent = ready !== undefined && ready.observedGeneration === metadata?.generation;
  return {
    id: toGlobalId('Workspace', '', name),
    name,
    displayName: spec.displayName || name,
    description: spec.description ?? null,
    isolation: ISOLATION[spec.isolation],
    members: spec.members.map(toMember),
    roles: spec.roles.map((r) => ({ name: r.name, displayName: r.displayName ?? r.name, permissions: r.permissions })),
    projects: status?.projects ?? [],
    hosts: spec.hosts ?? null,
    quota: Object.entries(spec.quota ?? {}).map(([amount, hard]) => ({ name: amount, hard, used: status?.quota?.used[amount] ?? null })),
    projectQuota: Object.entries(spec.projectQuota ?? {}).map(([amount, hard]) => ({ name: amount, hard, used: null })),
    ready: isCurrent && ready.status === 'True',
    why: isCurrent ? (ready.message ?? '') : NOT_SEEN,
    isEnding: metadata?.deletionTimestamp !== undefined,
    createdAt: metadata?.creationTimestamp ?? null,
  };
}

function toMember({ user, group, serviceAccount, role }: Member): WorkspaceMember {
  if (serviceAccount) return { kind: MemberKind.SERVICE_ACCOUNT, ...serviceAccount, role };
  return user === undefined ? { kind: MemberKind.GROUP, name: group ?? '', namespace: null, role } : { kind: MemberKind.USER, name: user, namespace: null, role };
}

const subjectOf = ({ kind, name, namespace }: MemberInput): Omit<Member, 'role'> => (kind === MemberKind.SERVICE_ACCOUNT ? { serviceAccount: { namespace: namespace ?? '', name } } : { [kind]: name });

const isSame = (member: Member, { kind, name, namespace }: MemberInput): boolean => {
  const seen = toMember(member);
  return seen.kind === kind && seen.name === name && (kind !== MemberKind.SERVICE_ACCOUNT || seen.namespace === namespace);
};

/** With this member in this role, instead of any that he has; out when `role` is undefined. Undefined when nothing is to change. */
export function withMember(members: readonly Member[], input: MemberInput, role: string | undefined): Member[] | undefined {
  const present = members.filter((m) => isSame(m, input));
  if (present.length === (role === undefined ? 0 : 1) && present.every((m) => m.role === role)) return undefined;
  const others = members.filter((m) => !isSame(m, input));
  return role === undefined ? others : [...others, { ...subjectOf(input), role }];
}

/** The merge patch that makes `wanted` of `present`: what is not named any more goes. */
export function amountsPatch(present: Readonly<Record<string, string>> | undefined, wanted: readonly { name: string; hard: string }[]): Record<string, string | null> | null {
  if (wanted.length === 0) return null;
  const gone = Object.keys(present ?? {}).map((name): [string, null] => [name, null]);
  return Object.fromEntries([...gone, ...wanted.map(({ name, hard }): [string, string] => [name, hard])]);
}
