import { isDeepStrictEqual } from 'node:util';
import type { Namespace } from '@tidegate/kube';
import {
  CHANGED_BY_ANNOTATION,
  CREATOR_ANNOTATION,
  QUOTA_LABEL,
  SUBJECT_PREFIX,
  WORKSPACE_LABEL,
  WORKSPACE_QUOTA_NAMES,
  type Workspace,
  type WorkspaceSpec,
  workspaceSpecSchema,
} from '@tidegate/tenancy-contract';
import { resolvePermissions } from './permissions.js';
import { isWorkspaceRole } from './plan-workspace.js';

/** A right that the requester must hold, and what he is told without it. */
export interface Question {
  verb: string;
  resource: string;
  subresource?: string;
  name?: string;
  otherwise: string;
}

/** Refused at once, or allowed if every question is answered with yes. */
export type Verdict = { refused: string } | { questions: Question[] };

export interface NamespaceChange {
  namespace: Namespace;
  /** Absent for a creation. */
  before?: Namespace | undefined;
  username: string;
  /** Whether a Workspace of that name is there. */
  workspaceExists: (name: string) => boolean;
}

const labelOf = (namespace: Namespace | undefined): string | undefined => namespace?.metadata?.labels?.[WORKSPACE_LABEL];
const annotationOf = (object: Namespace | Workspace | undefined, key: string): string | undefined => object?.metadata?.annotations?.[key];

/**
 * A project belongs to a workspace by its label. Whoever puts the label on, or takes it off, must hold the right to do so on the workspaces that it names; RBAC alone
 * lets everybody who may update a namespace write any label.
 */
export function questionsOfNamespace({ namespace, before, username, workspaceExists }: NamespaceChange): Verdict {
  const [from, to] = [labelOf(before), labelOf(namespace)];
  const isPerson = username.startsWith(SUBJECT_PREFIX);
  if (before && annotationOf(namespace, CREATOR_ANNOTATION) !== annotationOf(before, CREATOR_ANNOTATION) && from !== undefined) {
    return { refused: `The annotation ${CREATOR_ANNOTATION} says who created the project and cannot be changed.` };
  }
  // Without the label nobody asks whether there is still room.
  const uncounted = before && to !== undefined && from === to && before.metadata?.labels?.[QUOTA_LABEL] !== namespace.metadata?.labels?.[QUOTA_LABEL];
  if (uncounted) return { questions: [{ verb: 'update', resource: 'workspaces', subresource: 'quota', name: to, otherwise: `The label ${QUOTA_LABEL} is the platform's: it follows the workspace's quota.` }] };
  if (before && from === to) return { questions: [] };
  if (!before && to === undefined) {
    const otherwise = `A project belongs to a workspace: add the label ${WORKSPACE_LABEL}=WORKSPACE (kubectl create -f, with metadata.labels), or use tidegate project create.`;
    return { questions: isPerson ? [{ verb: 'create', resource: 'projects', otherwise }] : [] };
  }
  if (to !== undefined && !workspaceExists(to)) return { refused: `There is no workspace "${to}" (label ${WORKSPACE_LABEL}).` };
  const into = to === undefined ? [] : [question('create', to, `You may not make projects in the workspace "${to}".`)];
  const outOf = from === undefined || !workspaceExists(from) ? [] : [question('delete', from, `You may not take projects out of the workspace "${from}".`)];
  // A namespace that belonged to nobody is taken over only by those who may have namespaces outside of workspaces.
  const adopt = before && from === undefined ? [{ verb: 'update', resource: 'projects', otherwise: 'Only administrators of the platform bring existing namespaces into a workspace.' }] : [];
  return { questions: [...into, ...outOf, ...adopt] };
}

const question = (verb: string, workspace: string, otherwise: string): Question => ({ verb, resource: 'workspaces', subresource: 'projects', name: workspace, otherwise });

/** What of a Workspace only administrators of the platform may change: it bounds the workspace's own administrators. */
const BOUNDS = ['quota', 'projectQuota', 'containerLimits', 'isolation', 'gateways', 'hosts'] as const satisfies readonly (keyof WorkspaceSpec)[];

