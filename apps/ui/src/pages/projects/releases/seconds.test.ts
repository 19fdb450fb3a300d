import { type SignalSecond, comparedSignal, joinSeconds, secondsOf, versionFigures } from './seconds';

const signal = (version: string, requests: number, failed = 0, rule = 'weighted'): SignalSecond['versions'][number] => ({
  version,
  rule,
  requests,
  failed,
  p50Ms: requests === 0 ? null : requests,
  p99Ms: requests === 0 ? null : 10 * requests,
});
const second = (at: number, ...versions: SignalSecond['versions']): SignalSecond => ({ second: at, gap: null, versions });

it('joins in order, the newer of the same second', () => {
  const joined = joinSeconds([second(2), second(3)], [second(1), second(3, signal('a', 1))]);
  expect(joined.map((s) => [s.second, s.versions.length])).toEqual([
    [1, 0],
    [2, 0],
    [3, 1],
  ]);
});
it('keeps what the API remembers', () => {
  expect(
    joinSeconds(
      Array.from({ length: 400 }, (_, at) => second(at)),
      [],
    ).map((s) => s.second)[0],
  ).toBe(100);
});
it.each([
  { name: 'a running release, from a little before its start', to: undefined, is: [80, 100, 150, 221] },
  { name: 'a finished one, to a little behind its end', to: 200_000, is: [80, 100, 150] },
])('shows $name', ({ to, is }) => {
  const all = [79, 80, 100, 150, 221].map((at) => second(at));
  expect(secondsOf(all, 100_000, to).map((s) => s.second)).toEqual(is);
});
it.each([
  { name: 'weighted ones before more mirrored ones', of: second(1, signal('a', 9, 0, 'mirror'), signal('a', 2)), rule: 'weighted' },
  { name: 'the most where none is weighted', of: second(1, signal('a', 1, 0, 'mirror'), signal('a', 2, 0, 'beta')), rule: 'beta' },
  { name: 'none', of: second(1, signal('b', 9)), rule: undefined },
])('compares $name', ({ of, rule }) => expect(comparedSignal(of, 'a')?.rule).toBe(rule));

const seconds = [
  second(1, signal('a', 1000)),
  second(20, signal('a', 6, 3), signal('b', 2)),
  second(21, signal('a', 2), signal('a', 2, 0, 'beta')),
];
it.each([
  {
    name: 'the last ten seconds, all rules',
    got: versionFigures(seconds, 'a'),
    is: { rate: 5, share: 10 / 12, failed: 0.3, medianMs: 2, slowestMs: 60 },
  },
  { name: 'up to a moment', got: versionFigures(seconds, 'a', 20), is: { rate: 6, share: 0.75, failed: 0.5, medianMs: 6, slowestMs: 60 } },
  { name: 'no requests', got: versionFigures(seconds, 'c'), is: { rate: 0, share: 0, failed: null, medianMs: null, slowestMs: null } },
  { name: 'no seconds', got: versionFigures([], 'a'), is: { rate: null, share: null, failed: null, medianMs: null, slowestMs: null } },
])('$name', ({ got, is }) => expect(got).toEqual(is));
