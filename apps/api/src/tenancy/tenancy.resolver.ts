import { Inject } from '@nestjs/common';
import { Args, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import type { Caller } from '@tidegate/access';
import type { Workspace as WorkspaceObject } from '@tidegate/tenancy-contract';
import { PERMISSIONS } from '@tidegate/tenancy-plan';
import { onChangeIn } from '../cluster/caches.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { CurrentCaller } from '../edge/caller.js';
import { PageArgs, pageOf } from '../edge/connection.js';
import { followState } from '../edge/follow-state.js';
import { requireShort } from '../edge/input.js';
import { Permission } from '../edge/permission.js';
import { Project } from '../project/project.types.js';
import { TenancyService } from './tenancy.service.js';
import { toWorkspace } from './to-workspace.js';
import { CreateProjectInput, CreateWorkspaceInput, MemberInput, ProjectsOfDeleted, SetMemberInput, SetRoleInput, UpdateWorkspaceInput, Workspace, WorkspaceConnection, WorkspaceDeletion, WorkspacePermission } from './tenancy.types.js';

const LONGEST_SEARCH = 100;
const nameOf = ({ metadata }: WorkspaceObject): string => metadata?.name ?? '';
const name = { type: () => String };
const projects = { type: () => ProjectsOfDeleted, defaultValue: ProjectsOfDeleted.ORPHAN };

@Resolver(() => Workspace)
export class TenancyResolver {
  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(TenancyService) private readonly tenancy: TenancyService,
  ) {}

  @Query(() => WorkspaceConnection, { description: 'Those that you may see, by name.' })
  async workspaces(@CurrentCaller() caller: Caller, @Args() page: PageArgs, @Args('search', { type: () => String, nullable: true }) search?: string): Promise<WorkspaceConnection> {
    const wanted = requireShort('search', search ?? '', LONGEST_SEARCH).toLowerCase();
    const seen = (await this.tenancy.visible(caller)).filter((w) => nameOf(w).includes(wanted) || (w.spec.displayName ?? '').toLowerCase().includes(wanted));
    return pageOf(seen, page, nameOf, toWorkspace);
  }

  @Query(() => Workspace, { nullable: true })
  async workspace(@CurrentCaller() caller: Caller, @Args('name', name) wanted: string): Promise<Workspace | null> {
    const found = (await this.tenancy.visible(caller)).find((w) => nameOf(w) === wanted);
    return found ? toWorkspace(found) : null;
  }

  @ResolveField(() => [Permission])
  can(@CurrentCaller() caller: Caller, @Parent() workspace: Workspace): Promise<Permission[]> {
    return this.tenancy.can(caller, workspace.name);
  }

  @Query(() => [WorkspacePermission], { description: 'What roles of a workspace can be made of.' })
  permissions(): WorkspacePermission[] {
    return PERMISSIONS.map(({ name: permission, title, dependsOn }) => ({ name: permission, title, dependsOn: [...dependsOn] }));
  }

  @Query(() => WorkspaceDeletion, { description: 'What deleting a workspace would do to its projects.' })
  workspaceDeletion(@CurrentCaller() caller: Caller, @Args('name', name) wanted: string, @Args('projects', projects) of: ProjectsOfDeleted): Promise<WorkspaceDeletion> {
    return this.tenancy.deletion(caller, wanted, of);
  }

  @Mutation(() => Workspace)
  createWorkspace(@CurrentCaller() caller: Caller, @Args('input', { type: () => CreateWorkspaceInput }) input: CreateWorkspaceInput): Promise<Workspace> {
    return this.tenancy.createWorkspace(caller, input);
  }

  @Mutation(() => Workspace)
  updateWorkspace(@CurrentCaller() caller: Caller, @Args('input', { type: () => UpdateWorkspaceInput }) input: UpdateWorkspaceInput): Promise<Workspace> {
    return this.tenancy.updateWorkspace(caller, input);
  }

  @Mutation(() => Boolean)
  deleteWorkspace(@CurrentCaller() caller: Caller, @Args('name', name) wanted: string, @Args('projects', projects) of: ProjectsOfDeleted): Promise<boolean> {
    return this.tenancy.deleteWorkspace(caller, wanted, of);
  }

  @Mutation(() => Workspace, { description: 'Brings somebody in, or gives him another role.' })
  setWorkspaceMember(@CurrentCaller() caller: Caller, @Args('input', { type: () => SetMemberInput }) input: SetMemberInput): Promise<Workspace> {
    return this.tenancy.setMember(caller, input);
  }

  @Mutation(() => Workspace)
  removeWorkspaceMember(@CurrentCaller() caller: Caller, @Args('input', { type: () => MemberInput }) input: MemberInput): Promise<Workspace> {
    return this.tenancy.removeMember(caller, input);
  }

  @Mutation(() => Workspace, { description: 'Makes a role of the workspace, or changes one.' })
  setWorkspaceRole(@CurrentCaller() caller: Caller, @Args('input', { type: () => SetRoleInput }) input: SetRoleInput): Promise<Workspace> {
    return this.tenancy.setRole(caller, input);
  }

  @Mutation(() => Workspace, { description: 'Refused while members have it.' })
  deleteWorkspaceRole(@CurrentCaller() caller: Caller, @Args('workspace', name) workspace: string, @Args('role', name) role: string): Promise<Workspace> {
    return this.tenancy.deleteRole(caller, workspace, role);
  }

  @Mutation(() => Project)
  createProject(@CurrentCaller() caller: Caller, @Args('input', { type: () => CreateProjectInput }) input: CreateProjectInput): Promise<Project> {
    return this.tenancy.createProject(caller, input);
  }

  @Mutation(() => Project, { description: 'Into another workspace, or out of any.' })
  moveProject(@CurrentCaller() caller: Caller, @Args('name', name) wanted: string, @Args('workspace', { type: () => String, nullable: true }) workspace?: string): Promise<Project> {
    return this.tenancy.moveProject(caller, wanted, workspace);
  }

  @Mutation(() => Boolean, { description: 'With everything in it.' })
  deleteProject(@CurrentCaller() caller: Caller, @Args('name', name) wanted: string): Promise<boolean> {
    return this.tenancy.deleteProject(caller, wanted);
  }

  @Subscription(() => Workspace, { name: 'workspace', nullable: true, resolve: (value: Workspace | null) => value, description: 'Null while it is not there for you.' })
  watchWorkspace(@CurrentCaller() caller: Caller, @Args('name', name) wanted: string): AsyncIterableIterator<Workspace | null> {
    return this.follow(() => this.workspace(caller, wanted));
  }

  @Subscription(() => WorkspaceConnection, { name: 'workspaces', resolve: (value: WorkspaceConnection) => value, description: 'The page, again whenever it changes.' })
  watchWorkspaces(@CurrentCaller() caller: Caller, @Args() page: PageArgs): AsyncIterableIterator<WorkspaceConnection> {
    return this.follow(() => this.workspaces(caller, page));
  }

  private follow<T>(now: () => Promise<T>): AsyncIterableIterator<T> {
    return followState({
      now,
      onChange: (changed) => {
        const ends = [onChangeIn([this.ports.caches.workspaces], undefined, changed), this.ports.rights.onChange(changed)];
        return () => ends.forEach((end) => end());
      },
      sameAs: (a, b) => JSON.stringify(a) === JSON.stringify(b),
    });
  }
}
