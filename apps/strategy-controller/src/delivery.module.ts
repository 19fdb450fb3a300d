import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { startDelivery } from '@tidegate/delivery-controller';
import type { PartContext, RunningPart } from '@tidegate/kernel';
import { connect } from '@tidegate/kube';
import { connectSignals } from '@tidegate/telemetry-sinks';
import type { StrategyControllerConfig } from './config.js';

export const DELIVERY = Symbol('delivery');

@Injectable()
class DeliveryLifetime implements OnApplicationShutdown {
  constructor(@Inject(DELIVERY) private readonly part: RunningPart) {}
  async onApplicationShutdown(): Promise<void> {
    await this.part.stop();
  }
}

@Module({})
export class DeliveryModule {
  static with(context: PartContext, config: StrategyControllerConfig): DynamicModule {
    const useFactory = async (): Promise<RunningPart> => {
      const client = await connect({ kubeconfigPath: config.kubeconfig });
      const signals = connectSignals(config.signals, { log: context.log });
      const part = await startDelivery(context, { client, signals, leaseNamespace: config.leaseNamespace });
      return {
        ...part,
        stop: async () => {
          await part.stop();
          signals.close();
        },
      };
    };
    return { module: DeliveryModule, providers: [{ provide: DELIVERY, useFactory }, DeliveryLifetime] };
  }
}
