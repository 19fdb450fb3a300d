import { LoadBook, type WindowSettings } from './load-book.js';
import type { LoadReport, RevisionReport } from './load-report.js';

const T = 1_700_000_000_000;
const S = T / 1000;
const KEY = 'shop/cart-00001';
const settings: WindowSettings = { metric: 'concurrency', stableWindowMs: 60_000, panicWindowMs: 6_000, aggregation: 'linear' };

function entry(more: Partial<RevisionReport> = {}): RevisionReport {
  return { namespace: 'shop', revision: 'cart-00001', seconds: [], open: 0, upstreams: {}, ...more };
}
/** A report made `second` seconds after T, and half of one. */
function report(second: number, revisions: RevisionReport[] = [], more: Partial<LoadReport> = {}): LoadReport {
  return { atMs: T + second * 1000 + 500, through: S + second - 1, blindUntilMs: 0, revisions, ...more };
}

let book: LoadBook;
beforeEach(() => {
  book = new LoadBook();
  book.follow(KEY, settings);
});

it('knows nothing before a report, nor of a revision that nobody follows', () => {
  expect(book.load(KEY, true)).toBeUndefined();
  expect(book.blindUntil()).toBe(Infinity);
  book.take('r1', report(1, [entry({ seconds: [[S, 5, 5]] })]));
  expect(book.load('shop/other', true)).toBeUndefined();
  expect(book.load(KEY, true)).toEqual({ stable: 5, panic: 5 });
});

it('adds up what receivers report', () => {
  book.take('r1', report(1, [entry({ seconds: [[S, 5, 9]], open: 2, upstreams: { a: 1 } })]));
  book.take('r2', report(1, [entry({ seconds: [[S, 3, 1]], open: 1, upstreams: { a: 1, b: 4 } })]));
  expect(book.load(KEY, true)).toEqual({ stable: 8, panic: 8 });
  expect([book.open(KEY), book.openAt(KEY, 'a'), book.openAt(KEY, 'b'), book.openAt(KEY, 'c')]).toEqual([3, 2, 4, 0]);
});

it('counts requests that began for the metric rps', () => {
  book.follow(KEY, { ...settings, metric: 'rps' });
  book.take('r1', report(1, [entry({ seconds: [[S, 5, 9]] })]));
  expect(book.load(KEY, true)?.stable).toBe(9);
});

it('counts quiet seconds of a revision with pods, and forgets a sleep', () => {
  book.take('r1', report(1, [entry({ seconds: [[S, 6, 6]] })]));
  expect(book.load(KEY, true)?.stable).toBe(6);
  book.take('r1', report(3));
  expect(book.load(KEY, true)).toEqual({ stable: 2, panic: 2 });
  book.take('r1', report(90));
  expect(book.load(KEY, false)).toBeUndefined();
  book.take('r1', report(91, [entry({ seconds: [[S + 90, 7, 7]], open: 7 })]));
  expect(book.load(KEY, false)).toEqual({ stable: 7, panic: 7 });
});

it('waits with a second until every receiver has reported it', () => {
  book.take('r1', report(2, [entry({ seconds: [[S + 1, 10, 1]] })]));
  book.take('r2', report(1, [entry({ seconds: [[S, 4, 1]] })]));
  book.take('r2', report(2));
  expect(book.load(KEY, true)).toEqual({ stable: 7, panic: 7 });
});

it('takes the absence of a revision for the absence of requests', () => {
  book.take('r1', report(1, [entry({ open: 2, upstreams: { a: 2 } })]));
  book.take('r1', report(2));
  expect([book.open(KEY), book.openAt(KEY, 'a')]).toEqual([0, 0]);
});

describe('an address is quiet', () => {
  const quiet = (sinceMs: number): boolean => book.isQuiet(KEY, 'a', sinceMs, T + 10_000);

  it('when every receiver has reported since', () => {
    book.take('r1', report(1));
    expect([quiet(T + 1_000), quiet(T + 2_000)]).toEqual([true, false]);
    book.take('r2', report(0));
    expect(quiet(T + 1_000)).toBe(false);
    book.take('r2', report(1));
    expect(quiet(T + 1_000)).toBe(true);
  });

  it('when no request is known to be there', () => {
    book.take('r1', report(1, [entry({ open: 1, upstreams: { a: 1 } })]));
    expect(quiet(T)).toBe(false);
    book.take('r1', report(2, [entry({ open: 1, upstreams: { b: 1 } })]));
    expect(quiet(T)).toBe(true);
  });

  it('when no earlier request is at an unknown place', () => {
    book.take('r1', report(1, [entry({ open: 1, unplacedSinceMs: T - 5 })]));
    expect(quiet(T)).toBe(false);
    book.take('r1', report(2, [entry({ open: 1, unplacedSinceMs: T + 5 })]));
    expect(quiet(T)).toBe(true);
  });

  it('never while events may be missing', () => {
    book.take('r1', report(1, [], { blindUntilMs: T + 10_001 }));
    expect(quiet(T)).toBe(false);
    book.take('r1', report(2, [], { blindUntilMs: T + 10_000 }));
    expect(quiet(T)).toBe(true);
  });
});

it('drops a receiver that is gone, and is blind for a while', () => {
  book.take('r1', report(1, [entry({ open: 2 })]));
  book.take('r2', report(9));
  book.dropSilentReceivers(T + 11_400, 3_000);
  expect([book.open(KEY), book.blindUntil()]).toEqual([2, 0]);
  book.dropSilentReceivers(T + 11_500, 3_000);
  expect([book.open(KEY), book.blindUntil()]).toEqual([0, T + 14_500]);
});

it('keeps its values when a window changes', () => {
  book.take(
    'r1',
    report(3, [
      entry({
        seconds: [
          [S, 2, 0],
          [S + 1, 4, 0],
          [S + 2, 6, 0],
        ],
      }),
    ]),
  );
  book.follow(KEY, { ...settings, panicWindowMs: 2_000 });
  expect(book.load(KEY, true)).toEqual({ stable: 4, panic: 5 });
});

it('has room for a bounded number of receivers', () => {
  const taken = Array.from({ length: 70 }, (_, i) => book.take(`r${i}`, report(1)));
  expect(taken.filter(Boolean)).toHaveLength(64);
});
