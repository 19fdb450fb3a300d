import { LATENCY_BOUNDS_MS, type VersionSecond } from '@tidegate/signals';

/** Counts of one version and rule in one second while it is open. */
export interface Counts {
  requests: number;
  failed: number;
  classes: number[];
  latency: number[];
}

export function newCounts(): Counts {
  return { requests: 0, failed: 0, classes: [0, 0, 0, 0, 0, 0], latency: new Array<number>(LATENCY_BOUNDS_MS.length + 1).fill(0) };
}

/** Index of the first bound that is at or above `ms`; one past the last for slower ones. */
export function bucketOf(ms: number): number {
  let low = 0;
  let high = LATENCY_BOUNDS_MS.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((LATENCY_BOUNDS_MS[middle] as number) >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function countRequest(counts: Counts, failed: boolean, classAt: number, latencyMs: number): void {
  counts.requests += 1;
  if (failed) counts.failed += 1;
  counts.classes[classAt] = (counts.classes[classAt] as number) + 1;
  const bucket = bucketOf(latencyMs);
  counts.latency[bucket] = (counts.latency[bucket] as number) + 1;
}

export function addCounts(into: Counts, more: Counts): void {
  into.requests += more.requests;
  into.failed += more.failed;
  more.classes.forEach((n, i) => (into.classes[i] = (into.classes[i] as number) + n));
  more.latency.forEach((n, i) => (into.latency[i] = (into.latency[i] as number) + n));
}

/** A VersionSecond with only its non-empty buckets, [index, count, ...]: a tenth of the memory for a second that is kept. */
export type KeptSecond = Omit<VersionSecond, 'latency'> & { buckets: number[] };

export function keep(second: VersionSecond): KeptSecond {
  const { latency, ...rest } = second;
  return { ...rest, buckets: latency.flatMap((count, i) => (count > 0 ? [i, count] : [])) };
}

export function restore(kept: KeptSecond): VersionSecond {
  const { buckets, ...rest } = kept;
  const latency = newCounts().latency;
  for (let i = 0; i < buckets.length; i += 2) latency[buckets[i] as number] = buckets[i + 1] as number;
  return { ...rest, latency };
}
