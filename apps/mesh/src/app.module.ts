import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { type PartContext, type RunningPart, serveHealth } from '@tidegate/kernel';
import { connect } from '@tidegate/kube';
import { startMesh } from '@tidegate/mesh-controller';
import type { Server } from 'node:http';
import type { MeshConfig } from './config.js';

const PART = Symbol('running mesh');
const HEALTH = Symbol('health endpoint');

/** The mesh and its health endpoint, started in this order and stopped in the other. */
@Module({})
export class MeshModule implements OnApplicationShutdown {
  private readonly part: RunningPart;
  private readonly health: Server;
  constructor(@Inject(PART) part: RunningPart, @Inject(HEALTH) health: Server) {
    this.part = part;
    this.health = health;
  }

  static with(context: PartContext, config: MeshConfig): DynamicModule {
    const { kubeconfig, listen, mode, leaseNamespace, installKinds, gateways, health } = config;
    const startPart = async (): Promise<RunningPart> => {
      const client = await connect({ kubeconfigPath: kubeconfig, fieldManager: 'tidegate-mesh' });
      return startMesh(context, {
        client,
        listen,
        mode,
        ...(leaseNamespace === undefined ? {} : { lease: { namespace: leaseNamespace }, namespace: leaseNamespace }),
        ...(gateways === undefined ? {} : { proxyPods: gateways }),
        ...(installKinds === undefined ? {} : { installKinds }),
      });
    };
    return {
      module: MeshModule,
      providers: [
        { provide: PART, useFactory: startPart },
        {
          provide: HEALTH,
          inject: [PART],
          useFactory: (part: RunningPart) => serveHealth({ registry: context.registry, notReady: () => part.notReady() }, health),
        },
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await new Promise((resolve) => this.health.close(resolve));
    await this.part.stop();
  }
}
