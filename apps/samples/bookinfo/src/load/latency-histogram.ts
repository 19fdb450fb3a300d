/** Bucket bounds grow by 5 %: a quantile is right to 5 %, from 0.05 ms to 2 minutes in 302 counters. */
const SMALLEST_MS = 0.05;
const GROWTH = 1.05;
const BUCKETS = 302;

export interface LatencySummary {
  count: number;
  meanMs: number;
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Latencies in buckets of equal ratio: constant memory however many are added. */
export class LatencyHistogram {
  private readonly counts = new Uint32Array(BUCKETS);
  private total = 0;
  private sumMs = 0;
  private mostMs = 0;

  add(ms: number): void {
    const at = ms <= SMALLEST_MS ? 0 : Math.ceil(Math.log(ms / SMALLEST_MS) / Math.log(GROWTH));
    const bucket = Math.min(BUCKETS - 1, at);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.total++;
    this.sumMs += ms;
    this.mostMs = Math.max(this.mostMs, ms);
  }

  /** Upper bound, in milliseconds, of the bucket that holds quantile `q` (0..1); 0 when empty. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.total));
    let seen = 0;
    for (let i = 0; i < BUCKETS; i++) {
      seen += this.counts[i] ?? 0;
      if (seen >= rank) return Math.min(this.mostMs, SMALLEST_MS * GROWTH ** i);
    }
    return this.mostMs;
  }

  summary(): LatencySummary {
    return {
      count: this.total,
      meanMs: this.total === 0 ? 0 : this.sumMs / this.total,
      p50Ms: this.quantile(0.5),
      p90Ms: this.quantile(0.9),
      p99Ms: this.quantile(0.99),
      maxMs: this.mostMs,
    };
  }
}
