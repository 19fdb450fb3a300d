import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { PartContext, RunningPart } from '@tidegate/kernel';
import { connect } from '@tidegate/kube';
import { connectRequestEvents } from '@tidegate/telemetry-sinks';
import type { AutoscalerProcessConfig } from './config.js';
import { startAutoscaler } from './start-autoscaler.js';

export const AUTOSCALER = Symbol('autoscaler');

@Injectable()
class AutoscalerLifetime implements OnApplicationShutdown {
  constructor(@Inject(AUTOSCALER) private readonly part: RunningPart) {}
  async onApplicationShutdown(): Promise<void> {
    await this.part.stop();
  }
}

@Module({})
export class AutoscalerModule {
  static with(context: PartContext, config: AutoscalerProcessConfig): DynamicModule {
    const useFactory = async (): Promise<RunningPart> => {
      const client = await connect({ kubeconfigPath: config.kubeconfig });
      const requestEvents = connectRequestEvents(config.signals, { log: context.log });
      const part = await startAutoscaler(context, {
        client,
        requestEvents,
        ...(config.peers ? { peers: { ...config.peers, host: process.env['POD_IP'] } } : {}),
      });
      return {
        name: part.name,
        notReady: () => part.notReady(),
        stop: async () => {
          await part.stop();
          requestEvents.close();
        },
      };
    };
    return { module: AutoscalerModule, providers: [{ provide: AUTOSCALER, useFactory }, AutoscalerLifetime] };
  }
}
