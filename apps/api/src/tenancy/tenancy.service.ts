import { Inject, Injectable } from '@nestjs/common';
import type { Attributes, Caller } from '@tidegate/access';
import { auditedChange } from '@tidegate/audit';
import { TidegateError, defineErrors } from '@tidegate/kernel';
import { type KubeClient, type KubeObject, type Namespace, isConflict, kinds, parseQuantity } from '@tidegate/kube';
import { DELETION_ANNOTATION, TENANCY_GROUP, WORKSPACE_LABEL, type Workspace as WorkspaceObject, type WorkspaceSpec, workspaceSpecSchema, workspaces } from '@tidegate/tenancy-contract';
import { planDeletion } from '@tidegate/tenancy-plan';
import { audited } from '../audit/audited.js';
import { workspaceOf } from '../cluster/caches.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { asCaller } from '../edge/as-caller.js';
import { requireUnbound } from '../edge/bound-rights.js';
import { InvalidInput, notFound, requireName, requireShort } from '../edge/input.js';
import { type Permission, toPermission } from '../edge/permission.js';
import { requireRight } from '../edge/visible.js';
import { DESCRIPTION_ANNOTATION, NAME_ANNOTATION, toProject } from '../project/to-project.js';
import type { Project } from '../project/project.types.js';
import { type CreateProjectInput, type CreateWorkspaceInput, type MemberInput, type ProjectsOfDeleted, type SetMemberInput, type SetRoleInput, type UpdateWorkspaceInput, type Workspace, type WorkspaceDeletion } from './tenancy.types.js';
import { amountsPatch, toWorkspace, withMember } from './to-workspace.js';

const codes = defineErrors({ API_ROLE_IN_USE: 'Members have the role.' });
const TRIES = 5;
const [MOST_ADMINISTRATORS, LONGEST_NAME, LONGEST_DESCRIPTION] = [50, 80, 500];
const [MOST_AMOUNTS, MOST_HOSTS] = [50, 100];

const on = (verb: string, name: string | undefined, subresource?: string): Attributes => ({ verb, group: TENANCY_GROUP, resource: 'workspaces', name, subresource });

/** Workspaces and their projects. Reads are what the caller may see; changes are made as the caller, decided by RBAC and admission, and recorded. */
@Injectable()
export class TenancyService {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  async visible(caller: Caller): Promise<WorkspaceObject[]> {
    const all = this.ports.caches.workspaces.list();
    const rights = await Promise.all(all.map((w) => this.ports.rights.may(caller, on('get', w.metadata?.name))));
    return all.filter((_, i) => rights[i]?.allowed);
  }

  can(caller: Caller, name: string): Promise<Permission[]> {
    const actions = [
      { action: 'update', needs: on('update', name) },
      { action: 'setBounds', needs: on('update', name, 'quota') },
      { action: 'setMembers', needs: on('update', name, 'members') },
      { action: 'setRoles', needs: on('update', name, 'roles') },
      { action: 'createProject', needs: on('create', name, 'projects') },
      { action: 'readAudit', needs: on('get', name, 'audit') },
      { action: 'delete', needs: on('delete', name) },
    ];
    return Promise.all(actions.map((action) => toPermission(this.ports.rights, caller, action)));
  }

  createWorkspace(caller: Caller, input: CreateWorkspaceInput): Promise<Workspace> {
    const name = requireName('input.name', input.name);
    const { administrators } = input;
    if (administrators.length < 1 || administrators.length > MOST_ADMINISTRATORS) throw new InvalidInput('input.administrators', `administrators names ${administrators.length} accounts; it has to name 1 to ${MOST_ADMINISTRATORS}.`);
    administrators.forEach((a, i) => requireName(`input.administrators.${i}`, a));
    return this.audited(caller, 'workspace.create', name, async () => {
      requireUnbound(caller);
      await requireRight(this.ports.rights, caller, on('create', undefined));
      const members = administrators.map((user) => ({ user, role: 'admin' }));
      const made = await asCaller(this.ports.own, caller).create(workspaces, { metadata: { name }, spec: { ...wordsOf(input), members } });
      return toWorkspace(made);
    });
  }

