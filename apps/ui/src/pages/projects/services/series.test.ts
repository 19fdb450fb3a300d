import { toSeries } from './series';

const point = (second: number, version: string, rps: number, p95Ms: number | null = null) => ({ second, version, rps, errors: 0.1, p95Ms });

it('puts versions over common times, the busiest first, with holes where one was silent', () => {
  const series = toSeries([point(10, 'v1', 1), point(5, 'v1', 2, 30), point(10, 'v2', 9, 40)]);
  expect(series).toEqual({
    times: [5, 10],
    versions: [
      { version: 'v2', rps: [null, 9], errors: [null, 0.1], p95Ms: [null, 40] },
      { version: 'v1', rps: [2, 1], errors: [0.1, 0.1], p95Ms: [30, null] },
    ],
  });
});

it('a step without requests has no share of errors', () => expect(toSeries([point(5, 'v1', 0)]).versions[0]?.errors).toEqual([null]));

it('nothing comes to nothing', () => expect(toSeries([])).toEqual({ times: [], versions: [] }));
