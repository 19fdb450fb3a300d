import { Inject } from '@nestjs/common';
import { Args, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import type { Caller } from '@tidegate/access';
import type { Application } from '@tidegate/tenancy-contract';
import { onChangeIn } from '../cluster/caches.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { CurrentCaller } from '../edge/caller.js';
import { PageArgs, pageOf } from '../edge/connection.js';
import { followState } from '../edge/follow-state.js';
import { Permission } from '../edge/permission.js';
import { ApplicationService } from './application.service.js';
import { ApplicationConnection, ApplicationObject, ApplicationRemoval, CreateApplicationInput, UpdateApplicationInput } from './application.types.js';
import { toApplication } from './to-application.js';

const project = { type: () => String, nullable: true, description: 'One project; all that you may see when absent.' };
const text = { type: () => String };
const keyOf = ({ metadata }: Application): string => `${metadata?.namespace}/${metadata?.name}`;

@Resolver(() => ApplicationObject)
export class ApplicationResolver {
  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(ApplicationService) private readonly service: ApplicationService,
  ) {}

  @Query(() => ApplicationConnection, { description: 'By project and name.' })
  async applications(@CurrentCaller() caller: Caller, @Args() page: PageArgs, @Args('namespace', project) namespace?: string): Promise<ApplicationConnection> {
    return pageOf(await this.service.all(caller, namespace), page, keyOf, toApplication);
  }

  @Query(() => ApplicationObject, { nullable: true })
  async application(@CurrentCaller() caller: Caller, @Args('namespace', text) namespace: string, @Args('name', text) name: string): Promise<ApplicationObject | null> {
    const found = await this.service.one(caller, namespace, name);
    return found ? toApplication(found) : null;
  }

  @Query(() => ApplicationRemoval, { description: 'What deleting it would take along.' })
  applicationRemoval(@CurrentCaller() caller: Caller, @Args('namespace', text) namespace: string, @Args('name', text) name: string): Promise<ApplicationRemoval> {
    return this.service.removal(caller, namespace, name);
  }

  @Mutation(() => ApplicationObject)
  createApplication(@CurrentCaller() caller: Caller, @Args('input', { type: () => CreateApplicationInput }) input: CreateApplicationInput): Promise<ApplicationObject> {
    return this.service.create(caller, input);
  }

  @Mutation(() => ApplicationObject)
  updateApplication(@CurrentCaller() caller: Caller, @Args('input', { type: () => UpdateApplicationInput }) input: UpdateApplicationInput): Promise<ApplicationObject> {
    return this.service.update(caller, input);
  }

  @Mutation(() => Boolean, { description: 'With what it owns alone; see `applicationRemoval`.' })
  deleteApplication(@CurrentCaller() caller: Caller, @Args('namespace', text) namespace: string, @Args('name', text) name: string): Promise<boolean> {
    return this.service.delete(caller, namespace, name);
  }

  @Subscription(() => ApplicationConnection, { name: 'applications', resolve: (value: ApplicationConnection) => value, description: 'The page, again whenever it changes.' })
  watchApplications(@CurrentCaller() caller: Caller, @Args() page: PageArgs, @Args('namespace', project) namespace?: string): AsyncIterableIterator<ApplicationConnection> {
    return followState({
      now: () => this.applications(caller, page, namespace),
      onChange: (changed) => {
        const ends = [onChangeIn([this.ports.caches.applications], namespace, changed), this.ports.rights.onChange(changed)];
        return () => ends.forEach((end) => end());
      },
      sameAs: (a, b) => JSON.stringify(a) === JSON.stringify(b),
    });
  }

  @ResolveField(() => [Permission])
  can(@CurrentCaller() caller: Caller, @Parent() application: ApplicationObject): Promise<Permission[]> {
    return this.service.can(caller, application);
  }
}
