import { useMemo } from 'react';
import type { Release, SignalSecond, VersionSignal } from '../../api/release';
import { Chart, type Line } from '../../ui/chart';

/** One metric of both versions, per second. A second without requests is a hole in the line, not a zero. */
export function SignalChart(props: { title: string; seconds: SignalSecond[]; release: Release; value: (v: VersionSignal) => number | null }) {
  const { title, seconds, release, value } = props;
  const { principal, candidate } = release;
  const times = useMemo(() => seconds.map((s) => s.second), [seconds]);
  const lines = useMemo<Line[]>(
    () =>
      ([['tide', principal], ['candidate', candidate]] as const).map(([colour, version]) => ({
        label: version,
        colour,
        values: seconds.map((s) => {
          const found = s.versions.find((v) => v.version === version);
          return found ? value(found) : null;
        }),
      })),
    [seconds, principal, candidate],
  );
  const last = lines.map((l) => `${l.label} ${l.values.at(-1)?.toFixed(1) ?? 'no requests'}`).join(', ');
  return (
    <div className="panel">
      <h2>{title}</h2>
      <Chart label={`${title}: now ${last}`} times={times} lines={lines} height={180} />
    </div>
  );
}
