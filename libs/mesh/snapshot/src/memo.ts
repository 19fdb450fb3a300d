interface Entry<T> {
  dependencies: readonly unknown[];
  value: T;
}

/**
 * Remembers one value for each key object for as long as everything else it was made from is the very same (by identity).
 * Bounded by the keys: when a key object is gone, so is its value.
 */
export class ObjectMemo<K extends object, T> {
  private readonly entries = new WeakMap<K, Entry<T>>();

  get(key: K, dependencies: readonly unknown[], make: () => T): T {
    const found = this.entries.get(key);
    if (found && sameItems(found.dependencies, dependencies)) return found.value;
    const value = make();
    this.entries.set(key, { dependencies, value });
    return value;
  }
}

/** The same for text keys. Bounded by use: what a build did not ask for is dropped at its end. */
export class Memo<T> {
  private readonly entries = new Map<string, Entry<T> & { build: number }>();
  private build = 0;
  private used = 0;

  get(key: string, dependencies: readonly unknown[], make: () => T): T {
    const found = this.entries.get(key);
    if (found?.build !== this.build) this.used += 1;
    if (found && sameItems(found.dependencies, dependencies)) {
      found.build = this.build;
      return found.value;
    }
    const value = make();
    this.entries.set(key, { dependencies, value, build: this.build });
    return value;
  }

  endBuild(): void {
    if (this.used !== this.entries.size) {
      for (const [key, entry] of this.entries) if (entry.build !== this.build) this.entries.delete(key);
    }
    this.build += 1;
    this.used = 0;
  }

  get size(): number {
    return this.entries.size;
  }
}

export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
