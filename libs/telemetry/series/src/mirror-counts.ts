import { bucketOf, newCounts, type Counts } from './second-counts.js';

/** What the metrics service reports of one cluster in one flush interval: new requests by class, and their times. */
export interface MirrorDelta {
  /** [1xx, 2xx, 3xx, 4xx, 5xx]. Requests without an answer are 5xx here: Envoy charges them so. */
  classes: readonly number[];
  /** Upper bound in ms and how many requests fell into the bucket (not cumulative). */
  buckets: readonly { upperMs: number; count: number }[];
}

/**
 * Turns deltas of counters and histograms into counts whose latencies sum to the requests. Both are read at slightly
 * different moments, so an excess of either waits for the next flush; failed requests that have no time got no answer
 * and count as slower than every bound.
 */
export class MirrorCounts {
  private waiting: Counts = newCounts();
  private timed = 0;

  add(delta: MirrorDelta): Counts {
    const waiting = this.waiting;
    delta.classes.forEach((n, i) => (waiting.classes[i] = (waiting.classes[i] as number) + n));
    for (const { upperMs, count } of delta.buckets) {
      const bucket = bucketOf(upperMs);
      waiting.latency[bucket] = (waiting.latency[bucket] as number) + count;
      this.timed += count;
    }
    const requests = waiting.classes.reduce((sum, n) => sum + n, 0);
    const unanswered = Math.min(waiting.classes[4] as number, Math.max(0, requests - this.timed));
    const last = waiting.latency.length - 1;
    waiting.latency[last] = (waiting.latency[last] as number) + unanswered;
    const now = newCounts();
    now.requests = Math.min(requests, this.timed + unanswered);
    take(waiting.classes, now.classes, now.requests, [4, 3, 2, 1, 0]);
    take(waiting.latency, now.latency, now.requests, [...waiting.latency.keys()].reverse());
    now.failed = now.classes[4] as number;
    this.timed = waiting.latency.reduce((sum, n) => sum + n, 0);
    return now;
  }
}

/** Moves `count` from one list to another, in the given order of places. */
function take(from: number[], to: number[], count: number, order: readonly number[]): void {
  let left = count;
  for (const i of order) {
    const moved = Math.min(left, from[i] as number);
    from[i] = (from[i] as number) - moved;
    to[i] = moved;
    left -= moved;
  }
}
