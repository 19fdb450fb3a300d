import { Inject } from '@nestjs/common';
import { Args, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import type { Caller } from '@tidegate/access';
import type { Namespace } from '@tidegate/kube';
import { onChangeIn } from '../cluster/caches.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { CurrentCaller } from '../edge/caller.js';
import { PageArgs, pageOf } from '../edge/connection.js';
import { followState } from '../edge/follow-state.js';
import { requireShort } from '../edge/input.js';
import { Permission, toPermission } from '../edge/permission.js';
import { actionsIn } from './project-actions.js';
import { Project, ProjectConnection } from './project.types.js';
import { toProject } from './to-project.js';

const LONGEST_SEARCH = 100;
const nameOf = ({ metadata }: Namespace): string => metadata?.name ?? '';

@Resolver(() => Project)
export class ProjectResolver {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  @ResolveField(() => [Permission], { description: 'What is made or changed in it: `createService`, `createRelease`, `editConfigMaps`, `editSecrets`.' })
  can(@CurrentCaller() caller: Caller, @Parent() project: Project): Promise<Permission[]> {
    return Promise.all(actionsIn(project).map((action) => toPermission(this.ports.rights, caller, action)));
  }

  @Query(() => ProjectConnection, { description: 'Those that you may see, by name.' })
  async projects(@CurrentCaller() caller: Caller, @Args() page: PageArgs, @Args('search', { type: () => String, nullable: true }) search?: string): Promise<ProjectConnection> {
    const wanted = requireShort('search', search ?? '', LONGEST_SEARCH).toLowerCase();
    const seen = (await this.visible(caller)).filter((n) => nameOf(n).includes(wanted));
    return pageOf(seen, page, nameOf, toProject);
  }

  @Query(() => Project, { nullable: true })
  async project(@CurrentCaller() caller: Caller, @Args('name', { type: () => String }) name: string): Promise<Project | null> {
    const found = (await this.visible(caller)).find((n) => nameOf(n) === name);
    return found ? toProject(found) : null;
  }

  @Subscription(() => ProjectConnection, { name: 'projects', resolve: (value: ProjectConnection) => value, description: 'The page, again whenever it changes.' })
  watchProjects(@CurrentCaller() caller: Caller, @Args() page: PageArgs): AsyncIterableIterator<ProjectConnection> {
    return followState({
      now: () => this.projects(caller, page),
      onChange: (changed) => {
        const ends = [onChangeIn([this.ports.caches.namespaces], undefined, changed), this.ports.rights.onChange(changed)];
        return () => ends.forEach((end) => end());
      },
      sameAs: (a, b) => JSON.stringify(a) === JSON.stringify(b),
    });
  }

  /** Namespaces of which the caller may read the namespace itself; a project that is not his does not exist for him. */
  private async visible(caller: Caller): Promise<Namespace[]> {
    const { rights, caches } = this.ports;
    const all = caches.namespaces.list();
    const readable = await rights.namespacesWith(caller, { verb: 'get', group: '', resource: 'namespaces' }, all.map(nameOf));
    return all.filter((n) => readable.has(nameOf(n)));
  }
}
