import type { Aggregation } from '../scaling-settings.js';

/** At least this share of all weights lies within the window, unless that makes them decay too slowly. */
const WEIGHT_WITHIN = 0.9999;
const SLOWEST_DECAY = 0.2;
const PRECISION = 1e6;

/** How fast weights fall from one second to the one before, for a window of that many seconds. */
export function smoothingCoefficient(seconds: number): number {
  return Math.max(1 - (1 - WEIGHT_WITHIN) ** (1 / seconds), SLOWEST_DECAY);
}

/**
 * Load per second over the newest `seconds` seconds: a ring with one place for each. Times are whole seconds since the epoch.
 * An average counts only the seconds since the first value, so that a revision that has just woken up is judged by what it has had, and not by
 * its sleep; after a window without any value it begins anew. (The arithmetic of Knative's TimedFloat64Buckets.)
 */
export class MetricWindow {
  private values: Float64Array;
  private first = -1;
  private last = -1;

  constructor(seconds: number) {
    this.values = new Float64Array(Math.max(1, seconds));
  }

  get seconds(): number {
    return this.values.length;
  }

  /** The newest second that has a value; -1 before the first. */
  get newest(): number {
    return this.last;
  }

  /** Adds to a second. One that the window has left behind is dropped; seconds that were skipped are 0. */
  record(second: number, value: number): void {
    const n = this.values.length;
    if (second > this.last) {
      if (this.last < 0 || second - this.last >= n) {
        this.values.fill(0);
        this.first = second;
      } else for (let s = this.last + 1; s <= second; s++) this.values[s % n] = 0;
      this.last = second;
    } else if (this.last - second >= n) return;
    else if (second < this.first) this.first = second;
    this.values[second % n] = (this.values[second % n] as number) + value;
  }

  /** No value within the window before `now`. */
  isEmpty(now: number): boolean {
    return this.last < 0 || now - this.last > this.values.length;
  }

  /** Average load over the window that ends with `now`. */
  average(now: number, aggregation: Aggregation): number {
    const n = this.values.length;
    const silent = Math.max(0, now - this.last);
    if (this.last < 0 || silent >= n) return 0;
    // A correction may come before what it corrects.
    return Math.max(0, aggregation === 'linear' ? this.linear(n, silent) : this.weighted(n, silent));
  }

  /** Another length, keeping the newest values. */
  resize(seconds: number): void {
    const n = Math.max(1, seconds);
    if (n === this.values.length) return;
    const old = this.values;
    this.values = new Float64Array(n);
    if (this.last < 0) return;
    const kept = Math.min(n, old.length, this.last - this.first + 1);
    for (let s = this.last - kept + 1; s <= this.last; s++) this.values[s % n] = old[s % old.length] as number;
    this.first = this.last - kept + 1;
  }

  private linear(n: number, silent: number): number {
    const spoken = Math.min(n - silent, this.last - this.first + 1);
    let total = 0;
    for (let s = this.last - spoken + 1; s <= this.last; s++) total += this.values[s % this.values.length] as number;
    return Math.round((total / spoken) * PRECISION) / PRECISION;
  }

  private weighted(n: number, silent: number): number {
    const decay = smoothingCoefficient(n);
    const spoken = Math.min(n - silent, this.last - this.first + 1);
    let weight = decay * (1 - decay) ** silent;
    let average = 0;
    for (let s = this.last; s > this.last - spoken; s--) {
      average += (this.values[s % this.values.length] as number) * weight;
      weight *= 1 - decay;
    }
    return average;
  }
}
