/** A map that forgets its least recently used entry when full. */
export class BoundedMap<K, V> {
  private readonly entries = new Map<K, V>();
  constructor(
    readonly limit: number,
    private readonly onEvict?: (key: K, value: V) => void,
  ) {
    if (!(limit > 0)) throw new RangeError(`BoundedMap needs a limit above zero, got ${limit}`);
  }
  get size(): number {
    return this.entries.size;
  }
  get(key: K): V | undefined {
    const value = this.entries.get(key);
    if (value !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, value);
    }
    return value;
  }
  has(key: K): boolean {
    return this.entries.has(key);
  }
  set(key: K, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.limit) {
      const oldest = this.entries.entries().next().value as [K, V];
      this.entries.delete(oldest[0]);
      this.onEvict?.(...oldest);
    }
  }
  delete(key: K): boolean {
    return this.entries.delete(key);
  }
  keys(): IterableIterator<K> {
    return this.entries.keys();
  }
  values(): IterableIterator<V> {
    return this.entries.values();
  }
  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries.entries();
  }
}

/** Keeps the newest `limit` values, oldest first. */
export class Ring<T> {
  private items: T[] = [];
  private start = 0;
  constructor(readonly limit: number) {
    if (!(limit > 0)) throw new RangeError(`Ring needs a limit above zero, got ${limit}`);
  }
  get length(): number {
    return this.items.length;
  }
  push(item: T): void {
    if (this.items.length < this.limit) this.items.push(item);
    else {
      this.items[this.start] = item;
      this.start = (this.start + 1) % this.limit;
    }
  }
  /** Index 0 is the oldest; negative indexes count from the newest. */
  at(index: number): T | undefined {
    const i = index < 0 ? this.items.length + index : index;
    if (i < 0 || i >= this.items.length) return undefined;
    return this.items[(this.start + i) % this.items.length];
  }
  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = 0; i < this.items.length; i++) yield this.items[(this.start + i) % this.items.length] as T;
  }
}
