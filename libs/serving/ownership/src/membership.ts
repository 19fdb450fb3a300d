import type { Lease } from '@tidegate/kube';

/** Where a member is reached. */
export interface Member {
  identity: string;
  address: string;
}

/** Annotation of a member's Lease. */
export const ADDRESS_ANNOTATION = 'serving.tidegate.dev/address';

/** Members known at once; a Lease beyond it is not looked at. */
const MOST_MEMBERS = 64;
/** A Lease that ran out this long ago belongs to nobody any more, and may be removed. */
const FORGOTTEN_MS = 60_000;

interface Known extends Member {
  name: string;
  record: string;
  seenMs: number;
  durationMs: number;
}

/**
 * Who takes part, from a Lease for each member. No clock but one's own is trusted: a Lease counts from the moment when *we* saw its record change
 * (as leader election does). Times are monotonic milliseconds. One's own membership counts from when the renewal was sent.
 */
export class Membership {
  private readonly known = new Map<string, Known>();

  /** A Lease as it is now; `seenMs` is earlier than now for one that we wrote ourselves. */
  observe(lease: Lease, seenMs: number): void {
    const { name = '', annotations } = lease.metadata ?? {};
    const identity = lease.spec?.holderIdentity ?? '';
    const address = annotations?.[ADDRESS_ANNOTATION] ?? '';
    if (identity === '' || address === '' || (!this.known.has(name) && this.known.size >= MOST_MEMBERS)) return;
    const record = JSON.stringify([lease.spec, lease.metadata?.uid]);
    if (this.known.get(name)?.record === record) return;
    this.known.set(name, { name, identity, address, record, seenMs, durationMs: (lease.spec?.leaseDurationSeconds ?? 0) * 1000 });
  }

  /** The Lease is gone: its member has left. */
  remove(name: string): void {
    this.known.delete(name);
  }

  /** Members whose Lease has not run out, sorted by identity. */
  live(nowMs: number): Member[] {
    return [...this.known.values()]
      .filter((k) => nowMs - k.seenMs < k.durationMs)
      .map(({ identity, address }) => ({ identity, address }))
      .sort((a, b) => (a.identity < b.identity ? -1 : 1));
  }

  /** Members whose Lease is there, run out or not: one that cannot renew it may be alive. */
  present(): Member[] {
    return [...this.known.values()].map(({ identity, address }) => ({ identity, address }));
  }

  /** When the Lease of this name runs out; undefined when it is not known. */
  until(name: string): number | undefined {
    const known = this.known.get(name);
    return known && known.seenMs + known.durationMs;
  }

  /** Names of Leases that nobody has renewed for long. */
  forgotten(nowMs: number): string[] {
    return [...this.known.values()].filter((k) => nowMs - k.seenMs > k.durationMs + FORGOTTEN_MS).map((k) => k.name);
  }
}
