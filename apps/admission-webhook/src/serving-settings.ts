import type { Clock, Logger } from '@tidegate/kernel';
import { InformerSet, type KubeClient, kinds } from '@tidegate/kube';
import { type ServingConfig, defaultServingConfig, readServingConfig } from '@tidegate/serving-config';
import { SERVING_NAMESPACE } from '@tidegate/serving-contract';

/** The config maps of Knative Serving as they are now; of a broken one the last good state stays, and the log says why. */
export class ServingSettings {
  private config: ServingConfig = defaultServingConfig;
  private readonly informers: InformerSet;
  private readonly configMaps;
  private complaints = '';

  constructor(
    client: KubeClient,
    clock: Clock,
    private readonly log: Logger,
  ) {
    this.informers = new InformerSet(client, { clock, log });
    this.configMaps = this.informers.informer(kinds.configMaps, { namespace: SERVING_NAMESPACE });
    this.configMaps.onChange(() => this.read());
  }

  get current(): ServingConfig {
    return this.config;
  }

  notReady(): string[] {
    return this.informers.notSynced().map((plural) => `the admission webhook has not read ${plural} yet`);
  }

  stop(): void {
    this.informers.stop();
  }

  private read(): void {
    const { config, broken } = readServingConfig(this.configMaps.list(SERVING_NAMESPACE), this.config);
    this.config = config;
    const complaints = broken.map(({ name, message }) => `${name}: ${message}`).join('; ');
    if (complaints !== '' && complaints !== this.complaints)
      this.log.warn({ complaints }, 'config maps of Knative Serving are broken; what they said last is used');
    this.complaints = complaints;
  }
}
