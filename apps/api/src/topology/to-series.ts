import type { SignalBatch } from '@tidegate/signals';
import { quantileMs } from '../release/to-signal-second.js';
import type { SeriesPoint } from './topology.types.js';

type Second = Extract<SignalBatch, { type: 'second' }>;

/** Seconds put together into steps, for each version. A step is of the seconds that are data: its rate is not thinned by gaps. */
export function toSeries(seconds: readonly Second[], step: number): SeriesPoint[] {
  const steps = new Map<number, { seconds: number; versions: Map<string, { requests: number; failed: number; latency: number[] }> }>();
  for (const { second, versions } of seconds) {
    const begins = Math.floor(second / step) * step;
    const at = steps.get(begins) ?? { seconds: 0, versions: new Map<string, { requests: number; failed: number; latency: number[] }>() };
    steps.set(begins, at);
    at.seconds += 1;
    for (const v of versions) {
      if (v.rule === 'mirrored') continue;
      const sum = at.versions.get(v.version) ?? { requests: 0, failed: 0, latency: [] };
      at.versions.set(v.version, { requests: sum.requests + v.requests, failed: sum.failed + v.failed, latency: v.latency.map((n, i) => n + (sum.latency[i] ?? 0)) });
    }
  }
  return [...steps].flatMap(([second, at]) =>
    [...at.versions].map(([version, { requests, failed, latency }]) => ({
      second,
      version,
      rps: requests / at.seconds,
      errors: requests === 0 ? 0 : failed / requests,
      p50Ms: quantileMs(latency, 0.5),
      p95Ms: quantileMs(latency, 0.95),
      p99Ms: quantileMs(latency, 0.99),
    })),
  );
}
