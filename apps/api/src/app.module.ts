import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { ApplicationModule } from './application/application.module.js';
import { AuditModule } from './audit/audit.module.js';
import { type ApiPorts, ClusterModule } from './cluster/cluster.module.js';
import { type GraphqlLimits, graphqlOptions } from './edge/graphql-options.js';
import { ScopeGuard } from './edge/scope-guard.js';
import { PeopleModule } from './people/people.module.js';
import { ObjectModule } from './object/object.module.js';
import { PlatformModule } from './platform/platform.module.js';
import { PodModule } from './pod/pod.module.js';
import { ProjectModule } from './project/project.module.js';
import { ReleaseModule } from './release/release.module.js';
import { TenancyModule } from './tenancy/tenancy.module.js';
import { TopologyModule } from './topology/topology.module.js';
import { ServiceModule } from './service/service.module.js';

@Module({})
export class ApiModule {
  static with(ports: ApiPorts, limits: GraphqlLimits): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ClusterModule.with(ports),
        GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, ...graphqlOptions(ports.people, limits) }),
        ProjectModule,
        TenancyModule,
        ServiceModule,
        PodModule,
        ObjectModule,
        ApplicationModule,
        TopologyModule,
        ReleaseModule,
        PeopleModule,
        AuditModule,
        PlatformModule,
      ],
      providers: [{ provide: APP_GUARD, useClass: ScopeGuard }],
    };
  }
}
