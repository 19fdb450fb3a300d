import { pathOf, type Kind, type KubeObject } from './kind.js';
import { Informer, type InformerContext, type InformerOptions } from './informer.js';
import type { KubeClient } from './kube-client.js';

interface Shared {
  stop(): void;
  synced: Promise<void>;
  isSynced(): boolean;
  kind: Kind;
}

/** Informers of one process: each collection is listed and watched once, whoever asks for it. Bounded by the kinds the process names. */
export class InformerSet {
  private readonly informers = new Map<string, Shared>();
  private readonly context: InformerContext;

  constructor(client: KubeClient, options: Omit<InformerContext, 'client'>) {
    this.context = { client, ...options };
  }

  /** The same kind, namespace and selector give the same informer, started at its first mention. Indexes of later callers are added. */
  informer<T extends KubeObject>(kind: Kind<T>, options: InformerOptions<T> = {}): Informer<T> {
    const key = `${pathOf(kind, options.namespace)}?${options.labelSelector ?? ''}`;
    const existing = this.informers.get(key);
    if (existing) {
      const shared = existing as Informer<T>;
      shared.addIndexes(options.indexes ?? {});
      return shared;
    }
    const made = new Informer(this.context, kind, options);
    this.informers.set(key, made);
    return made;
  }

  /** Resolves once every informer mentioned so far has listed its collection. */
  async synced(): Promise<void> {
    await Promise.all([...this.informers.values()].map((i) => i.synced));
  }

  /** Plurals that have no complete listing yet, for a process's readiness. */
  notSynced(): string[] {
    return [...this.informers.values()].filter((i) => !i.isSynced()).map((i) => i.kind.plural);
  }

  stop(): void {
    for (const informer of this.informers.values()) informer.stop();
    this.informers.clear();
  }
}
