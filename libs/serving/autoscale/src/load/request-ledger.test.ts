import type { RequestEvent } from '@tidegate/signals';
import * as fc from 'fast-check';
import type { LoadReport } from './load-report.js';
import { RequestLedger } from './request-ledger.js';

/** A whole second. */
const T = 1_700_000_000_000;
const S = T / 1000;

function event(phase: RequestEvent['phase'], id: string, atMs: number, more: Partial<RequestEvent> = {}): RequestEvent {
  return { phase, proxy: 'p1', streamId: id, namespace: 'shop', service: 'cart', version: 'cart-00001', atMs, ...more };
}
const start = (id: string, atMs: number, more?: Partial<RequestEvent>): RequestEvent => event('start', id, atMs, more);
const end = (id: string, atMs: number, more?: Partial<RequestEvent>): RequestEvent => event('end', id, atMs, more);

/** Sums of what was reported for each second, of one revision. */
class Sums {
  readonly concurrency = new Map<number, number>();
  readonly started = new Map<number, number>();
  last: LoadReport | undefined;
  take(report: LoadReport, revision = 'cart-00001'): void {
    this.last = report;
    for (const { seconds } of report.revisions.filter((r) => r.revision === revision)) {
      for (const [second, concurrency, started] of seconds) {
        expect(second).toBeLessThanOrEqual(report.through);
        this.concurrency.set(second, (this.concurrency.get(second) ?? 0) + concurrency);
        this.started.set(second, (this.started.get(second) ?? 0) + started);
      }
    }
  }
  at(second: number): [number, number] {
    return [Number((this.concurrency.get(S + second) ?? 0).toFixed(9)), this.started.get(S + second) ?? 0];
  }
}

function reported(ledger: RequestLedger, sums: Sums, nowMs: number): LoadReport {
  const report = ledger.report(nowMs);
  sums.take(report);
  return report;
}

let ledger: RequestLedger;
let sums: Sums;
beforeEach(() => {
  ledger = new RequestLedger(T);
  sums = new Sums();
});

it('shares a request out over the seconds in which it was open', () => {
  ledger.take([start('a', T + 250)], T + 350);
  reported(ledger, sums, T + 1_300);
  ledger.take([end('a', T + 2_500, { durationMs: 2_250 })], T + 2_600);
  reported(ledger, sums, T + 3_300);
  expect([0, 1, 2, 3].map((s) => sums.at(s))).toEqual([
    [0.75, 1],
    [1, 0],
    [0.5, 0],
    [0, 0],
  ]);
});

it('reports a second only when it is over', () => {
  ledger.take([start('a', T + 100)], T + 200);
  expect(reported(ledger, sums, T + 1_200).through).toBe(S - 1);
  expect(sums.at(0)).toEqual([0, 0]);
  expect(reported(ledger, sums, T + 1_250).through).toBe(S);
  expect(sums.at(0)).toEqual([0.9, 1]);
});

it('corrects seconds that were reported when an end comes late', () => {
  ledger.take([start('a', T)], T + 100);
  reported(ledger, sums, T + 3_300);
  expect([0, 1, 2].map((s) => sums.at(s)[0])).toEqual([1, 1, 1]);
  ledger.take([end('a', T + 1_500, { durationMs: 1_500 })], T + 3_400);
  reported(ledger, sums, T + 4_300);
  expect([0, 1, 2, 3].map((s) => sums.at(s)[0])).toEqual([1, 0.5, 0, 0]);
});

it('counts a request whose start was never heard', () => {
  reported(ledger, sums, T + 5_300);
  ledger.take([end('a', T + 4_250, { durationMs: 2_500 })], T + 5_400);
  reported(ledger, sums, T + 6_300);
  expect([1, 2, 3, 4, 5].map((s) => sums.at(s))).toEqual([
    [0.25, 1],
    [1, 0],
    [1, 0],
    [0.25, 0],
    [0, 0],
  ]);
  expect(ledger.size).toBe(0);
});

