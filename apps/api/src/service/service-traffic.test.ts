import { LATENCY_BOUNDS_MS } from '@tidegate/signals';
import { toTraffic } from './service-traffic.js';

const latency = (ms: number, count: number): number[] => [...LATENCY_BOUNDS_MS, Infinity].map((bound, i, all) => (bound >= ms && (all[i - 1] ?? 0) < ms ? count : 0));
const version = (name: string, requests: number, failed: number, ms: number, open = 0) => ({ version: name, requests, failed, latency: latency(ms, requests), open, oldestOpenMs: 0 });
const index = new Map([['shop/reviews', { namespace: 'shop', service: 'reviews', versions: [version('v1', 90, 0, 5), version('v2', 10, 5, 100, 3)] }]]);
const subject = { namespace: 'shop', services: ['reviews'], isAsleep: () => false };

it.each([
  { name: 'of all versions', of: subject, is: { requests: 100, rps: 10, success: 0.95, p50Ms: 5, p99Ms: 100, open: 3, held: 0 } },
  { name: 'of one version', of: { ...subject, version: 'v1' }, is: { requests: 90, success: 1, p99Ms: 5, open: 0 } },
  { name: 'held before a version without pods', of: { ...subject, isAsleep: (v: string) => v === 'v2' }, is: { open: 3, held: 3 } },
  { name: 'of one that nobody asked', of: { ...subject, services: ['ratings'] }, is: { requests: 0, rps: 0, success: null, p50Ms: null } },
  { name: 'of one of the same name elsewhere', of: { ...subject, namespace: 'bank' }, is: { requests: 0 } },
])('$name', ({ of, is }) => {
  expect(toTraffic(of, 10, index)).toMatchObject(is);
});

it('is unknown while telemetry knows nothing', () => {
  expect(toTraffic(subject, 0, index)).toBeNull();
});