  updateWorkspace(caller: Caller, input: UpdateWorkspaceInput): Promise<Workspace> {
    const { isolation, quota, projectQuota, hosts } = input;
    const words = wordsOf(input);
    for (const [field, amounts] of Object.entries({ quota, projectQuota })) requireAmounts(`input.${field}`, amounts ?? []);
    if (hosts && hosts.length > MOST_HOSTS) throw new InvalidInput('input.hosts', `input.hosts has ${hosts.length} names; ${MOST_HOSTS} are the most.`);
    return this.change(caller, 'workspace.update', requireName('input.name', input.name), (spec) => ({
      ...words,
      ...(isolation === undefined ? {} : { isolation }),
      ...(quota === undefined ? {} : { quota: amountsPatch(spec.quota, quota) }),
      ...(projectQuota === undefined ? {} : { projectQuota: amountsPatch(spec.projectQuota, projectQuota) }),
      ...(hosts === undefined ? {} : { hosts: hosts.length === 1 && hosts[0] === '*' ? null : hosts }),
    }));
  }

  setMember(caller: Caller, input: SetMemberInput): Promise<Workspace> {
    requireMember(input);
    return this.change(caller, 'workspace.setMember', input.workspace, ({ members }) => {
      const changed = withMember(members, input, requireName('input.role', input.role));
      return changed && { members: changed };
    });
  }

  removeMember(caller: Caller, input: MemberInput): Promise<Workspace> {
    requireMember(input);
    return this.change(caller, 'workspace.removeMember', input.workspace, ({ members }) => {
      const changed = withMember(members, input, undefined);
      return changed && { members: changed };
    });
  }

  setRole(caller: Caller, { workspace, name, displayName, permissions }: SetRoleInput): Promise<Workspace> {
    const role = { name: requireName('input.name', name), ...(displayName ? { displayName: requireShort('input.displayName', displayName, LONGEST_NAME) } : {}), permissions };
    return this.change(caller, 'workspace.setRole', workspace, ({ roles }) => ({ roles: [...roles.filter((r) => r.name !== name), role] }));
  }

  deleteRole(caller: Caller, workspace: string, role: string): Promise<Workspace> {
    return this.change(caller, 'workspace.deleteRole', workspace, ({ roles, members }) => {
      if (members.some((m) => m.role === role)) throw new TidegateError(codes.API_ROLE_IN_USE, `Members of the workspace have the role "${role}".`, { remedy: 'Give them another one first.' });
      return roles.some((r) => r.name === role) ? { roles: roles.filter((r) => r.name !== role) } : undefined;
    });
  }

  async deletion(caller: Caller, name: string, projects: ProjectsOfDeleted): Promise<WorkspaceDeletion> {
    requireName('name', name);
    await requireRight(this.ports.rights, caller, on('get', name));
    const workspace = this.ports.caches.workspaces.get(undefined, name);
    if (!workspace) throw notFound('workspace', name);
    const own = this.ports.caches.namespaces.list().filter((n) => n.metadata?.labels?.[WORKSPACE_LABEL] === name);
    const marked = { ...workspace, metadata: { ...workspace.metadata, annotations: { [DELETION_ANNOTATION]: projects } } };
    const plan = planDeletion({ workspace: marked, projects: own });
    return { deletes: 'remove' in plan ? plan.remove : [], leaves: 'release' in plan ? plan.release : [] };
  }

  deleteWorkspace(caller: Caller, name: string, projects: ProjectsOfDeleted): Promise<boolean> {
    requireName('name', name);
    return this.audited(caller, 'workspace.delete', name, async () => {
      await requireRight(this.ports.rights, caller, on('delete', name));
      const person = asCaller(this.ports.own, caller);
      await person.patch(workspaces, name, undefined, { type: 'merge', body: { metadata: { annotations: { [DELETION_ANNOTATION]: projects } } } });
      await person.delete(workspaces, name);
      return true;
    });
  }

  createProject(caller: Caller, input: CreateProjectInput): Promise<Project> {
    const workspace = requireName('input.workspace', input.workspace);
    const name = requireName('input.name', input.name);
    const { displayName, description } = wordsOf(input);
    return this.audited(caller, 'project.create', workspace, async () => {
      await requireRight(this.ports.rights, caller, on('create', workspace, 'projects'));
      const annotations = { ...(displayName ? { [NAME_ANNOTATION]: displayName } : {}), ...(description ? { [DESCRIPTION_ANNOTATION]: description } : {}) };
      return toProject(await asCaller(this.ports.own, caller).create(kinds.namespaces, { metadata: { name, labels: { [WORKSPACE_LABEL]: workspace }, annotations } }));
    }, { group: '', resource: 'namespaces', name });
  }

