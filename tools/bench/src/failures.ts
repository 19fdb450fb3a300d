import type { LoadResult } from '@tidegate/sample-bookinfo';

/** Answers of 400 and above, and those that did not come, by what they were, with the seconds of the first and the last of each. */
export class Failures {
  private readonly seen = new Map<string, { count: number; firstMs: number; lastMs: number }>();
  private readonly began = performance.timeOrigin + performance.now();
  count = 0;

  add({ outcome, status, cause, scheduledAtMs }: LoadResult): void {
    if (outcome !== 'failed' && (status ?? 0) < 400) return;
    this.count += 1;
    // Statuses and causes are few.
    const what = cause ?? String(status);
    const atMs = scheduledAtMs - this.began;
    const known = this.seen.get(what) ?? { count: 0, firstMs: atMs, lastMs: atMs };
    this.seen.set(what, { count: known.count + 1, firstMs: Math.min(known.firstMs, atMs), lastMs: Math.max(known.lastMs, atMs) });
  }

  told(): string {
    const seconds = (ms: number): string => (ms / 1000).toFixed(1);
    const all = [...this.seen].map(
      ([what, { count, firstMs, lastMs }]) => `${count} x ${what} from ${seconds(firstMs)} to ${seconds(lastMs)} s`,
    );
    return all.join(', ') || '-';
  }
}
