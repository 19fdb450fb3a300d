import { useMemo } from 'react';
import type { ReleaseEvent } from '../../api/release';
import { Chart, type Line } from '../../ui/chart';

/** The candidate's weight over the whole release, as the history tells it. */
export function TideLine({
  history,
  weight,
  finished,
  endedAt,
}: {
  history: ReleaseEvent[];
  weight: number;
  finished: boolean;
  endedAt: string | null;
}) {
  const { times, lines } = useMemo(() => {
    const points = history.filter((e) => e.weight !== null).map((e) => [Date.parse(e.at) / 1000, e.weight as number] as const);
    const now = finished && endedAt ? Date.parse(endedAt) / 1000 + 1 : Date.now() / 1000;
    const all = [...points, [Math.max(now, points.at(-1)?.[0] ?? 0), weight] as const];
    const line: Line = { label: 'weight', colour: 'candidate', values: all.map(([, w]) => w), stepped: true };
    return { times: all.map(([t]) => t), lines: [line] };
  }, [history, weight, finished, endedAt]);
  return <Chart label={`Weight over time: now ${weight} percent`} times={times} lines={lines} unit="%" height={130} top={100} />;
}
