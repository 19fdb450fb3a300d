import { LATENCY_BOUNDS_MS, type SignalBatch, type VersionSecond } from '@tidegate/signals';
import type { SignalSecond, VersionSignal } from './release.types.js';

/** Upper bound in milliseconds of the bucket that holds the quantile; null without requests, the last bound when slower than all. */
export function quantileMs(latency: readonly number[], quantile: number): number | null {
  const total = latency.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  const index = latency.findIndex((count) => (seen += count) >= quantile * total);
  return LATENCY_BOUNDS_MS[Math.min(index, LATENCY_BOUNDS_MS.length - 1)] ?? null;
}

function toVersionSignal(second: VersionSecond): VersionSignal {
  const { version, rule, requests, failed, latency } = second;
  return { version, rule, requests, failed, p50Ms: quantileMs(latency, 0.5), p99Ms: quantileMs(latency, 0.99) };
}

/** Closed seconds and gaps; what is still open is not shown. */
export function toSignalSecond(batch: SignalBatch): SignalSecond | undefined {
  if (batch.type === 'second') return { second: batch.second, gap: null, versions: batch.versions.map(toVersionSignal) };
  if (batch.type === 'gap') return { second: batch.to, gap: batch.because, versions: [] };
  return undefined;
}
