import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { PartContext, RunningPart } from '@tidegate/kernel';
import { connect } from '@tidegate/kube';
import type { AdmissionWebhookConfig } from './config.js';
import { startAdmissionWebhook } from './start-admission-webhook.js';

export const WEBHOOK = Symbol('webhook');

@Injectable()
class WebhookLifetime implements OnApplicationShutdown {
  constructor(@Inject(WEBHOOK) private readonly part: RunningPart) {}
  async onApplicationShutdown(): Promise<void> {
    await this.part.stop();
  }
}

@Module({})
export class AdmissionModule {
  static with(context: PartContext, config: AdmissionWebhookConfig): DynamicModule {
    const useFactory = async (): Promise<RunningPart> => {
      const { kubeconfig, host, port, service, tls } = config;
      const client = await connect({ kubeconfigPath: kubeconfig });
      return startAdmissionWebhook(context, { client, listen: { host, port }, service, namespace: service.namespace, tls });
    };
    return { module: AdmissionModule, providers: [{ provide: WEBHOOK, useFactory }, WebhookLifetime] };
  }
}
