import type { Amounts } from '@tidegate/kube/quota';
import fc from 'fast-check';
import { type Book, SETTLE_SECONDS, reserve, settle, settlesInMs } from './workspace-quota.js';

const hard = { pods: '3', 'requests.cpu': '2' };
const NOW = 1_000_000;
const seconds = (n: number): number => NOW + n * 1000;
const counted = (pods: number): Book => ({ used: { pods: String(pods), 'requests.cpu': '0' }, recent: [] });
const taken = (book: Book | undefined, wanted: Amounts, now = NOW): Book => {
  const result = reserve('shop', hard, book, wanted, now);
  if ('refused' in result) throw new Error(result.refused);
  return result.book;
};
const refusal = (book: Book | undefined, wanted: Amounts): string | undefined => {
  const result = reserve('shop', hard, book, wanted, NOW);
  return 'refused' in result ? result.refused : undefined;
};

describe('taking of a quota', () => {
  it.each<[string, Book | undefined, Amounts, string | undefined]>([
    ['what fits', counted(2), { pods: '1', 'requests.cpu': '2' }, undefined],
    ['one too many', counted(3), { pods: '1' }, 'exceeded quota: workspace shop, requested: pods=1, used: pods=3, limited: pods=3'],
    ['more of one of two', counted(0), { pods: '1', 'requests.cpu': '2500m' }, 'exceeded quota: workspace shop, requested: requests.cpu=2500m, used: requests.cpu=0, limited: requests.cpu=2'],
    ['what it does not limit', counted(3), { services: '1' }, undefined],
    ['nothing that it limits, before it is counted', undefined, { services: '1' }, undefined],
    ['before it is counted', undefined, { pods: '1' }, 'the quota of workspace shop is being counted (pods): try again in a few seconds'],
    ['a name that was added and is not counted yet', { used: { pods: '0' }, recent: [] }, { 'requests.cpu': '1' }, 'the quota of workspace shop is being counted (requests.cpu): try again in a few seconds'],
  ])('%s', (_, book, wanted, expected) => expect(refusal(book, wanted)).toBe(expected));

  it('remembers for some seconds what it let through', () => {
    const two = taken(taken(counted(0), { pods: '1' }), { pods: '1' }, NOW + 10);
    expect(two).toEqual({ used: { pods: '2', 'requests.cpu': '0' }, recent: [{ second: 1000, amounts: { pods: '2' } }] });
    expect(taken(two, { pods: '1' }, seconds(1)).recent).toHaveLength(2);
    expect(taken(two, { pods: '1' }, seconds(SETTLE_SECONDS + 2)).recent).toEqual([{ second: 1000 + SETTLE_SECONDS + 2, amounts: { pods: '1' } }]);
    expect([settlesInMs(two, NOW), settlesInMs(counted(1), NOW)]).toEqual([(SETTLE_SECONDS + 1) * 1000, undefined]);
  });
});

describe('after a count', () => {
  const let3 = taken(taken(taken(counted(0), { pods: '1' }), { pods: '1' }), { pods: '1' });
  it.each<[string, Book | undefined, Amounts, number, string]>([
    ['nobody had counted', undefined, { pods: '2' }, 0, '2'],
    ['what was let through is not there yet', let3, { pods: '0' }, 1, '3'],
    ['what was let through is there', let3, { pods: '3' }, 1, '3'],
    ['what was let through never came', let3, { pods: '1' }, SETTLE_SECONDS + 1, '1'],
    ['something went', counted(3), { pods: '1' }, 0, '1'],
    ['something came past admission', counted(1), { pods: '5' }, 0, '5'],
  ])('%s', (_, book, there, after, pods) => expect(settle(hard, book, there, seconds(after)).used.pods).toBe(pods));

  it('drops names that the quota does not have any more', () => expect(settle({ pods: '3' }, counted(1), { pods: '1', 'requests.cpu': '1' }, NOW).used).toEqual({ pods: '1' }));
});

it('never lets more through than there is room for, whatever comes, goes, gets lost and is counted late', () => {
  type Event = { kind: 'ask' } | { kind: 'lose' } | { kind: 'end' } | { kind: 'count' } | { kind: 'wait'; ms: number };
  const event = fc.oneof<fc.Arbitrary<Event>[]>(
    fc.constant({ kind: 'ask' }),
    fc.constant({ kind: 'lose' }),
    fc.constant({ kind: 'end' }),
    fc.constant({ kind: 'count' }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 4_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      let [now, book]: [number, Book] = [NOW, counted(0)];
      let there = 0;
      // What a count sees is up to a second old.
      const history: { at: number; there: number }[] = [{ at: NOW, there: 0 }];
      for (const e of events) {
        if (e.kind === 'wait') now += e.ms;
        if (e.kind === 'ask' || e.kind === 'lose') {
          const result = reserve('shop', hard, book, { pods: '1' }, now);
          if ('book' in result) {
            book = result.book;
            if (e.kind === 'ask') there += 1;
          }
        }
        if (e.kind === 'end') there = Math.max(0, there - 1);
        if (e.kind === 'count') {
          const seen = history.findLast((h) => h.at <= now - 1_000) ?? history[0];
          book = settle(hard, book, { pods: String(seen?.there ?? 0) }, now);
        }
        history.push({ at: now, there });
        expect(there).toBeLessThanOrEqual(3);
      }
    }),
    { numRuns: 500 },
  );
});
