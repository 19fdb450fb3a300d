import type { Listener } from '@tidegate/mesh-contract';
import { ANY_HOST } from './hostnames.js';
import { type Protocol, type ProtocolFinding, protocolOf, protocolProblem } from './listener-protocol.js';

/** HTTPS and TLS are told apart by the name that the client asks for, so they may share a port. */
const SHARES: Readonly<Record<Protocol, string>> = { http: 'http', https: 'tls', tls: 'tls', tcp: 'tcp' };

/**
 * Two protocols on one port, or the same host twice. Of the listeners, the Gateway's own first and then those of its ListenerSets from the
 * oldest on, the first stays and the later ones are refused.
 */
export function findConflicts(listeners: readonly Listener[]): Map<Listener, ProtocolFinding> {
  const conflicts = new Map<Listener, ProtocolFinding>();
  const byPort = new Map<number, { first: Listener; shares: string }>();
  const byHost = new Map<string, Listener>();
  for (const listener of listeners) {
    const protocol = protocolOf(listener);
    if (!protocol || protocolProblem(listener)) continue;
    const shares = SHARES[protocol];
    const onPort = byPort.get(listener.port) ?? { first: listener, shares };
    if (onPort.shares !== shares) {
      const message = `Listener ${onPort.first.name} uses port ${listener.port} with ${onPort.first.protocol}; take another port.`;
      conflicts.set(listener, { reason: 'ProtocolConflict', message });
      continue;
    }
    byPort.set(listener.port, onPort);
    const host = `${listener.port}/${listener.hostname || ANY_HOST}`;
    const same = byHost.get(host);
    if (same) {
      const message = `Listener ${same.name} takes the same host on port ${listener.port}; give one of them another hostname.`;
      conflicts.set(listener, { reason: 'HostnameConflict', message });
    }
    byHost.set(host, same ?? listener);
  }
  return conflicts;
}
