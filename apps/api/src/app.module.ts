import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { AuditModule } from './audit/audit.module.js';
import { type ApiPorts, ClusterModule } from './cluster/cluster.module.js';
import { graphqlOptions } from './edge/graphql-options.js';
import { ScopeGuard } from './edge/scope-guard.js';
import { PeopleModule } from './people/people.module.js';
import { ReleaseModule } from './release/release.module.js';

@Module({})
export class ApiModule {
  static with(ports: ApiPorts): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ClusterModule.with(ports),
        GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, ...graphqlOptions(ports.people) }),
        ReleaseModule,
        PeopleModule,
        AuditModule,
      ],
      providers: [{ provide: APP_GUARD, useClass: ScopeGuard }],
    };
  }
}
