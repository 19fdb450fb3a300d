import { type Clock, type Logger, causeChain } from '@tidegate/kernel';
import { Informer, type Kind, type KubeClient, type KubeObject, isForbidden, isNotFound, listableKinds } from '@tidegate/kube';
import { type ComponentKind, kindText } from '@tidegate/tenancy-plan';

/** As `kindText` writes it. */
export type KindKey = string;

export interface Opened {
  kind: Kind;
  informer: Informer<KubeObject>;
}

export interface ComponentCachesContext {
  client: KubeClient;
  clock: Clock;
  log: Logger;
  /** Of an object of that kind in that namespace; of all namespaces when it cannot be looked at any more. */
  onChange: (kind: KindKey, namespace?: string) => void;
}

/** What the cluster serves is asked at most this often, however many kinds that nobody knows are named. */
const SERVED_FOR_MS = 2_000;

/** What applications are made of: kinds are listed and watched from when an application names them until none does. Bounded by what the cluster serves. */
export class ComponentCaches {
  private readonly opened = new Map<KindKey, Promise<Opened | { problem: string }>>();
  private served: { until: number; kinds: Promise<Map<KindKey, Kind>> } | undefined;

  constructor(private readonly context: ComponentCachesContext) {}

  /** Or why it cannot be looked at; what failed is tried again by the next who asks. */
  open(named: ComponentKind): Promise<Opened | { problem: string }> {
    const key = kindText(named);
    const known = this.opened.get(key);
    if (known) return known;
    const made = this.tryToOpen(named, key).then((result) => {
      if ('problem' in result) this.opened.delete(key);
      return result;
    });
    this.opened.set(key, made);
    return made;
  }

  /** Ends what nobody names any more. */
  keep(named: ReadonlySet<KindKey>): void {
    for (const key of [...this.opened.keys()]) if (!named.has(key)) this.close(key);
  }

  stop(): void {
    this.keep(new Set());
  }

  private close(key: KindKey): void {
    void this.opened.get(key)?.then((o) => ('informer' in o ? o.informer.stop() : undefined));
    this.opened.delete(key);
  }

  private servedKinds(): Promise<Map<KindKey, Kind>> {
    const { client, clock } = this.context;
    if (this.served && this.served.until > clock.monotonic()) return this.served.kinds;
    const kinds = listableKinds(client).then((all) => new Map(all.map((k) => [kindText(k), k])));
    this.served = { until: clock.monotonic() + SERVED_FOR_MS, kinds };
    return kinds;
  }

  private async tryToOpen(named: ComponentKind, key: KindKey): Promise<Opened | { problem: string }> {
    const { client, onChange } = this.context;
    try {
      const kind = (await this.servedKinds()).get(key);
      if (!kind) return { problem: `The cluster does not serve the kind ${key}.` };
      if (!kind.namespaced) return { problem: `${key} is not in namespaces: it cannot be a component.` };
      // An informer would try for ever.
      await client.list(kind, { limit: 1 });
      const informer = await this.started(kind, key);
      informer.onChange(({ object }) => onChange(key, object.metadata?.namespace ?? ''));
      return { kind, informer };
    } catch (error) {
      if (isForbidden(error)) return { problem: `The platform may not list ${key}: a ClusterRole bound to its identity "tenancy" can give that.` };
      return { problem: `${key} could not be listed: ${causeChain(error).slice(0, 200)}.` };
    }
  }

  /** Throws what the first listing failed with, instead of waiting for one that may never come. */
  private async started(kind: Kind, key: KindKey): Promise<Informer<KubeObject>> {
    const { client, clock, log } = this.context;
    const failure = Promise.withResolvers<never>();
    const onFailure = (error: unknown): void => {
      failure.reject(error);
      this.failed(key, error);
    };
    const informer = new Informer<KubeObject>({ client, clock, log }, kind, { onFailure });
    try {
      await Promise.race([informer.synced, failure.promise]);
    } catch (error) {
      informer.stop();
      throw error;
    }
    failure.promise.catch(() => undefined);
    return informer;
  }

  /** Its definition was deleted, or the right to read it was taken: what it had been is not what it is. Anything else passes by itself. */
  private failed(key: KindKey, error: unknown): void {
    if (!isNotFound(error) && !isForbidden(error)) return;
    this.served = undefined;
    this.close(key);
    this.context.onChange(key);
  }
}
