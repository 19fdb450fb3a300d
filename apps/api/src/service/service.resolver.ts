import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import type { Caller } from '@tidegate/access';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { CurrentCaller } from '../edge/caller.js';
import { PageArgs } from '../edge/connection.js';
import { Permission } from '../edge/permission.js';
import { ServiceCatalog } from './service-catalog.js';
import { ServiceChanges } from './service-changes.js';
import { toTraffic } from './service-traffic.js';
import {
  DeploymentService,
  KnativeServiceObject,
  RollBackServiceInput,
  ScaleServiceInput,
  ServiceConnection,
  ServiceFilterInput,
  ServiceKind,
  ServiceObject,
  ServiceRevision,
  ServiceTraffic,
  SetTrafficInput,
  StatefulSetService,
} from './service.types.js';
import { revisionsOfDeployment, revisionsOfKnative } from './to-revisions.js';
import { isAsleep } from './to-service.js';

const id = { type: () => ID };
const filterArg = { type: () => ServiceFilterInput, defaultValue: {} };

@Resolver(() => ServiceObject)
export class ServiceResolver {
  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(ServiceCatalog) private readonly catalog: ServiceCatalog,
    @Inject(ServiceChanges) private readonly changes: ServiceChanges,
  ) {}

  @Query(() => ServiceConnection, { description: 'Those that you may see, by project and name.' })
  services(@CurrentCaller() caller: Caller, @Args('filter', filterArg) filter: ServiceFilterInput, @Args() page: PageArgs): Promise<ServiceConnection> {
    return this.catalog.list(caller, filter, page);
  }

  @Query(() => ServiceObject, { nullable: true })
  service(@CurrentCaller() caller: Caller, @Args('id', id) of: string): Promise<ServiceObject | null> {
    return this.catalog.get(caller, of);
  }

  @Subscription(() => ServiceConnection, { name: 'services', resolve: (value: ServiceConnection) => value, description: 'The page, again whenever it changes.' })
  watchServices(@CurrentCaller() caller: Caller, @Args('filter', filterArg) filter: ServiceFilterInput, @Args() page: PageArgs): AsyncIterableIterator<ServiceConnection> {
    return this.catalog.watchList(caller, filter, page);
  }

  @Subscription(() => ServiceObject, { name: 'service', nullable: true, resolve: (value: ServiceObject | null) => value, description: 'Null while it is not there.' })
  watchService(@CurrentCaller() caller: Caller, @Args('id', id) of: string): AsyncIterableIterator<ServiceObject | null> {
    return this.catalog.watchOne(caller, of);
  }

  @ResolveField(() => ServiceTraffic, { nullable: true, description: 'Null while telemetry knows nothing.' })
  async traffic(@Parent() service: ServiceObject): Promise<ServiceTraffic | null> {
    const { window, byService } = await this.ports.recentTraffic.now();
    const { kind, namespace } = service;
    const subject = { namespace, services: 'addresses' in service ? (service as DeploymentService).addresses : [service.name], version: 'version' in service ? ((service as DeploymentService).version ?? undefined) : undefined };
    return toTraffic({ ...subject, isAsleep: (version) => isAsleep(this.ports.caches, kind, namespace, version) }, window.seconds, byService);
  }

  @ResolveField(() => [ServiceRevision], { description: 'Newest first, at most 100. Empty for a StatefulSet.' })
  revisions(@Parent() { kind, namespace, name }: ServiceObject): ServiceRevision[] {
    const source = this.catalog.source(kind, namespace, name);
    switch (source?.kind) {
      case ServiceKind.DEPLOYMENT:
        return revisionsOfDeployment(this.ports.caches, source.object);
      case ServiceKind.KNATIVE:
        return revisionsOfKnative(this.ports.caches, source.object);
      case ServiceKind.STATEFUL_SET:
      case undefined:
        return [];
    }
  }

  @ResolveField(() => [Permission])
  can(@CurrentCaller() caller: Caller, @Parent() service: ServiceObject): Promise<Permission[]> {
    return this.changes.can(caller, service);
  }

  @Mutation(() => ServiceObject, { description: 'For Deployments and StatefulSets.' })
  scaleService(@CurrentCaller() caller: Caller, @Args('input', { type: () => ScaleServiceInput }) input: ScaleServiceInput): Promise<ServiceObject> {
    return this.changes.scale(caller, input);
  }

  @Mutation(() => ServiceObject, { description: 'Replaces all pods, a few at a time; a Knative Service gets a new revision.' })
  restartService(@CurrentCaller() caller: Caller, @Args('id', id) of: string): Promise<ServiceObject> {
    return this.changes.restart(caller, of);
  }

  @Mutation(() => ServiceObject, { description: 'Back to an older revision: a Deployment gets its template, a Knative Service all its traffic.' })
  rollBackService(@CurrentCaller() caller: Caller, @Args('input', { type: () => RollBackServiceInput }) input: RollBackServiceInput): Promise<ServiceObject> {
    return this.changes.rollBack(caller, input);
  }

  @Mutation(() => ServiceObject, { description: 'Shares the traffic of a Knative Service among its revisions.' })
  setTraffic(@CurrentCaller() caller: Caller, @Args('input', { type: () => SetTrafficInput }) input: SetTrafficInput): Promise<ServiceObject> {
    return this.changes.setTraffic(caller, input);
  }
}

export const SERVICE_TYPES = [DeploymentService, StatefulSetService, KnativeServiceObject];
