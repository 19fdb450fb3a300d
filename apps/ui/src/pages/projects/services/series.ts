import type { ServiceFiguresQuery } from '../../../api/generated/documents';

type Point = ServiceFiguresQuery['serviceSeries'][number];

export interface SeriesOf {
  /** Epoch seconds, rising. */
  times: number[];
  /** The busiest first; a step in which a version answered nothing is a hole. */
  versions: { version: string; rps: (number | null)[]; errors: (number | null)[]; p95Ms: (number | null)[] }[];
}

/** Points as they come, as curves over common times. */
export function toSeries(points: readonly Point[]): SeriesOf {
  const times = [...new Set(points.map((p) => p.second))].toSorted((a, b) => a - b);
  const byVersion = Map.groupBy(points, (p) => p.version);
  const versions = [...byVersion].map(([version, mine]) => {
    const at = new Map(mine.map((p) => [p.second, p]));
    const of = (value: (p: Point) => number | null): (number | null)[] =>
      times.map((second) => {
        const point = at.get(second);
        return point ? value(point) : null;
      });
    const busy = mine.reduce((sum, p) => sum + p.rps, 0);
    const errors = of((p) => (p.rps === 0 ? null : p.errors));
    return { busy, version, rps: of((p) => p.rps), errors, p95Ms: of((p) => p.p95Ms) };
  });
  return { times, versions: versions.toSorted((a, b) => b.busy - a.busy).map(({ busy: _, ...rest }) => rest) };
}
