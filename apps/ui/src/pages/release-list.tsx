import { useLive } from '../api/client';
import { RELEASES, type Release } from '../api/release';
import { Phase } from '../ui/phase';
import { Heading } from '../ui/heading';
import { ago, useNow } from '../ui/time';

export function ReleaseList() {
  const answer = useLive<{ releases: Release[] }>(RELEASES, {});
  return (
    <section>
      <Heading title="Releases">Releases</Heading>
      {answer.state === 'waiting' && <p className="quiet">Loading …</p>}
      {answer.state === 'failed' && <p className="alarm">{answer.because}</p>}
      {answer.state === 'here' && (answer.data.releases.length === 0 ? <NoReleases /> : <Table releases={answer.data.releases} />)}
    </section>
  );
}

function NoReleases() {
  return (
    <div className="empty">
      <p>No version has been released yet. See three releases under load, a good one, an erroring one and a slow one:</p>
      <pre>./tidegate demo release</pre>
    </div>
  );
}

function Table({ releases }: { releases: Release[] }) {
  const now = useNow();
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Release</th>
            <th scope="col">Service</th>
            <th scope="col">Versions</th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Weight
            </th>
            <th scope="col">Why</th>
            <th scope="col">Started</th>
          </tr>
        </thead>
        <tbody>
          {releases.map((r) => (
            <tr key={r.id}>
              <td>
                <a href={`/releases/${r.namespace}/${r.name}`}>{r.name}</a>
                <div className="quiet">{r.namespace}</div>
              </td>
              <td>{r.service}</td>
              <td>
                {r.principal} → {r.candidate}
              </td>
              <td>
                <Phase release={r} />
              </td>
              <td className="number">{r.weight} %</td>
              <td className="why">{r.why}</td>
              <td>{ago(r.startedAt, now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
