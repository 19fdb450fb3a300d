import type { Liveness } from '@tidegate/mesh-xds-server';

export interface LiveFinding {
  status: 'True' | 'False';
  reason: 'Acknowledged' | 'ProxyNotConfirmed' | 'NoProxies' | 'Rejected';
  message: string;
}

/** Ids named in one message; the rest are counted. */
const NAMED_LIMIT = 5;

/** What the proxies say to a set of resources. A refusal is told even where other proxies have accepted. */
export function liveFinding({ live, total, waitingFor, rejected }: Liveness): LiveFinding {
  const [first] = rejected;
  if (first) {
    const message = `A proxy refused it, and the last accepted form stays in force: ${first.message}`;
    return { status: 'False', reason: 'Rejected', message };
  }
  if (total === 0) return { status: 'False', reason: 'NoProxies', message: 'no proxy is connected' };
  if (live === total) return { status: 'True', reason: 'Acknowledged', message: `live on ${live}/${total} proxies` };
  const more = waitingFor.length - NAMED_LIMIT;
  const names = waitingFor.slice(0, NAMED_LIMIT).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return { status: 'False', reason: 'ProxyNotConfirmed', message: `live on ${live}/${total} proxies; waiting for ${names}` };
}
