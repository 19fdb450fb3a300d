import { Ring } from '@tidegate/kernel';
import type { KubeObject } from '@tidegate/kube';

/** One committed change. `previous` lets a reader go back in time, and watchers with selectors see objects leave. */
export interface StoredChange {
  type: 'added' | 'modified' | 'deleted';
  /** group/plural, the storage name of a kind whatever the version. */
  resource: string;
  /** namespace/name, or name. */
  key: string;
  revision: number;
  /** For deletions the last state, with the deletion's resourceVersion. Frozen. */
  object: KubeObject;
  previous: KubeObject | undefined;
}

/** Changes kept for watchers that come back and for chunked lists: some minutes of a busy laptop. The rest answers 410 Expired. */
export const HISTORY_LIMIT = 4096;

/** The objects of one resource, sorted by key as etcd sorts them, and its newest changes. */
export class ResourceTable {
  private readonly objects = new Map<string, KubeObject>();
  private readonly sorted: string[] = [];
  private readonly changes: Ring<StoredChange>;
  /** History is complete after this revision. */
  private floor: number;

  constructor(floor: number, historyLimit: number) {
    this.floor = floor;
    this.changes = new Ring(historyLimit);
  }

  get size(): number {
    return this.objects.size;
  }

  get(key: string): KubeObject | undefined {
    return this.objects.get(key);
  }

  /** From a snapshot, before any change. */
  load(key: string, object: KubeObject): void {
    this.insert(key, object);
  }

  apply(change: StoredChange): void {
    if (change.type === 'deleted') this.remove(change.key);
    else this.insert(change.key, change.object);
    const oldest = this.changes.length === this.changes.limit ? this.changes.at(0) : undefined;
    if (oldest) this.floor = oldest.revision;
    this.changes.push(change);
  }

  /** All objects whose key starts with `prefix` ('' for all), in key order. */
  list(prefix: string): KubeObject[] {
    const found: KubeObject[] = [];
    for (let i = this.position(prefix); i < this.sorted.length; i++) {
      const key = this.sorted[i] as string;
      if (!key.startsWith(prefix)) break;
      found.push(this.objects.get(key) as KubeObject);
    }
    return found;
  }

  /** The same as of `revision`: today's objects with the newer changes undone. Undefined when history does not reach back so far. */
  listAt(prefix: string, revision: number): KubeObject[] | undefined {
    if (revision < this.floor) return undefined;
    const undone = new Map<string, KubeObject | undefined>();
    for (let i = this.changes.length - 1; i >= 0; i--) {
      const change = this.changes.at(i) as StoredChange;
      if (change.revision <= revision) break;
      if (change.key.startsWith(prefix)) undone.set(change.key, change.previous);
    }
    if (undone.size === 0) return this.list(prefix);
    const then = new Map<string, KubeObject>();
    for (let i = this.position(prefix); i < this.sorted.length; i++) {
      const key = this.sorted[i] as string;
      if (!key.startsWith(prefix)) break;
      then.set(key, this.objects.get(key) as KubeObject);
    }
    for (const [key, object] of undone) {
      if (object) then.set(key, object);
      else then.delete(key);
    }
    return [...then.keys()].sort(byteOrder).map((key) => then.get(key) as KubeObject);
  }

  /** Changes after `revision`, oldest first; undefined when some of them are forgotten. */
  changesAfter(revision: number): StoredChange[] | undefined {
    if (revision < this.floor) return undefined;
    const newer: StoredChange[] = [];
    for (let i = this.changes.length - 1; i >= 0; i--) {
      const change = this.changes.at(i) as StoredChange;
      if (change.revision <= revision) break;
      newer.push(change);
    }
    return newer.reverse();
  }

  entries(): IterableIterator<[string, KubeObject]> {
    return this.objects.entries();
  }

  private insert(key: string, object: KubeObject): void {
    if (!this.objects.has(key)) this.sorted.splice(this.position(key), 0, key);
    this.objects.set(key, object);
  }

  private remove(key: string): void {
    if (this.objects.delete(key)) this.sorted.splice(this.position(key), 1);
  }

  /** Index of the first key not below `key`. */
  private position(key: string): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.sorted[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function byteOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
