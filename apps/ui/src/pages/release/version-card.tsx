import type { SignalSecond, VersionSignal } from '../../api/release';

const WINDOW_SECONDS = 10;

/** The last ten seconds of one version, in numbers with units. */
export function VersionCard({ title, role, seconds }: { title: string; role: 'principal' | 'candidate'; seconds: SignalSecond[] }) {
  const window = seconds.slice(-WINDOW_SECONDS);
  const mine = window.flatMap((s) => s.versions).filter((v) => v.version === title);
  const requests = sum(mine, (v) => v.requests);
  const failed = sum(mine, (v) => v.failed);
  const slowest = mine.reduce<number | null>((most, v) => (v.p99Ms === null ? most : Math.max(most ?? 0, v.p99Ms)), null);
  return (
    <section className={`panel version ${role}`} aria-label={`${role} ${title}`}>
      <h2>
        {title}{' '}
        <span className="quiet">
          {role}, last {WINDOW_SECONDS} s
        </span>
      </h2>
      <dl>
        <div>
          <dt>requests/s</dt>
          <dd>{window.length === 0 ? '–' : (requests / window.length).toFixed(1)}</dd>
        </div>
        <div>
          <dt>failed</dt>
          <dd>{requests === 0 ? '–' : `${((100 * failed) / requests).toFixed(1)} %`}</dd>
        </div>
        <div>
          <dt>p99</dt>
          <dd>{slowest === null ? '–' : `${slowest} ms`}</dd>
        </div>
        <div>
          <dt>requests</dt>
          <dd>{requests}</dd>
        </div>
      </dl>
    </section>
  );
}

function sum(signals: VersionSignal[], value: (v: VersionSignal) => number): number {
  return signals.reduce((total, v) => total + value(v), 0);
}