it('takes an open request for a start when it does not know it', () => {
  reported(ledger, sums, T + 5_300);
  ledger.take([event('open', 'a', T + 3_000, { upstream: '10.0.0.7:8080' })], T + 5_400);
  ledger.take([event('open', 'a', T + 3_000, { upstream: '10.0.0.7:8080' })], T + 7_400);
  const report = reported(ledger, sums, T + 7_500);
  expect([2, 3, 4, 5, 6].map((s) => sums.at(s)[0])).toEqual([0, 1, 1, 1, 1]);
  expect(report.revisions[0]).toMatchObject({ open: 1, upstreams: { '10.0.0.7': 1 } });
});

it('says where requests are, and since when it does not know where', () => {
  ledger.take([start('a', T), start('b', T + 100), start('c', T + 200)], T + 300);
  expect(reported(ledger, sums, T + 1_000).revisions[0]).toMatchObject({ open: 3, upstreams: {}, unplacedSinceMs: T });
  const at = (upstream: string) => ({ upstream });
  ledger.take([event('open', 'a', T, at('10.0.0.7:80')), event('open', 'b', T + 100, at('[fd00::1]:80'))], T + 2_100);
  expect(reported(ledger, sums, T + 2_300).revisions[0]).toMatchObject({
    open: 3,
    upstreams: { '10.0.0.7': 1, 'fd00::1': 1 },
    unplacedSinceMs: T + 200,
  });
  // A retry went elsewhere.
  ledger.take([event('open', 'a', T, at('10.0.0.8:80')), end('b', T + 3_000, at('[fd00::1]:80')), end('c', T + 3_000)], T + 3_100);
  const report = reported(ledger, sums, T + 3_300).revisions[0];
  expect(report).toMatchObject({ open: 1, upstreams: { '10.0.0.8': 1 } });
  expect(report?.unplacedSinceMs).toBeUndefined();
});

it('keeps revisions and proxies apart', () => {
  ledger.take([start('a', T), start('a', T, { proxy: 'p2' }), start('b', T, { version: 'cart-00002' })], T + 100);
  expect([ledger.openAt('shop/cart-00001'), ledger.openAt('shop/cart-00002')]).toEqual([2, 1]);
  ledger.take([end('a', T + 500)], T + 600);
  expect([ledger.openAt('shop/cart-00001'), ledger.size]).toEqual([1, 2]);
});

it('says once more that a revision has become quiet, and then nothing', () => {
  ledger.take([start('a', T), end('a', T + 10)], T + 100);
  expect(reported(ledger, sums, T + 1_300).revisions).toHaveLength(1);
  expect(reported(ledger, sums, T + 2_300).revisions).toHaveLength(0);
});

