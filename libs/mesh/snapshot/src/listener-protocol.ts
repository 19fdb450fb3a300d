import { GATEWAY_GROUP, type Listener, type RouteGroupKind } from '@tidegate/mesh-contract';

/** What a listener speaks with its clients. */
export type Protocol = 'http' | 'https' | 'tls' | 'tcp';

const PROTOCOLS: Readonly<Record<string, Protocol>> = { HTTP: 'http', HTTPS: 'https', TLS: 'tls', TCP: 'tcp' };

const ROUTES: Readonly<Record<Protocol, readonly string[]>> = {
  http: ['HTTPRoute', 'GRPCRoute'],
  https: ['HTTPRoute', 'GRPCRoute'],
  tls: ['TLSRoute'],
  tcp: ['TCPRoute'],
};

export interface ProtocolFinding {
  reason: string;
  message: string;
}

export function protocolOf(listener: Listener): Protocol | undefined {
  return PROTOCOLS[listener.protocol];
}

export function protocolProblem(listener: Listener): ProtocolFinding | undefined {
  const protocol = protocolOf(listener);
  if (!protocol) {
    return { reason: 'UnsupportedProtocol', message: `Protocol ${listener.protocol} is not supported; use HTTP, HTTPS, TLS or TCP.` };
  }
  if (protocol === 'https' && listener.tls?.mode === 'Passthrough') {
    return { reason: 'UnsupportedValue', message: 'TLS passthrough is not supported on HTTPS listeners; use protocol TLS.' };
  }
  return undefined;
}

/** TLS that ends at the gateway, which needs a certificate. */
export function isTerminated(listener: Listener): boolean {
  const protocol = protocolOf(listener);
  return protocol === 'https' || (protocol === 'tls' && listener.tls?.mode !== 'Passthrough');
}

/** Kinds of routes that may attach; `problem` when some of those asked for cannot. */
export function routeKinds(listener: Listener, protocol: Protocol): { kinds: RouteGroupKind[]; problem?: ProtocolFinding } {
  const possible = ROUTES[protocol];
  const asked = listener.allowedRoutes?.kinds ?? [];
  if (asked.length === 0) return { kinds: possible.map((kind) => ({ group: GATEWAY_GROUP, kind })) };
  const known = (k: RouteGroupKind) => (k.group ?? GATEWAY_GROUP) === GATEWAY_GROUP && possible.includes(k.kind);
  const kinds = asked.filter(known).map((k) => ({ group: GATEWAY_GROUP, kind: k.kind }));
  if (kinds.length === asked.length) return { kinds };
  const unknown = asked.filter((k) => !known(k)).map((k) => k.kind);
  const message = `${unknown.join(', ')} cannot attach to ${listener.protocol} listeners; allow ${possible.join(' or ')}.`;
  return { kinds, problem: { reason: 'InvalidRouteKinds', message } };
}
