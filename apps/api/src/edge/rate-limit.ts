import { BoundedMap } from '@tidegate/kernel';

/** Callers that are remembered; one that comes back after being forgotten begins with a full bucket. */
const CALLERS = 10_000;

/** A bucket of tokens for each caller: `burst` at once, `perSecond` in the long run. */
export class RateLimit {
  private readonly buckets = new BoundedMap<string, { tokens: number; atMs: number }>(CALLERS);

  constructor(private readonly allows: { perSecond: number; burst: number }) {}

  /** Seconds to wait; 0 when the caller may go on. */
  take(caller: string, nowMs: number): number {
    const { perSecond, burst } = this.allows;
    const known = this.buckets.get(caller) ?? { tokens: burst, atMs: nowMs };
    const tokens = Math.min(burst, known.tokens + (Math.max(0, nowMs - known.atMs) / 1000) * perSecond);
    const isEnough = tokens >= 1;
    this.buckets.set(caller, { tokens: isEnough ? tokens - 1 : tokens, atMs: nowMs });
    return isEnough ? 0 : Math.ceil((1 - tokens) / perSecond);
  }
}
