import { TidegateError, backoffMs, causeChain, type BackoffShape, type Clock, type Logger } from '@tidegate/kernel';
import { KubeApiError, codes, isGone, isNotFound, toStatus } from './kube-api-error.js';
import type { KubeClient } from './kube-client.js';
import { pathOf, type Kind, type KubeObject } from './kind.js';
import { ObjectCache, type Change, type IndexFunction } from './object-cache.js';
import type { WatchFrame } from './transport.js';

export interface InformerOptions<T> {
  /** All namespaces when absent. */
  namespace?: string;
  labelSelector?: string;
  /** Named once for a kind: shared informers merge them, and one name means one function. */
  indexes?: Record<string, IndexFunction<T>>;
  /** A kind that is not served counts as a collection without objects, until it is: for kinds that a cluster need not have. */
  optional?: boolean;
  /** Told of every listing or watch that failed, before it is tried again. */
  onFailure?: (error: unknown) => void;
  /** What of an object is kept, for kinds of which little is needed; named once for a kind, as indexes are. */
  keep?: (object: T) => T;
}

export interface InformerContext {
  client: KubeClient;
  clock: Clock;
  log: Logger;
  /** In [0,1); default Math.random. */
  random?: () => number;
}

export type ChangeListener<T> = (change: Change<T>) => void;

const RETRY: BackoffShape = { baseMs: 250, maxMs: 30_000, jitter: 0.5 };
/** A kind that is not installed yet is asked for at this pace: its CRD may come any moment, and the answer costs the server nothing. */
const UNSERVED_RETRY_MS = 2_000;
/** The server ends the watch after this time, plus up to as much again, so that many clients do not return together (client-go's 5-10 min). */
const WATCH_SECONDS = 300;
/** Servers send a bookmark about every minute; a watch silent for this long is taken as dead and resumed. */
const SILENCE_MS = 150_000;

/**
 * A cache of one collection, kept by list and watch.
 *
 *   list ──► synced, watch from its version ──► (ended, cut, silent) watch again from the last version seen
 *    ▲                    │ 410 Gone: history was compacted
 *    └────────────────────┘ list again; what is missing from it was removed meanwhile
 *
 * Every failure waits with growing, random delay; the cache keeps answering from what it knew.
 */
export class Informer<T extends KubeObject> {
  readonly kind: Kind<T>;
  /** Resolves after the first complete listing. Rejects with KUBE_INFORMER_STOPPED when stopped before. */
  readonly synced: Promise<void>;
  private readonly cache = new ObjectCache<T>();
  private readonly listeners = new Set<ChangeListener<T>>();
  private readonly stopping = new AbortController();
  private readonly firstListing = Promise.withResolvers<void>();
  private listed = false;
  private version = '';
  private failures = 0;
  private complained = '';
  private readonly context: InformerContext;
  private readonly options: InformerOptions<T>;

  constructor(context: InformerContext, kind: Kind<T>, options: InformerOptions<T> = {}) {
    this.context = context;
    this.kind = kind;
    this.options = options;
    this.synced = this.firstListing.promise;
    // Nobody has to wait for it: a stop before the first listing is no unhandled rejection.
    this.synced.catch(() => undefined);
    this.addIndexes(options.indexes ?? {});
    void this.run();
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.cache.get(namespace, name);
  }

  list(namespace?: string): T[] {
    return this.cache.list(namespace);
  }

  /** Throws KUBE_INDEX_UNKNOWN for an index that was never given. */
  byIndex(index: string, key: string): T[] {
    return this.cache.byIndex(index, key);
  }

  /** Throws KUBE_INDEX_TAKEN when a name exists with another function. */
  addIndexes(indexes: Record<string, IndexFunction<T>>): void {
    for (const [name, of] of Object.entries(indexes)) this.cache.addIndex(name, of);
  }

  isSynced(): boolean {
    return this.listed;
  }

