interface Entry<T> {
  dependencies: readonly unknown[];
  value: T;
  build: number;
}

/**
 * Remembers values by key for as long as everything they were made from is the very same (by identity).
 * Bounded by use: what a build did not ask for is dropped at its end.
 */
export class Memo<T> {
  private readonly entries = new Map<string, Entry<T>>();
  private build = 0;
  private used = 0;

  get(key: string, dependencies: readonly unknown[], make: () => T): T {
    const found = this.entries.get(key);
    if (found && sameItems(found.dependencies, dependencies)) {
      if (found.build !== this.build) this.used += 1;
      found.build = this.build;
      return found.value;
    }
    if (found?.build !== this.build) this.used += 1;
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