describe('losses', () => {
  it('is blind at first, and after each loss', () => {
    expect(ledger.report(T + 1_000).blindUntilMs).toBe(T + 3_000);
    ledger.lost(T + 10_000);
    expect(ledger.report(T + 10_500).blindUntilMs).toBe(T + 13_000);
  });

  it('keeps a request that goes on after a loss, without counting it twice', () => {
    ledger.take([start('a', T)], T + 100);
    reported(ledger, sums, T + 1_300);
    ledger.lost(T + 1_400);
    ledger.take([event('open', 'a', T, { upstream: '10.0.0.7:80' })], T + 2_100);
    reported(ledger, sums, T + 3_300);
    expect([0, 1, 2].map((s) => sums.at(s))).toEqual([
      [1, 1],
      [1, 0],
      [1, 0],
    ]);
  });

  it('ends a request that falls silent at the moment it was last heard of', () => {
    ledger.take([start('a', T)], T);
    ledger.take([event('open', 'a', T, { upstream: '10.0.0.7:80' })], T + 2_000);
    for (let s = 1; s <= 12; s++) reported(ledger, sums, T + 2_300 + s * 1_000);
    expect(ledger.size).toBe(0);
    expect(Array.from({ length: 14 }, (_, s) => sums.at(s)[0])).toEqual([1, 1, ...new Array<number>(12).fill(0)]);
    expect(sums.last?.revisions).toEqual([]);
  });

  it('never lets one that speaks fall silent', () => {
    ledger.take([start('a', T)], T);
    for (let s = 1; s <= 40; s++) {
      if (s % 2 === 0) ledger.take([event('open', 'a', T)], T + s * 1_000);
      reported(ledger, sums, T + 300 + s * 1_000);
    }
    expect(ledger.openAt('shop/cart-00001')).toBe(1);
  });

  it('is blind while there are more requests than it follows', () => {
    ledger = new RequestLedger(T, 2);
    ledger.take([start('a', T), start('b', T), start('c', T + 5_000)], T + 5_000);
    expect([ledger.size, ledger.unfollowed]).toEqual([2, 1]);
    expect(ledger.report(T + 5_500).blindUntilMs).toBe(T + 8_000);
  });

  it.each([
    { name: 'forward', to: T + 3_600_000 },
    { name: 'back', to: T - 3_600_000 },
  ])('begins anew when the clock jumps $name', ({ to }) => {
    ledger.take([start('a', T)], T + 100);
    reported(ledger, sums, T + 1_300);
    const report = reported(ledger, sums, to + 300);
    expect(report.through).toBe(to / 1000 - 1);
    expect(report.blindUntilMs).toBe(to + 300 + 3_000);
    reported(ledger, sums, to + 1_300);
    expect(sums.concurrency.get(to / 1000)).toBe(1);
  });

  it('takes a proxy whose clock is ahead at its word only up to now', () => {
    ledger.take([start('a', T + 999_000)], T + 500);
    reported(ledger, sums, T + 2_300);
    expect([0, 1].map((s) => sums.at(s)[0])).toEqual([0.5, 1]);
  });
});

const requests = fc.array(fc.record({ startMs: fc.nat(8_000), durationMs: fc.nat(6_000), lateMs: fc.nat(2_500), unheard: fc.boolean() }), {
  maxLength: 12,
});

it('adds up to exactly the time that requests were open, however late they are told', () => {
  fc.assert(
    fc.property(requests, fc.array(fc.integer({ min: 900, max: 1_700 }), { minLength: 4, maxLength: 20 }), (all, pauses) => {
      const own = new RequestLedger(T);
      const total = new Sums();
      const told = all
        .flatMap(({ startMs, durationMs, lateMs, unheard }, i) => {
          const first = { at: startMs + Math.min(lateMs, 900), event: start(`r${i}`, T + startMs) };
          const last = { at: startMs + durationMs + Math.max(lateMs, 900), event: end(`r${i}`, T + startMs + durationMs, { durationMs }) };
          return unheard ? [last] : [first, last];
        })
        .sort((a, b) => a.at - b.at);
      let now = 0;
      for (const pause of [...pauses, 20_000]) {
        now += pause;
        while (told[0] && told[0].at <= now) own.take([(told.shift() as (typeof told)[number]).event], T + now);
        total.take(own.report(T + now));
      }
      const sum = [...total.concurrency.values()].reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(all.reduce((a, r) => a + r.durationMs, 0) / 1000, 6);
      for (const [second, value] of total.concurrency) {
        const from = (second - S) * 1000;
        const overlap = all.reduce(
          (a, r) => a + Math.max(0, Math.min(r.startMs + r.durationMs, from + 1000) - Math.max(r.startMs, from)),
          0,
        );
        expect(value).toBeCloseTo(overlap / 1000, 6);
      }
      expect([...total.started.values()].reduce((a, b) => a + b, 0)).toBe(all.length);
      expect(own.size).toBe(0);
    }),
  );
});
