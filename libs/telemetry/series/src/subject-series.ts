import { Ring } from '@tidegate/kernel';
import type { SignalBatch, Subject, VersionSecond } from '@tidegate/signals';
import { type Counts, type KeptSecond, keep, newCounts, restore } from './second-counts.js';
import type { ProxyStream } from './proxy-streams.js';

/** Versions times rules of one Service; more are counted as lost. */
const BINS = 64;

/** One version and rule of a Service. */
export interface Bin {
  subject: SubjectSeries;
  version: string;
  rule: string;
  /** No longer counted: a cache that still holds it must ask anew. */
  forgotten: boolean;
  /** Seconds not closed yet. */
  pending: Map<number, Counts>;
  /** Open requests by key, in order of arrival. Bounded over all bins by `OpenRequests`. */
  open: Map<string, { startMs: number; stream: ProxyStream }>;
}

/** What is known of one Service: open seconds per bin, closed seconds with traffic in a ring, and who listens. */
export class SubjectSeries {
  readonly listeners = new Set<(batch: SignalBatch) => void>();
  late = 0;
  private readonly bins = new Map<string, Bin>();
  private readonly closed: Ring<{ second: number; versions: KeptSecond[] }>;
  constructor(
    readonly subject: Subject,
    /** First second that can be complete. */
    readonly since: number,
    seconds: number,
  ) {
    this.closed = new Ring(seconds);
  }

  /** Undefined when the Service has too many versions and rules. */
  bin(version: string, rule: string): Bin | undefined {
    const key = `${version}/${rule}`;
    const known = this.bins.get(key);
    if (known) return known;
    if (this.bins.size >= BINS && !this.forgetIdleBin()) return undefined;
    const bin: Bin = { subject: this, version, rule, forgotten: false, pending: new Map(), open: new Map() };
    this.bins.set(key, bin);
    return bin;
  }

  allBins(): IterableIterator<Bin> {
    return this.bins.values();
  }

  /** Takes the counts of a second out of the bins and keeps them, unless it was empty. */
  close(second: number): VersionSecond[] {
    const versions: VersionSecond[] = [];
    for (const bin of this.bins.values()) {
      const counts = bin.pending.get(second);
      if (!counts) continue;
      bin.pending.delete(second);
      versions.push({ version: bin.version, rule: bin.rule, ...counts });
    }
    if (versions.length > 0) this.closed.push({ second, versions: versions.map(keep) });
    return versions;
  }

  /** Drops the counts of a second that is a gap. */
  discard(second: number): void {
    for (const bin of this.bins.values()) bin.pending.delete(second);
  }

  /** Closed seconds with traffic from `from` on. */
  *kept(from: number): IterableIterator<{ second: number; versions: VersionSecond[] }> {
    for (const { second, versions } of this.closed) if (second >= from) yield { second, versions: versions.map(restore) };
  }

  openNow(nowMs: number): { version: string; rule: string; open: number; oldestMs: number }[] {
    const result = [];
    for (const bin of this.bins.values()) {
      const [oldest] = bin.open.values();
      if (!oldest) continue;
      result.push({ version: bin.version, rule: bin.rule, open: bin.open.size, oldestMs: Math.max(0, nowMs - oldest.startMs) });
    }
    return result;
  }

  emit(batch: SignalBatch): void {
    for (const listener of this.listeners) listener(batch);
  }

  private forgetIdleBin(): boolean {
    for (const [key, bin] of this.bins) {
      if (bin.pending.size > 0 || bin.open.size > 0) continue;
      bin.forgotten = true;
      return this.bins.delete(key);
    }
    return false;
  }
}

/** The counts of a bin in a second that is still open. */
export function pendingCounts(bin: Bin, second: number): Counts {
  let counts = bin.pending.get(second);
  if (!counts) bin.pending.set(second, (counts = newCounts()));
  return counts;
}
