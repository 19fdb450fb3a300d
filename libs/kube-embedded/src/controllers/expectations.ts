import type { Clock } from '@tidegate/kernel';

/** After this time an expectation is given up: its event was lost. */
const TIMEOUT_MS = 5 * 60_000;

/**
 * What a controller has written but its cache has not shown yet. Until it has, the controller must not act again: it would make the
 * same pod twice. One entry for each owner with writes under way.
 */
export class Expectations {
  private readonly pending = new Map<string, { created: Set<string>; deleted: Set<string>; since: number }>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  created(owner: string, uid: string): void {
    this.entry(owner).created.add(uid);
  }

  deleted(owner: string, uid: string): void {
    this.entry(owner).deleted.add(uid);
  }

  /** Whether the cache shows everything; `seen` are the uids in it, `ending` those of them that are on their way out. */
  areMet(owner: string, seen: ReadonlySet<string>, ending: ReadonlySet<string>): boolean {
    const entry = this.pending.get(owner);
    if (!entry) return true;
    for (const uid of entry.created) if (seen.has(uid)) entry.created.delete(uid);
    for (const uid of entry.deleted) if (!seen.has(uid) || ending.has(uid)) entry.deleted.delete(uid);
    const met = (entry.created.size === 0 && entry.deleted.size === 0) || this.clock.monotonic() - entry.since > TIMEOUT_MS;
    if (met) this.pending.delete(owner);
    return met;
  }

  /** A created object that was deleted before the cache saw it alive is no longer waited for. */
  forgetCreated(uid: string): void {
    for (const entry of this.pending.values()) entry.created.delete(uid);
  }

  forget(owner: string): void {
    this.pending.delete(owner);
  }

  private entry(owner: string): { created: Set<string>; deleted: Set<string>; since: number } {
    const entry = this.pending.get(owner) ?? { created: new Set<string>(), deleted: new Set<string>(), since: 0 };
    entry.since = this.clock.monotonic();
    this.pending.set(owner, entry);
    return entry;
  }
}
