import { CallerSeries } from './caller-series.js';

const of = { namespace: 'shop', service: 'reviews', version: 'v1', proxy: 'gateway', dialled: '127.0.1.1' };
const at = (endMs: number, failed = false) => ({ endMs, failed, classAt: failed ? 4 : 1, latencyMs: 3 });
const seen = (series: CallerSeries, fromMs: number) => series.since(fromMs).map((c) => `${c.dialled} ${c.version} ${c.requests}/${c.failed}`);

it('counts by caller and version, and forgets what is older than asked for', () => {
  const series = new CallerSeries();
  series.record(of, at(1_000));
  series.record(of, at(12_000, true));
  series.record({ ...of, dialled: '127.0.1.2' }, at(12_000));
  expect(seen(series, 0)).toEqual(['127.0.1.1 v1 2/1', '127.0.1.2 v1 1/0']);
  expect(seen(series, 10_000)).toEqual(['127.0.1.1 v1 1/1', '127.0.1.2 v1 1/0']);
  expect(seen(series, 20_000)).toEqual([]);
});

it('keeps a minute, and drops the edge that was idle longest when strangers come', () => {
  const series = new CallerSeries();
  series.record(of, at(0));
  series.record(of, at(80_000));
  expect(seen(series, 0)).toEqual(['127.0.1.1 v1 1/0']);
  for (let i = 0; i < 4_096; i++) series.record({ ...of, dialled: `10.0.${i >> 8}.${i & 255}` }, at(90_000));
  expect(seen(series, 0)).toHaveLength(4_096);
  expect(seen(series, 0)).not.toContain('127.0.1.1 v1 1/0');
});
