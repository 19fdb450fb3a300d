import type { LiveFinding } from './live-condition.js';

/** A form that was live is called so for this long after a proxy went away or its resources changed. */
const GRACE_MS = 1000;

export interface LiveAnswer {
  /** What to say; undefined while it is too early to say anything. */
  finding?: LiveFinding;
  /** Look again after so long even if nothing happens. */
  againInMs?: number;
}

interface Entry {
  generation: number;
  said?: LiveFinding;
  notLiveSince?: number;
}

/**
 * Keeps Live from flapping and from being written twice within milliseconds: almost every change is acknowledged in a few of them.
 * A refusal is told at once. Bounded by `forget`.
 */
export class LiveMemory {
  private readonly entries = new Map<string, Entry>();

  /** `now` is monotonic milliseconds; `patienceMs` is the time that proxies have for acknowledging a new generation. */
  judge(key: string, generation: number, found: LiveFinding, now: number, patienceMs: number): LiveAnswer {
    const known = this.entries.get(key);
    const entry: Entry = known?.generation === generation ? known : { generation };
    this.entries.set(key, entry);
    if (found.status === 'True' || found.reason === 'Rejected') {
      entry.notLiveSince = undefined;
      entry.said = found;
      return { finding: found };
    }
    entry.notLiveSince ??= now;
    const wasLive = entry.said?.status === 'True';
    const left = entry.notLiveSince + (wasLive ? GRACE_MS : patienceMs) - now;
    if (left > 0 && (wasLive || !entry.said)) return { finding: entry.said, againInMs: left };
    entry.said = found;
    return { finding: found };
  }

  /** Keeps only these keys. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.entries.keys()) if (!keys.has(key)) this.entries.delete(key);
  }
}
