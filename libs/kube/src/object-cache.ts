import { TidegateError } from '@tidegate/kernel';
import { codes } from './kube-api-error.js';
import type { KubeObject } from './kind.js';
import { keyFor, keyOf } from './object-key.js';

export interface Change<T> {
  type: 'added' | 'changed' | 'removed';
  /** For `removed`, the object as it was last seen. */
  object: T;
  /** For `changed`, the object before. */
  previous?: T;
}

export type IndexFunction<T> = (object: T) => string[];

/**
 * Objects of one watch by key, with indexes. As large as the collection it mirrors, so its bound is the API server's store.
 * Objects are frozen before they are stored; managedFields are left out, since no reader of a cache needs them and they are half of it.
 */
export class ObjectCache<T extends KubeObject> {
  private readonly objects = new Map<string, T>();
  private readonly indexes = new Map<string, { of: IndexFunction<T>; entries: Map<string, Map<string, T>> }>();

  get size(): number {
    return this.objects.size;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.objects.get(keyFor(namespace, name));
  }

  list(namespace?: string): T[] {
    const all = [...this.objects.values()];
    return namespace === undefined ? all : all.filter((o) => o.metadata?.namespace === namespace);
  }

  byIndex(index: string, key: string): T[] {
    const found = this.indexes.get(index);
    if (!found) throw new TidegateError(codes.KUBE_INDEX_UNKNOWN, `This cache keeps no index "${index}".`);
    return [...(found.entries.get(key)?.values() ?? [])];
  }

  /** Adds an index over what is there already. The same name twice must mean the same function. */
  addIndex(name: string, of: IndexFunction<T>): void {
    const existing = this.indexes.get(name);
    if (existing?.of === of) return;
    if (existing) {
      throw new TidegateError(codes.KUBE_INDEX_TAKEN, `The index "${name}" of this cache exists with another function.`, {
        remedy: 'Share one exported function, or choose another name.',
      });
    }
    const index = { of, entries: new Map<string, Map<string, T>>() };
    this.indexes.set(name, index);
    for (const [key, object] of this.objects) for (const at of of(object)) indexAt(index.entries, at).set(key, object);
  }

  /** Stores one object; undefined when this very version is here already. */
  put(incoming: T): Change<T> | undefined {
    const key = keyOf(incoming);
    const previous = this.objects.get(key);
    const version = incoming.metadata?.resourceVersion;
    if (previous && version !== undefined && previous.metadata?.resourceVersion === version) return undefined;
    const object = frozen(withoutManagedFields(incoming));
    if (previous) this.unindex(key, previous);
    this.objects.set(key, object);
    for (const { of, entries } of this.indexes.values()) for (const at of of(object)) indexAt(entries, at).set(key, object);
    return previous ? { type: 'changed', object, previous } : { type: 'added', object };
  }

  remove(gone: T): Change<T> | undefined {
    const key = keyOf(gone);
    const previous = this.objects.get(key);
    if (!previous) return undefined;
    this.unindex(key, previous);
    this.objects.delete(key);
    // The watch's last state says more (deletionTimestamp, final status) than the one before it.
    return { type: 'removed', object: frozen(withoutManagedFields(gone)) };
  }

  /** Takes a complete listing; what it lacks is gone. An object made anew under its name is a removal and an addition. */
  replaceAll(items: readonly T[]): Change<T>[] {
    const changes: Change<T>[] = [];
    const listed = new Map(items.map((item) => [keyOf(item), item]));
    for (const [key, object] of [...this.objects]) {
      const now = listed.get(key);
      if (now && now.metadata?.uid === object.metadata?.uid) continue;
      const removed = this.remove(object);
      if (removed) changes.push(removed);
    }
    for (const item of items) {
      const change = this.put(item);
      if (change) changes.push(change);
    }
    return changes;
  }

  private unindex(key: string, object: T): void {
    for (const { of, entries } of this.indexes.values()) {
      for (const at of of(object)) {
        const bucket = entries.get(at);
        bucket?.delete(key);
        if (bucket?.size === 0) entries.delete(at);
      }
    }
  }
}

function indexAt<T>(entries: Map<string, Map<string, T>>, at: string): Map<string, T> {
  const found = entries.get(at);
  if (found) return found;
  const made = new Map<string, T>();
  entries.set(at, made);
  return made;
}

function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}
