import { type DynamicModule, Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { type ApiPorts, ClusterModule } from './cluster/cluster.module.js';
import { type SocketGuard, graphqlOptions } from './edge/graphql-options.js';
import { ReleaseModule } from './release/release.module.js';

@Module({})
export class ApiModule {
  static with(ports: ApiPorts, guard: SocketGuard): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ClusterModule.with(ports),
        GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, ...graphqlOptions(guard) }),
        ReleaseModule,
      ],
    };
  }
}
