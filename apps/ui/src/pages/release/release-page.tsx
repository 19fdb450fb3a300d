import { useEffect, useState } from 'react';
import { ask, useLive, useSubscription } from '../../api/client';
import { RECENT_SIGNALS, RELEASE, type Release, SIGNAL_SECONDS, type SignalSecond } from '../../api/release';
import { Phase } from '../../ui/phase';
import { Heading } from '../../ui/heading';
import { ago, clockOf, useNow } from '../../ui/time';
import { Actions } from './actions';
import { SignalChart } from './signal-chart';
import { TideLine } from './tide-line';
import { VersionCard } from './version-card';

const SECONDS_SHOWN = 300;

/** Recent seconds first, then each new one; at most SECONDS_SHOWN are kept. */
function useSignals(namespace: string, service: string | undefined): SignalSecond[] {
  const [seconds, setSeconds] = useState<SignalSecond[]>([]);
  const add = (more: SignalSecond[]): void =>
    setSeconds((have) => {
      const byTime = new Map([...have, ...more].map((s) => [s.second, s]));
      return [...byTime.values()].sort((a, b) => a.second - b.second).slice(-SECONDS_SHOWN);
    });
  useEffect(() => {
    if (!service) return;
    ask<{ signals: SignalSecond[] }>(RECENT_SIGNALS, { namespace, service, seconds: SECONDS_SHOWN }).then(
      (answer) => add(answer.signals),
      () => undefined, // the subscription shows the problem
    );
  }, [namespace, service]);
  useSubscription<{ signals: SignalSecond }>(SIGNAL_SECONDS, { namespace, service: service ?? '' }, (data) => add([data.signals]));
  return seconds;
}

export function ReleasePage({ namespace, name }: { namespace: string; name: string }) {
  const answer = useLive<{ release: Release | null }>(RELEASE, { namespace, name });
  if (answer.state === 'waiting') return <p className="quiet">Loading …</p>;
  if (answer.state === 'failed') return <p className="alarm">{answer.because}</p>;
  const { release } = answer.data;
  if (!release) {
    return (
      <section className="empty">
        <Heading title="No such release">
          There is no release {name} in {namespace}
        </Heading>
        <p>
          The newest ten releases of a strategy are kept. <a href="/">All releases</a>
        </p>
      </section>
    );
  }
  return <LiveRelease release={release} />;
}

function LiveRelease({ release }: { release: Release }) {
  const seconds = useSignals(release.namespace, release.service);
  const now = useNow();
  return (
    <>
      <p className="quiet">
        <a href="/">Releases</a> / {release.namespace}
      </p>
      <Heading title={`${release.service} ${release.candidate}`}>
        {release.service}: {release.principal} → {release.candidate}
      </Heading>
      <section className="panel" aria-label="Verdict">
        <div className="headline">
          <Phase release={release} />
          <span>
            {release.type}, {release.weight} % to {release.candidate}
          </span>
          {release.live && <span className="quiet">{release.live}</span>}
          <span className="quiet">started {ago(release.startedAt, now)}</span>
        </div>
        <p className="sentence" aria-live="polite">
          {release.why}
        </p>
        <Steps release={release} />
        <Actions release={release} />
      </section>
      <div className="versions">
        <VersionCard title={release.principal} role="principal" seconds={seconds} />
        <VersionCard title={release.candidate} role="candidate" seconds={seconds} />
      </div>
      <div className="charts">
        <div className="panel wide">
          <h2>Requests that go to {release.candidate}</h2>
          <TideLine history={release.history} weight={release.weight} finished={release.finished} endedAt={release.endedAt} />
        </div>
        <SignalChart
          title="Failed requests"
          unit="%"
          seconds={seconds}
          release={release}
          value={(v) => (v.requests === 0 ? null : (100 * v.failed) / v.requests)}
        />
        <SignalChart title="Slowest 1 % (p99)" unit="ms" seconds={seconds} release={release} value={(v) => v.p99Ms} />
      </div>
      {release.metrics.length > 0 && <Metrics release={release} />}
      <section className="panel">
        <h2>What happened</h2>
        <ol className="history">
          {[...release.history].reverse().map((event) => (
            <li key={`${event.at}${event.reason}${event.text}`}>
              <time dateTime={event.at}>{clockOf(Date.parse(event.at) / 1000)}</time>
              <span className="number">{event.weight === null ? '' : `${event.weight} %`}</span>
              <span>
                {event.text}
                {event.by && <span className="quiet"> by {event.by}</span>}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

function Steps({ release }: { release: Release }) {
  return (
    <ol className="steps" aria-label="Steps">
      {release.steps.map((step) => (
        <li
          key={step.index}
          className={step.state.toLowerCase()}
          aria-current={step.state === 'NOW' ? 'step' : undefined}
          title={step.text}
        >
          {step.state === 'DONE' ? '✓ ' : ''}
          {step.weight} %
        </li>
      ))}
    </ol>
  );
}

function Metrics({ release }: { release: Release }) {
  return (
    <section className="panel">
      <h2>The comparison</h2>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col">{release.principal}</th>
              <th scope="col">{release.candidate}</th>
              <th scope="col">Difference</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {release.metrics.map((m) => (
              <tr key={m.name}>
                <td>{m.name}</td>
                <td>{m.principal}</td>
                <td>{m.candidate}</td>
                <td>{m.interval}</td>
                <td>{m.state}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