  /** Calls `listener` with `added` for every object already known, at once, and then with every change. Returns the way to end it. */
  onChange(listener: ChangeListener<T>): () => void {
    for (const object of this.cache.list()) this.tell(listener, { type: 'added', object });
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stop(): void {
    this.stopping.abort(new TidegateError(codes.KUBE_INFORMER_STOPPED, `The cache of ${this.kind.plural} was stopped.`));
    this.firstListing.reject(this.stopping.signal.reason);
    this.listeners.clear();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        if (this.version === '') await this.relist();
        await this.watch();
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        if (isGone(error)) this.version = '';
        if (isNotFound(error) && this.options.optional) this.countAsEmpty();
        this.options.onFailure?.(error);
        await this.waitAfter(error);
      }
    }
  }

  private async relist(): Promise<void> {
    const { namespace, labelSelector } = this.options;
    const list = await this.context.client.listAll(this.kind, { namespace, labelSelector, signal: this.stopping.signal });
    if (this.stopping.signal.aborted) return;
    const { keep } = this.options;
    const changes = this.cache.replaceAll(keep ? list.items.map(keep) : list.items);
    this.version = list.resourceVersion;
    this.recovered();
    for (const change of changes) this.emit(change);
    this.listed = true;
    this.firstListing.resolve();
  }

  /** The kind is not served (any more): what it had is gone with it. */
  private countAsEmpty(): void {
    this.version = '';
    for (const change of this.cache.replaceAll([])) this.emit(change);
    this.listed = true;
    this.firstListing.resolve();
  }

  private async watch(): Promise<void> {
    const { clock, client } = this.context;
    const cut = new AbortController();
    const cancel = (): void => cut.abort(this.stopping.signal.reason);
    this.stopping.signal.addEventListener('abort', cancel, { once: true });
    let stopSilence = (): void => undefined;
    const listen = (): void => {
      stopSilence();
      stopSilence = clock.after(SILENCE_MS, () =>
        cut.abort(new Error(`the watch of ${this.kind.plural} was silent for ${SILENCE_MS / 1000} s`)),
      );
    };
    const began = clock.monotonic();
    let frames = 0;
    try {
      listen();
      const path = pathOf(this.kind, this.options.namespace);
      for await (const frame of client.transport.watch({ method: 'GET', path, query: this.watchQuery(), signal: cut.signal })) {
        if (this.stopping.signal.aborted) return;
        listen();
        this.take(frame);
        frames++;
      }
    } finally {
      stopSilence();
      this.stopping.signal.removeEventListener('abort', cancel);
    }
    // A server that ends every watch at once would otherwise be asked without pause.
    if (frames === 0 && clock.monotonic() - began < 1000) throw new Error(`the watch of ${this.kind.plural} ended at once`);
  }

  private watchQuery(): Record<string, string> {
    const random = this.context.random ?? Math.random;
    const query: Record<string, string> = {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: this.version,
      timeoutSeconds: String(Math.round(WATCH_SECONDS * (1 + random()))),
    };
    if (this.options.labelSelector) query['labelSelector'] = this.options.labelSelector;
    return query;
  }

  private take(frame: WatchFrame): void {
    if (frame.type === 'ERROR') {
      const status = toStatus(frame.object);
      throw new KubeApiError(status.code ?? 500, status, `WATCH ${pathOf(this.kind, this.options.namespace)}`);
    }
    this.recovered();
    const object = frame.object as T;
    if (object.metadata?.resourceVersion) this.version = object.metadata.resourceVersion;
    if (frame.type === 'BOOKMARK') return;
    const kept = this.options.keep?.(object) ?? object;
    const change = frame.type === 'DELETED' ? this.cache.remove(kept) : this.cache.put(kept);
    if (change) this.emit(change);
  }

  private emit(change: Change<T>): void {
    for (const listener of [...this.listeners]) this.tell(listener, change);
  }

  private tell(listener: ChangeListener<T>, change: Change<T>): void {
    try {
      listener(change);
    } catch (error) {
      this.context.log.error({ error: causeChain(error), plural: this.kind.plural }, 'a listener of a cache failed');
    }
  }

  private recovered(): void {
    if (this.complained !== '') this.context.log.info({ plural: this.kind.plural }, 'watching again');
    this.failures = 0;
    this.complained = '';
  }

  private async waitAfter(error: unknown): Promise<void> {
    const text = causeChain(error);
    // An expired version is the ordinary end of a long silence; any other trouble is told once, not at each try.
    if (!isGone(error) && text !== this.complained) {
      this.complained = text;
      this.context.log.warn({ error: text, plural: this.kind.plural }, 'listing or watching failed, trying again');
    }
    const random = (this.context.random ?? Math.random)();
    const ms = isNotFound(error) ? UNSERVED_RETRY_MS : backoffMs(this.failures++, RETRY, random);
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.context.clock.after(ms, resolve);
    this.stopping.signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    cancel();
  }
}
