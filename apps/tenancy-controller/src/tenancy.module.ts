import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { PartContext, RunningPart } from '@tidegate/kernel';
import { connect } from '@tidegate/kube';
import { startTenancy } from '@tidegate/tenancy-controller';
import type { TenancyControllerConfig } from './config.js';

export const TENANCY = Symbol('tenancy');

@Injectable()
class TenancyLifetime implements OnApplicationShutdown {
  constructor(@Inject(TENANCY) private readonly part: RunningPart) {}
  async onApplicationShutdown(): Promise<void> {
    await this.part.stop();
  }
}

@Module({})
export class TenancyModule {
  static with(context: PartContext, config: TenancyControllerConfig): DynamicModule {
    const useFactory = async (): Promise<RunningPart> => {
      const client = await connect({ kubeconfigPath: config.kubeconfig });
      return startTenancy(context, { client, namespace: config.namespace, networkPoliciesHold: true });
    };
    return { module: TenancyModule, providers: [{ provide: TENANCY, useFactory }, TenancyLifetime] };
  }
}
