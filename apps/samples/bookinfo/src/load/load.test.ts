import fc from 'fast-check';
import { Schedule } from './arrivals.js';
import { LatencyHistogram } from './latency-histogram.js';
import { NO_VERSION, Tally } from './tally.js';
import { Users } from './users.js';

describe('Schedule', () => {
  it('spaces fixed arrivals evenly', () => {
    const schedule = new Schedule(1000, 50, 'fixed', () => 0);
    const times = [schedule.due];
    for (let i = 0; i < 2; i++) {
      schedule.advance();
      times.push(schedule.due);
    }
    expect(times).toEqual([1020, 1040, 1060]);
  });
  it('draws exponential gaps with the mean of the rate', () => {
    let n = 0;
    // Evenly spread quantiles instead of chance: their mean is the distribution's.
    const schedule = new Schedule(0, 100, 'poisson', () => ((n++ * 7919) % 10_000) / 10_000);
    for (let i = 1; i < 10_000; i++) schedule.advance();
    expect(schedule.due / 10_000).toBeCloseTo(10, 1);
  });
});

describe('LatencyHistogram', () => {
  it('knows quantiles to five percent', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.06, max: 60_000, noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const histogram = new LatencyHistogram();
          for (const v of values) histogram.add(v);
          const exact = [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)] ?? 0;
          expect(histogram.quantile(q) / exact).toBeGreaterThan(0.999);
          expect(histogram.quantile(q) / exact).toBeLessThan(1.051);
        },
      ),
    );
  });
  it('is empty, and takes what is beyond its bounds', () => {
    const histogram = new LatencyHistogram();
    expect(histogram.summary()).toEqual({ count: 0, meanMs: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, maxMs: 0 });
    histogram.add(0);
    histogram.add(10_000_000);
    expect(histogram.summary()).toMatchObject({ count: 2, maxMs: 10_000_000 });
  });
});

describe('Tally', () => {
  it('keeps failures on purpose apart from others', () => {
    const tally = new Tally();
    const result = { scheduledAtMs: 0, latencyMs: 5 };
    tally.add({ ...result, outcome: 'ok', status: 200, servedBy: 'reviews-v1' });
    tally.add({ ...result, outcome: 'injected', status: 500, servedBy: 'reviews-v2' });
    tally.add({ ...result, outcome: 'failed', status: 503, cause: 'http-503 UH' });
    tally.add({ ...result, outcome: 'failed', cause: 'connect' });
    const report = tally.report();
    expect(report['reviews-v1']).toMatchObject({ count: 1, injected: 0, failed: 0 });
    expect(report['reviews-v2']).toMatchObject({ count: 1, injected: 1, failed: 0, statuses: { '500': 1 } });
    expect(report[NO_VERSION]).toMatchObject({ count: 2, failed: 2, causes: { 'http-503 UH': 1, connect: 1 } });
  });
  it('is bounded, whatever the header says', () => {
    const tally = new Tally();
    for (let i = 0; i < 1000; i++) tally.add({ scheduledAtMs: 0, latencyMs: 1, outcome: 'ok', servedBy: `v${i}` });
    expect(Object.keys(tally.report())).toHaveLength(33);
    expect(tally.report()['(other)']?.count).toBe(968);
  });
});

describe('Users', () => {
  it('counts users, not requests', () => {
    const users = new Users({ count: 10 });
    users.met(1, 'v2', 'injected');
    users.met(1, 'v2', 'injected');
    users.met(1, 'v1', 'ok');
    users.met(2, 'v1', 'failed');
    expect(users.report()).toEqual({ count: 10, active: 2, metVersion: { v2: 1, v1: 2 }, metInjected: 1, metFailed: 1 });
  });
  it('keeps each user its own cookies', () => {
    const users = new Users({ count: 3, cookie: 'session' });
    users.keepCookies(1, ['cohort=abc; Path=/; HttpOnly', 'broken']);
    users.keepCookies(1, ['cohort=def']);
    expect(users.headersOf(1)).toEqual({ 'x-user': 'user-1', cookie: 'session=user-1; cohort=def' });
    expect(users.headersOf(2)).toEqual({ 'x-user': 'user-2', cookie: 'session=user-2' });
  });
});
