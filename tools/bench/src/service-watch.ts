import { silentLogger, systemClock } from '@tidegate/kernel';
import { type Informer, InformerSet, type KubeClient, type Pod, kinds } from '@tidegate/kube';
import { type KnativeService, knativeServices } from '@tidegate/serving-contract';
import { isReady } from './knative-service.js';

/** Follows the Knative Services and pods of a namespace, as a client of the API that watches them. */
export class ServiceWatch {
  private readonly informers: InformerSet;
  private readonly services: Informer<KnativeService>;
  private readonly pods: Informer<Pod>;
  private readonly readyAt = new Map<string, number>();

  constructor(
    client: KubeClient,
    private readonly namespace: string,
  ) {
    this.informers = new InformerSet(client, { clock: systemClock, log: silentLogger });
    this.services = this.informers.informer(knativeServices, { namespace });
    this.pods = this.informers.informer(kinds.pods, { namespace });
    this.services.onChange(({ object }) => {
      const name = object.metadata?.name ?? '';
      if (isReady(object) && !this.readyAt.has(name)) this.readyAt.set(name, performance.now());
    });
  }

  synced(): Promise<void> {
    return this.informers.synced();
  }

  /** On the clock of performance.now(), when it was first seen to be Ready. */
  firstReadyAt(name: string): number | undefined {
    return this.readyAt.get(name);
  }

  /** How many are Ready, or were. */
  get everReady(): number {
    return this.readyAt.size;
  }

  livePods(): number {
    return this.pods.list().length;
  }

  /** What one that is not Ready says about itself. */
  whyNot(name: string): string {
    return JSON.stringify(this.services.get(this.namespace, name)?.status?.conditions ?? 'no status');
  }

  stop(): void {
    this.informers.stop();
  }
}
