import type { Gateway, Listener, RouteGroupKind } from '@tidegate/mesh-contract';
import { readCaBundle } from './ca-bundle.js';
import { ANY_HOST } from './hostnames.js';
import { type Protocol, type ProtocolFinding, isTerminated, protocolOf, protocolProblem, routeKinds } from './listener-protocol.js';
import { keyOf } from './object-key.js';
import type { ObjectRef } from './snapshot.js';
import { type PlannedCondition, condition } from './status-plan.js';
import { type ReferenceProblem, type Referrer, type SecretLookup, type TlsCertificate, readTlsSecret } from './tls-secret.js';

/** Certificates of clients: asked for, and checked unless anybody is let in. */
export interface ClientValidation {
  ca: string;
  letsAnybodyIn: boolean;
}

export interface ListenerPlan {
  /** The Gateway or ListenerSet that it stands in. */
  owner: ObjectRef;
  listener: Listener;
  /** '*' when the listener takes every host. */
  hostname: string;
  protocol: Protocol;
  /** Port that clients dial; undefined while the embedded cluster has not bound it. */
  clientPort: number | undefined;
  kinds: readonly RouteGroupKind[];
  certificate?: TlsCertificate;
  clientValidation?: ClientValidation;
  /** Serves requests or connections. */
  usable: boolean;
  /** Why not, when another listener is in the way. */
  conflict?: ProtocolFinding;
  /** All but Programmed. */
  conditions: readonly PlannedCondition[];
  /** Name of its routes. HTTP listeners of one port share a RouteConfiguration; those with TLS are picked by SNI and have their own. */
  routes: string;
}

export interface ListenerContext extends SecretLookup {
  /** namespace/name of the Gateway. */
  gatewayKey: string;
  /** tls.frontend of the Gateway, and the namespace that its references start from. */
  frontend: NonNullable<Gateway['spec']['tls']>['frontend'];
  gatewayNamespace: string;
  clientPortOf(port: number): number | undefined;
}

export function planListener(
  owner: ObjectRef,
  listener: Listener,
  conflict: ProtocolFinding | undefined,
  context: ListenerContext,
): ListenerPlan {
  const unsupported = protocolProblem(listener);
  const protocol = protocolOf(listener) ?? 'tcp';
  const { kinds, problem: kindProblem } = unsupported ? { kinds: [], problem: undefined } : routeKinds(listener, protocol);
  const certificate = !unsupported && isTerminated(listener) ? readCertificate(owner, listener, context) : undefined;
  const certificateProblem = certificate && 'reason' in certificate ? certificate : undefined;
  const clients = protocol === 'https' && !unsupported ? readClientValidation(listener.port, context) : {};
  const refProblem = certificateProblem ?? clients.reference ?? kindProblem;
  const rejected = unsupported ?? conflict ?? clients.refused;
  const isOwn = owner.kind === 'Gateway';
  return {
    owner,
    listener,
    hostname: listener.hostname || ANY_HOST,
    protocol,
    clientPort: context.clientPortOf(listener.port),
    kinds,
    ...(certificate && !('reason' in certificate) ? { certificate } : {}),
    ...(clients.validation ? { clientValidation: clients.validation } : {}),
    usable: !rejected && !certificateProblem && kinds.length > 0,
    ...(conflict && !unsupported ? { conflict } : {}),
    conditions: [
      rejected
        ? condition(owner, 'Accepted', false, rejected.reason, rejected.message)
        : condition(owner, 'Accepted', true, 'Accepted', 'The listener is valid.'),
      refProblem
        ? condition(owner, 'ResolvedRefs', false, refProblem.reason, refProblem.message)
        : condition(owner, 'ResolvedRefs', true, 'ResolvedRefs', 'All references are resolved.'),
      conflict && !unsupported
        ? condition(owner, 'Conflicted', true, conflict.reason, conflict.message)
        : condition(owner, 'Conflicted', false, 'NoConflicts', 'No other listener takes the same traffic.'),
    ],
    routes: routesName(context.gatewayKey, listener, protocol, isOwn ? '' : `@${keyOf(owner.namespace, owner.name)}`),
  };
}

function routesName(gatewayKey: string, listener: Listener, protocol: Protocol, set: string): string {
  const at = `gw/${gatewayKey}/${listener.port}`;
  return protocol === 'http' ? at : `${at}/${listener.name}${set}`;
}

/** The first certificate of the listener. */
function readCertificate(owner: ObjectRef, listener: Listener, lookup: SecretLookup): TlsCertificate | ProtocolFinding {
  const ref = listener.tls?.certificateRefs?.[0];
  if (!ref) {
    const message = `A listener that ends TLS needs tls.certificateRefs; name a Secret of type kubernetes.io/tls.`;
    return { reason: 'InvalidCertificateRef', message };
  }
  const from: Referrer = { kind: owner.kind === 'ListenerSet' ? 'ListenerSet' : 'Gateway', namespace: owner.namespace };
  const found = readTlsSecret(ref, from, lookup);
  if ('chain' in found) return found;
  return { reason: found.why === 'notPermitted' ? 'RefNotPermitted' : 'InvalidCertificateRef', message: found.message };
}

interface ClientReading {
  validation?: ClientValidation;
  /** Of ResolvedRefs. */
  reference?: ProtocolFinding;
  /** No certificate of an authority is left to check against: nobody is let in rather than anybody. */
  refused?: ProtocolFinding;
}

function readClientValidation(port: number, context: ListenerContext): ClientReading {
  const { frontend, gatewayNamespace: namespace } = context;
  const settings = frontend?.perPort?.find((entry) => entry.port === port)?.tls ?? frontend?.default;
  const validation = settings?.validation;
  if (!validation) return {};
  const { pem, problems } = readCaBundle(validation.caCertificateRefs, namespace, { kind: 'Gateway', namespace }, context);
  const [first] = problems;
  const reference = first ? { reference: { reason: CA_REASONS[first.why], message: first.message } } : {};
  if (pem === '') return { ...reference, refused: { reason: 'NoValidCACertificate', message: first?.message ?? '' } };
  return { ...reference, validation: { ca: pem, letsAnybodyIn: validation.mode === 'AllowInsecureFallback' } };
}

const CA_REASONS: Readonly<Record<ReferenceProblem['why'], string>> = {
  invalid: 'InvalidCACertificateRef',
  kind: 'InvalidCACertificateKind',
  notPermitted: 'RefNotPermitted',
};