  /** Into another workspace; out of any when `workspace` is undefined. */
  moveProject(caller: Caller, name: string, workspace: string | undefined): Promise<Project> {
    requireName('name', name);
    if (workspace !== undefined) requireName('workspace', workspace);
    const object = { group: '', resource: 'namespaces', name };
    const move = async (): Promise<Project> => {
      requireUnbound(caller);
      const body = { metadata: { labels: { [WORKSPACE_LABEL]: workspace ?? null } } };
      return toProject(await asCaller(this.ports.own, caller).patch<Namespace>(kinds.namespaces, name, undefined, { type: 'merge', body }));
    };
    const from = workspaceOf(this.ports.caches, name);
    const arrival = (): Promise<Project> => (workspace === undefined && from !== undefined ? move() : this.audited(caller, 'project.move', workspace, move, object));
    // Both workspaces have it in their log, each with what came of it.
    return from === undefined || from === workspace ? arrival() : this.audited(caller, 'project.move', from, arrival, object);
  }

  deleteProject(caller: Caller, name: string): Promise<boolean> {
    requireName('name', name);
    return this.audited(caller, 'project.delete', workspaceOf(this.ports.caches, name), async () => {
      await requireRight(this.ports.rights, caller, { verb: 'delete', group: '', resource: 'namespaces', name, namespace: name });
      await asCaller(this.ports.own, caller).delete(kinds.namespaces, name);
      return true;
    }, { group: '', resource: 'namespaces', name });
  }

  private audited<T>(caller: Caller, action: string, workspace: string | undefined, work: () => Promise<T>, object = { group: TENANCY_GROUP, resource: 'workspaces', name: workspace ?? '' }): Promise<T> {
    return audited(this.ports.people.audit, { caller, action, object, workspace }, work);
  }

  /** A change of the spec, read and written as the caller, and tried again when somebody else wrote in between. Undefined changes nothing. */
  private async change(caller: Caller, action: string, name: string, changeOf: (spec: WorkspaceSpec) => SpecPatch | undefined): Promise<Workspace> {
    requireName('input.workspace', name);
    const entry = { caller, action, object: { group: TENANCY_GROUP, resource: 'workspaces', name }, workspace: name };
    const work = async (): Promise<{ before: KubeObject; after: WorkspaceObject }> => {
      await requireRight(this.ports.rights, caller, on('update', name));
      return written(asCaller(this.ports.own, caller), name, changeOf);
    };
    const { after } = await audited(this.ports.people.audit, entry, work, ({ before, after: now }) => auditedChange(before, now));
    return toWorkspace(after);
  }
}

/** As a merge patch: null takes a field away. */
type SpecPatch = { [K in keyof WorkspaceSpec]?: WorkspaceSpec[K] | Record<string, string | null> | null };

async function written(person: KubeClient, name: string, changeOf: (spec: WorkspaceSpec) => SpecPatch | undefined): Promise<{ before: WorkspaceObject; after: WorkspaceObject }> {
  for (let tries = 1; ; tries += 1) {
    const before = await person.get(workspaces, name);
    if (!before) throw notFound('workspace', name);
    const change = changeOf(workspaceSpecSchema.parse(before.spec));
    if (change === undefined) return { before, after: before };
    const body = { metadata: { resourceVersion: before.metadata?.resourceVersion }, spec: change };
    try {
      return { before, after: await person.patch<WorkspaceObject>(workspaces, name, undefined, { type: 'merge', body }) };
    } catch (error) {
      if (!isConflict(error) || tries === TRIES) throw error;
    }
  }
}

function requireAmounts(field: string, amounts: readonly { name: string; hard: string }[]): void {
  if (amounts.length > MOST_AMOUNTS) throw new InvalidInput(field, `${field} has ${amounts.length} limits; ${MOST_AMOUNTS} are the most.`);
  for (const { name, hard } of amounts) {
    requireShort(`${field}.name`, name, LONGEST_NAME * 3);
    const quantity = parseQuantity(hard);
    if (!quantity || quantity.nano < 0n) throw new InvalidInput(`${field}.hard`, `${JSON.stringify(hard.slice(0, LONGEST_NAME))} is no quantity for ${name}.`, 'Write it as 4, 500m or 2Gi.');
  }
}

function requireMember({ kind, name, namespace }: MemberInput): void {
  requireName('input.name', name);
  if (kind === 'serviceAccount') requireName('input.namespace', namespace ?? '');
}

/** Names and descriptions for people, where they are given. */
function wordsOf({ displayName, description }: { displayName?: string | undefined; description?: string | undefined }): { displayName?: string; description?: string } {
  return {
    ...(displayName === undefined ? {} : { displayName: requireShort('input.displayName', displayName, LONGEST_NAME) }),
    ...(description === undefined ? {} : { description: requireShort('input.description', description, LONGEST_DESCRIPTION) }),
  };
}