/** `object` has passed the kind's schema. */
export function questionsOfWorkspace(object: Workspace, before: Workspace | undefined, username: string): Verdict {
  const [spec, old] = [workspaceSpecSchema.parse(object.spec), before ? workspaceSpecSchema.parse(before.spec) : undefined];
  const name = object.metadata?.name ?? '';
  const wrong = specIsWrong(spec);
  if (wrong !== undefined) return { refused: wrong };
  if (before && annotationOf(object, CREATOR_ANNOTATION) !== annotationOf(before, CREATOR_ANNOTATION)) return { refused: `The annotation ${CREATOR_ANNOTATION} cannot be changed.` };
  const questions: Question[] = [];
  const on = (subresource: string, otherwise: string): Question => ({ verb: 'update', resource: 'workspaces', subresource, name, otherwise });
  const changed = (key: keyof WorkspaceSpec): boolean => !isDeepStrictEqual(spec[key], old ? old[key] : workspaceSpecSchema.parse({})[key]);
  const bounds = BOUNDS.filter(changed);
  if (bounds.length > 0) questions.push(on('quota', `Only administrators of the platform change what bounds a workspace (${bounds.join(', ')}).`));
  // Whoever creates a workspace may be its first administrator and bring members along: nobody holds anything there yet.
  if (before && changed('members')) questions.push(on('members', `You may not change the members of the workspace "${name}".`));
  if (before && changed('roles')) questions.push(on('roles', `You may not change the roles of the workspace "${name}".`));
  if (!before && !spec.members.some((m) => m.role === 'admin') && username.startsWith(SUBJECT_PREFIX)) {
    return { refused: 'A workspace needs an administrator: add a member with the role admin.' };
  }
  return { questions };
}

function specIsWrong(spec: WorkspaceSpec): string | undefined {
  const unlimited = Object.keys(spec.quota ?? {}).find((n) => !WORKSPACE_QUOTA_NAMES.some((known) => known === n));
  if (unlimited !== undefined) return `spec.quota: "${unlimited}" cannot be limited for a whole workspace; there are ${WORKSPACE_QUOTA_NAMES.join(', ')}.`;
  const names = spec.roles.map((r) => r.name);
  const twice = names.find((n, i) => names.indexOf(n) !== i);
  if (twice !== undefined) return `spec.roles names "${twice}" twice.`;
  const own = names.find(isWorkspaceRole);
  if (own !== undefined) return `spec.roles: "${own}" is one of the platform's own roles; choose another name.`;
  for (const role of spec.roles) {
    const { unknown } = resolvePermissions(role.permissions);
    if (unknown.length > 0) return `spec.roles: "${role.name}" names permissions that do not exist: ${unknown.join(', ')}. "kubectl get clusterroles -l tenancy.tidegate.dev/permission" lists them.`;
  }
  const strange = spec.members.find((m) => !isWorkspaceRole(m.role) && !names.includes(m.role));
  return strange ? `spec.members: there is no role "${strange.role}" here; there are admin, self-provisioner, regular, viewer${names.map((n) => `, ${n}`).join('')}.` : undefined;
}

type Annotations = Record<string, string>;

/** Who made a project, as the API server has authenticated him: never what somebody wrote himself. */
export const signNamespace = (namespace: Namespace, before: Namespace | undefined, username: string): Annotations =>
  !before && labelOf(namespace) !== undefined ? { [CREATOR_ANNOTATION]: username } : {};

export function signWorkspace(object: Workspace, before: Workspace | undefined, username: string): Annotations {
  const changed = before && !isDeepStrictEqual(object.spec, before.spec);
  return { ...(before ? {} : { [CREATOR_ANNOTATION]: username }), ...(!before || changed ? { [CHANGED_BY_ANNOTATION]: username } : {}) };
}

/** The part of a route that is looked at. */
interface Route {
  metadata?: { namespace?: string | undefined } | undefined;
  spec?: { parentRefs?: { kind?: string; group?: string; namespace?: string; name: string }[]; hostnames?: string[] };
}

/** Why a route of a workspace's project is not allowed: a gateway or a host that is not the workspace's. `isOwn` says whether a namespace is one of its projects. */
export function routeIsOutside(spec: WorkspaceSpec, route: Route, isOwn: (namespace: string) => boolean): string | undefined {
  const namespace = route.metadata?.namespace ?? '';
  const gateways = (route.spec?.parentRefs ?? []).filter((p) => (p.kind ?? 'Gateway') === 'Gateway').map((p) => ({ namespace: p.namespace ?? namespace, name: p.name }));
  const foreign = spec.gateways && gateways.find((g) => !isOwn(g.namespace) && !spec.gateways?.some((a) => a.namespace === g.namespace && a.name === g.name));
  if (foreign) return `The workspace may not use the gateway ${foreign.namespace}/${foreign.name}; it may use ${spec.gateways?.map((g) => `${g.namespace}/${g.name}`).join(', ') || 'its own alone'}.`;
  if (!spec.hosts || gateways.length === 0) return undefined;
  const { hosts } = spec;
  const names = route.spec?.hostnames ?? [];
  if (names.length === 0) return `The route claims every host name; the workspace may use ${hosts.join(', ')}.`;
  const taken = names.find((host) => !hosts.some((pattern) => covers(pattern, host)));
  return taken === undefined ? undefined : `The workspace may not use the host name "${taken}"; it may use ${hosts.join(', ')}.`;
}

/** `*.a.example` covers `x.a.example`, `*.x.a.example` and itself. */
const covers = (pattern: string, host: string): boolean => pattern === host || (pattern.startsWith('*.') && host.replace(/^\*\./, 'x.').endsWith(pattern.slice(1)));

