import { causeChain, type BackoffShape, type Clock, type Logger } from '@tidegate/kernel';
import type { Registry } from 'prom-client';
import { controllerMetrics } from './controller-metrics.js';
import type { Informer } from './informer.js';
import { isConflict } from './kube-api-error.js';
import type { KubeObject } from './kind.js';
import { WorkQueue } from './work-queue.js';

/** What a reconcile answers: nothing, or when to look again. */
export type Reconciled = { againInMs?: number } | void;

/** Changes of `informer` enqueue `toKeys` of the object, and of what it was before, so that a moved reference reconciles both ends. */
export interface Watch<T extends KubeObject> {
  informer: Informer<T>;
  toKeys: (object: T) => string[];
}

/** `Kinds` are the shapes of the watched kinds, one for each watch; they are inferred. */
export interface ControllerOptions<Kinds extends KubeObject[]> {
  /** `release.progress`: logs and the metric label. */
  name: string;
  clock: Clock;
  log: Logger;
  registry?: Registry;
  /** Keys worked on at the same time; default 4. */
  workers?: number;
  /** Delay after the first failure of a key and its growth; default 100 ms doubling to 60 s. */
  backoff?: BackoffShape;
  /** In [0,1); default Math.random. */
  random?: () => number;
  /** Takes no hint about what changed: it looks at everything, decides, writes. Aborts with `signal` when the controller stops. */
  reconcile: (key: string, signal: AbortSignal) => Promise<Reconciled>;
  watches: { [I in keyof Kinds]: Watch<Kinds[I]> };
}

export interface RunningController {
  enqueue(key: string, afterMs?: number): void;
  /** Takes no new keys, aborts the running ones and waits for them. */
  stop(): Promise<void>;
}

const BACKOFF: BackoffShape = { baseMs: 100, maxMs: 60_000, jitter: 0.3 };

/** Starts workers once every watched cache is complete, so that no decision is made from half a picture. */
export function startController<Kinds extends KubeObject[]>(options: ControllerOptions<Kinds>): RunningController {
  const { clock, log, name } = options;
  const queue = new WorkQueue({ clock, backoff: options.backoff ?? BACKOFF, random: options.random ?? Math.random });
  const stopping = new AbortController();
  const metrics = controllerMetrics(options.registry, name, () => queue.depth);
  const ends: (() => void)[] = [];

  async function work(): Promise<void> {
    for (let key = await queue.next(); key !== undefined; key = await queue.next()) {
      if (!stopping.signal.aborted) await reconcileOne(key);
      queue.done(key);
    }
  }

  async function reconcileOne(key: string): Promise<void> {
    const began = clock.monotonic();
    let result: 'done' | 'again' | 'conflict' | 'failed' = 'done';
    try {
      const answer = await options.reconcile(key, stopping.signal);
      queue.forget(key);
      if (answer?.againInMs !== undefined) {
        result = 'again';
        queue.addAfter(key, answer.againInMs);
      }
    } catch (error) {
      if (stopping.signal.aborted) return;
      result = isConflict(error) ? 'conflict' : 'failed';
      const retryInMs = Math.round(queue.addAfterFailure(key));
      // A conflict means only that the cache was a moment behind.
      log[result === 'conflict' ? 'debug' : 'warn'](
        { controller: name, object: key, retryInMs, error: causeChain(error) },
        'reconcile failed',
      );
    }
    metrics.observe(result, (clock.monotonic() - began) / 1000);
  }

  async function run(): Promise<void> {
    const stopped = new Promise((resolve) => stopping.signal.addEventListener('abort', resolve, { once: true }));
    // An API that does not answer must not keep anybody from stopping.
    await Promise.race([Promise.all(options.watches.map((w) => w.informer.synced)), stopped]);
    if (stopping.signal.aborted) return;
    for (const watch of options.watches) ends.push(follow(watch, (key) => queue.add(key)));
    await Promise.all(Array.from({ length: options.workers ?? 4 }, work));
  }

  const running = run().catch((error: unknown) => {
    if (!stopping.signal.aborted) log.error({ controller: name, error: causeChain(error) }, 'the controller ended');
  });

  return {
    enqueue: (key, afterMs = 0) => queue.addAfter(key, afterMs),
    async stop() {
      stopping.abort(new Error(`controller ${name} is stopping`));
      for (const end of ends.splice(0)) end();
      queue.close();
      await running;
    },
  };
}

function follow<T extends KubeObject>(watch: Watch<T>, enqueue: (key: string) => void): () => void {
  return watch.informer.onChange((change) => {
    for (const key of watch.toKeys(change.object)) enqueue(key);
    if (change.previous) for (const key of watch.toKeys(change.previous)) enqueue(key);
  });
}
