import type { Gateway, Listener, RouteGroupKind } from '@tidegate/mesh-contract';
import { GATEWAY_GROUP } from '@tidegate/mesh-contract';
import { type CertificateLookup, type ListenerCertificate, readCertificate } from './certificates.js';
import { ANY_HOST } from './hostnames.js';
import { objectKey, refOf } from './object-key.js';
import type { ObjectRef } from './snapshot.js';
import { type PlannedCondition, condition } from './status-plan.js';

export interface ListenerPlan {
  listener: Listener;
  /** '*' when the listener takes every host. */
  hostname: string;
  scheme: 'http' | 'https';
  /** Port that clients dial; undefined while the embedded cluster has not bound it. */
  clientPort: number | undefined;
  kinds: readonly RouteGroupKind[];
  certificate?: ListenerCertificate;
  /** Serves requests. */
  usable: boolean;
  /** All but Programmed. */
  conditions: readonly PlannedCondition[];
  /** Name of the RouteConfiguration. HTTP listeners of one port share it; HTTPS listeners are picked by SNI and have their own. */
  routes: string;
}

export interface GatewayPlan {
  gateway: Gateway;
  ref: ObjectRef;
  key: string;
  addresses: readonly string[];
  /** What keeps the whole Gateway from being accepted or programmed. */
  problem?: { condition: 'Accepted' | 'Programmed'; reason: string; message: string };
  listeners: readonly ListenerPlan[];
}

export interface GatewayContext extends CertificateLookup {
  clientPortOf(port: number): number | undefined;
  addresses: readonly string[];
  problem?: GatewayPlan['problem'];
}

const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute'];

export function planGateway(gateway: Gateway, context: GatewayContext): GatewayPlan {
  const ref = refOf('Gateway', gateway);
  const conflicts = findConflicts(gateway.spec.listeners);
  const problem = parametersProblem(gateway) ?? context.problem;
  return {
    gateway,
    ref,
    key: objectKey(gateway),
    addresses: context.addresses,
    ...(problem ? { problem } : {}),
    listeners: gateway.spec.listeners.map((listener) => {
      const plan = planListener(gateway, ref, listener, conflicts.get(listener), context);
      return problem?.condition === 'Accepted' ? { ...plan, usable: false } : plan;
    }),
  };
}

function parametersProblem(gateway: Gateway): GatewayPlan['problem'] {
  const parameters = gateway.spec.infrastructure?.parametersRef;
  if (!parameters) return undefined;
  const message = `Gateways take no parameters; remove infrastructure.parametersRef (${parameters.kind} ${parameters.name}).`;
  return { condition: 'Accepted', reason: 'InvalidParameters', message };
}

interface Finding {
  reason: string;
  message: string;
}

function planListener(
  gateway: Gateway,
  ref: ObjectRef,
  listener: Listener,
  conflict: Finding | undefined,
  context: GatewayContext,
): ListenerPlan {
  const unsupported = protocolProblem(listener);
  const { kinds, problem: kindProblem } = unsupported ? { kinds: [], problem: undefined } : routeKinds(listener);
  const certificate = listener.protocol === 'HTTPS' && !unsupported ? readCertificate(gateway, listener, context) : undefined;
  const certificateProblem = certificate && 'reason' in certificate ? certificate : undefined;
  const refProblem = certificateProblem ?? kindProblem;
  const rejected = unsupported ?? conflict;
  const at = `${objectKey(gateway)}/${listener.port}`;
  return {
    listener,
    hostname: listener.hostname || ANY_HOST,
    scheme: listener.protocol === 'HTTPS' ? 'https' : 'http',
    clientPort: context.clientPortOf(listener.port),
    kinds,
    ...(certificate && !('reason' in certificate) ? { certificate } : {}),
    usable: !rejected && !certificateProblem && kinds.length > 0,
    conditions: [
      rejected
        ? condition(ref, 'Accepted', false, rejected.reason, rejected.message)
        : condition(ref, 'Accepted', true, 'Accepted', 'The listener is valid.'),
      refProblem
        ? condition(ref, 'ResolvedRefs', false, refProblem.reason, refProblem.message)
        : condition(ref, 'ResolvedRefs', true, 'ResolvedRefs', 'All references are resolved.'),
      conflict && !unsupported
        ? condition(ref, 'Conflicted', true, conflict.reason, conflict.message)
        : condition(ref, 'Conflicted', false, 'NoConflicts', 'No other listener takes the same traffic.'),
    ],
    routes: listener.protocol === 'HTTPS' ? `gw/${at}/${listener.name}` : `gw/${at}`,
  };
}

function protocolProblem(listener: Listener): Finding | undefined {
  if (listener.protocol !== 'HTTP' && listener.protocol !== 'HTTPS') {
    return { reason: 'UnsupportedProtocol', message: `Protocol ${listener.protocol} is not supported; use HTTP or HTTPS.` };
  }
  if (listener.tls?.mode === 'Passthrough') {
    return { reason: 'UnsupportedValue', message: 'TLS passthrough is not supported on HTTPS listeners; use mode Terminate.' };
  }
  return undefined;
}

function routeKinds(listener: Listener): { kinds: RouteGroupKind[]; problem?: Finding } {
  const asked = listener.allowedRoutes?.kinds ?? [];
  if (asked.length === 0) return { kinds: ROUTE_KINDS.map((kind) => ({ group: GATEWAY_GROUP, kind })) };
  const known = (k: RouteGroupKind) => (k.group ?? GATEWAY_GROUP) === GATEWAY_GROUP && ROUTE_KINDS.includes(k.kind);
  const kinds = asked.filter(known).map((k) => ({ group: GATEWAY_GROUP, kind: k.kind }));
  if (kinds.length === asked.length) return { kinds };
  const unknown = asked.filter((k) => !known(k)).map((k) => k.kind);
  const message = `${unknown.join(', ')} cannot attach to ${listener.protocol} listeners; allow ${ROUTE_KINDS.join(' or ')}.`;
  return { kinds, problem: { reason: 'InvalidRouteKinds', message } };
}

/** Two protocols on one port, or the same host twice. The first listener of the list stays, the later ones are refused. */
function findConflicts(listeners: readonly Listener[]): Map<Listener, Finding> {
  const conflicts = new Map<Listener, Finding>();
  const byPort = new Map<number, Listener>();
  const byHost = new Map<string, Listener>();
  for (const listener of listeners) {
    if (protocolProblem(listener)) continue;
    const first = byPort.get(listener.port);
    if (first && first.protocol !== listener.protocol) {
      const message = `Listener ${first.name} uses port ${listener.port} with ${first.protocol}; take another port.`;
      conflicts.set(listener, { reason: 'ProtocolConflict', message });
      continue;
    }
    byPort.set(listener.port, first ?? listener);
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
