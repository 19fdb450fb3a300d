import { LATENCY_BOUNDS_MS } from '@tidegate/signals';
import { toSeries } from './to-series.js';

const latency = (ms: number, n: number) => [...LATENCY_BOUNDS_MS, Infinity].map((bound) => (bound === ms ? n : 0));
const second = (at: number, version: string, requests: number, failed = 0, rule = 'weighted') => ({
  type: 'second' as const,
  second: at,
  versions: [{ version, rule, requests, failed, classes: [], latency: latency(10, requests) }],
  proxies: { live: 1, total: 1 },
  late: 0,
});

it('puts seconds into steps, and a gap does not thin the rate', () => {
  expect(toSeries([second(100, 'v1', 10, 5), second(101, 'v1', 30), second(106, 'v2', 4), second(107, 'v2', 4, 0, 'mirrored')], 5)).toEqual([
    { second: 100, version: 'v1', rps: 20, errors: 0.125, p50Ms: 10, p95Ms: 10, p99Ms: 10 },
    { second: 105, version: 'v2', rps: 2, errors: 0, p50Ms: 10, p95Ms: 10, p99Ms: 10 },
  ]);
});

it('has no points without requests', () => {
  expect(toSeries([], 5)).toEqual([]);
});
