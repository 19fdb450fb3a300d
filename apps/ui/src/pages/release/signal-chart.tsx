import { useMemo } from 'react';
import type { Release, SignalSecond, VersionSignal } from '../../api/release';
import { Chart, type Line } from '../../ui/chart';

/** What the judge compares: the requests that weight sent, else (mirrored ones, before the first step) the most of them. */
function compared(signals: VersionSignal[], version: string): VersionSignal | undefined {
  const mine = signals.filter((v) => v.version === version).sort((a, b) => b.requests - a.requests);
  return mine.find((v) => v.rule === 'weighted') ?? mine[0];
}

/** One metric of both versions, per second. A second without requests is a hole in the line, not a zero. */
export function SignalChart(props: {
  title: string;
  unit: string;
  seconds: SignalSecond[];
  release: Release;
  value: (v: VersionSignal) => number | null;
}) {
  const { title, unit, seconds, release, value } = props;
  const { principal, candidate } = release;
  const times = useMemo(() => seconds.map((s) => s.second), [seconds]);
  const lines = useMemo<Line[]>(
    () =>
      (
        [
          ['tide', principal],
          ['candidate', candidate],
        ] as const
      ).map(([colour, version]) => ({
        label: version,
        colour,
        values: seconds.map((s) => {
          const found = compared(s.versions, version);
          return found ? value(found) : null;
        }),
      })),
    [seconds, principal, candidate],
  );
  const last = lines.map((l) => `${l.label} ${l.values.at(-1)?.toFixed(1).concat(' ', unit) ?? 'no requests'}`).join(', ');
  return (
    <div className="panel">
      <h2>{title}</h2>
      <Chart label={`${title}: now ${last}`} times={times} lines={lines} unit={unit} height={180} />
    </div>
  );
}
