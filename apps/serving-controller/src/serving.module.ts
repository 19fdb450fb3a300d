import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { PartContext, RunningPart } from '@tidegate/kernel';
import { connect } from '@tidegate/kube';
import { registryResolver, startServing } from '@tidegate/serving-controller-lib';
import type { ServingControllerConfig } from './config.js';

export const SERVING = Symbol('serving');

@Injectable()
class ServingLifetime implements OnApplicationShutdown {
  constructor(@Inject(SERVING) private readonly part: RunningPart) {}
  async onApplicationShutdown(): Promise<void> {
    await this.part.stop();
  }
}

@Module({})
export class ServingModule {
  static with(context: PartContext, config: ServingControllerConfig): DynamicModule {
    const useFactory = async (): Promise<RunningPart> => {
      const client = await connect({ kubeconfigPath: config.kubeconfig });
      const digests = config.digestsFrom === 'node' ? ('node' as const) : registryResolver;
      return startServing(context, { client, digests, leaseNamespace: config.leaseNamespace });
    };
    return { module: ServingModule, providers: [{ provide: SERVING, useFactory }, ServingLifetime] };
  }
}
