import { BoundedMap, type Clock } from '@tidegate/kernel';
import { type Kind, type KubeObject } from './kind.js';
import { keyFor, keyOf } from './object-key.js';

/** Newest answers kept; the oldest is forgotten, which costs at most one decision from a cache a moment behind. */
const MOST_OBJECTS = 4096;
/** A cache that still lacks an object after this long is right: it was deleted. */
const TRUSTED_MS = 5_000;

/**
 * Answers of the API to our own writes, until the caches have them: a decision must not be made again from a state that
 * was already left. Versions are compared as numbers, as Kubernetes allows since 1.35 and every store has done.
 */
export class WrittenObjects {
  private readonly objects = new BoundedMap<string, { object: KubeObject; at: number }>(MOST_OBJECTS);
  constructor(private readonly clock: Clock) {}

  note<T extends KubeObject>(kind: Kind<T>, object: T): T {
    this.objects.set(this.keyFor(kind, object), { object, at: this.clock.monotonic() });
    return object;
  }

  forget<T extends KubeObject>(kind: Kind<T>, namespace: string | undefined, name: string): void {
    this.objects.delete(`${kind.group}/${kind.plural}/${keyFor(namespace, name)}`);
  }

  /** The newer of what the cache has and what we wrote. */
  newest<T extends KubeObject>(kind: Kind<T>, namespace: string | undefined, name: string, cached: T | undefined): T | undefined {
    const key = `${kind.group}/${kind.plural}/${keyFor(namespace, name)}`;
    const written = this.objects.get(key);
    if (!written) return cached;
    const isOld = this.clock.monotonic() - written.at > TRUSTED_MS;
    if (cached === undefined ? isOld : isOld || versionOf(cached) >= versionOf(written.object)) {
      this.objects.delete(key);
      return cached;
    }
    // Only objects of this kind are stored under the kind's key.
    return written.object as T;
  }

  private keyFor(kind: Kind, object: KubeObject): string {
    return `${kind.group}/${kind.plural}/${keyOf(object)}`;
  }
}

function versionOf(object: KubeObject): bigint {
  const text = object.metadata?.resourceVersion ?? '';
  return /^\d+$/.test(text) ? BigInt(text) : 0n;
}
