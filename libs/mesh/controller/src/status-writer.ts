import { isDeepStrictEqual } from 'node:util';
import { backoffMs, causeChain, type Clock, type Logger } from '@tidegate/kernel';
import { isConflict, isNotFound, keyOf, type Kind, type KubeClient, type KubeObject } from '@tidegate/kube';

export interface StatusWriterOptions {
  client: KubeClient;
  clock: Clock;
  log: Logger;
  /** Called when an object should be looked at again because its write failed. */
  retry: () => void;
  written: (result: 'written' | 'conflict' | 'failed') => void;
  /** In [0,1), for the delay of retries; default Math.random. */
  random?: () => number;
}

interface Write {
  kind: Kind;
  object: KubeObject;
  status: object;
}

const CONCURRENT = 8;
const RETRY = { baseMs: 250, maxMs: 15_000 };

/**
 * Writes status, only where it differs, with the version that was read: a status that somebody else has changed meanwhile is looked at
 * again instead of overwritten. One write per object is under way; bounded by the objects that have a status of ours.
 */
export class StatusWriter {
  /** By object: the version that a write was made from. Until the cache has a newer one, there is nothing to compare with. */
  private readonly writtenFrom = new Map<string, string>();
  private readonly failures = new Map<string, number>();
  private readonly queue = new Map<string, Write>();
  private active = 0;
  private stopped = false;

  constructor(private readonly options: StatusWriterOptions) {}

  /** `status` holds the fields to write; others of the object's status stay. True while something has to be written, also by a write under way or about to be tried again. */
  want(kind: Kind, object: KubeObject & { status?: object }, status: object): boolean {
    const key = `${kind.plural}/${keyOf(object)}`;
    const version = object.metadata?.resourceVersion ?? '';
    if (this.writtenFrom.get(key) === version) return true;
    this.writtenFrom.delete(key);
    const before = Object.fromEntries(Object.keys(status).map((field) => [field, fieldOf(object.status, field)]));
    if (isDeepStrictEqual(plain(before), plain(status))) {
      this.queue.delete(key);
      this.failures.delete(key);
      return false;
    }
    this.queue.set(key, { kind, object, status });
    this.next();
    return true;
  }

  /** The object is gone. */
  forget(kind: Kind, object: KubeObject): void {
    const key = `${kind.plural}/${keyOf(object)}`;
    for (const table of [this.writtenFrom, this.failures, this.queue]) table.delete(key);
  }

  stop(): void {
    this.stopped = true;
    this.queue.clear();
  }

  private next(): void {
    for (const [key, write] of this.queue) {
      if (this.active >= CONCURRENT || this.stopped) return;
      this.queue.delete(key);
      this.active++;
      this.writtenFrom.set(key, write.object.metadata?.resourceVersion ?? '');
      void this.write(key, write).finally(() => {
        this.active--;
        this.next();
      });
    }
  }

  private async write(key: string, { kind, object, status }: Write): Promise<void> {
    const { client, written, log, clock, retry, random = Math.random } = this.options;
    const { name = '', namespace, resourceVersion } = object.metadata ?? {};
    try {
      const body = { metadata: { resourceVersion }, status };
      await client.patch(kind, name, namespace, { type: 'merge', body }, { subresource: 'status' });
      this.failures.delete(key);
      written('written');
    } catch (error) {
      if (this.stopped || isNotFound(error)) return;
      // The newer object is on its way to the cache, and will be looked at when it comes; the retry is for when it came before this answer.
      written(isConflict(error) ? 'conflict' : 'failed');
      if (!isConflict(error)) log.warn({ object: key, error: causeChain(error) }, 'a status was not written, trying again');
      const attempt = this.failures.get(key) ?? 0;
      this.failures.set(key, attempt + 1);
      clock.after(backoffMs(attempt, RETRY, random()), () => {
        if (this.writtenFrom.get(key) === resourceVersion) this.writtenFrom.delete(key);
        if (!this.stopped) retry();
      });
    }
  }
}

function fieldOf(status: object | undefined, field: string): unknown {
  return status && field in status ? Object.entries(status).find(([name]) => name === field)?.[1] : undefined;
}

/** As it comes back from the server: without undefined fields, and an empty list is as good as none. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (Array.isArray(inner) && inner.length === 0 ? undefined : inner)));
}
