import type { Namespace } from '@tidegate/kube';
import type { Gateway, ListenerSet } from '@tidegate/mesh-contract';
import { findConflicts } from './listener-conflicts.js';
import { type ListenerContext, type ListenerPlan, planListener } from './listener-plan.js';
import { type ListenerSetPlan, planListenerSet } from './listener-sets.js';
import { keyOf, objectKey, refOf } from './object-key.js';
import type { ObjectRef } from './snapshot.js';
import { type PlannedCondition, condition } from './status-plan.js';
import { type SecretLookup, type TlsCertificate, readTlsSecret } from './tls-secret.js';

export interface GatewayPlan {
  gateway: Gateway;
  ref: ObjectRef;
  key: string;
  addresses: readonly string[];
  /** What keeps the whole Gateway from being accepted or programmed. */
  problem?: { condition: 'Accepted' | 'Programmed'; reason: string; message: string };
  /** Its own, then those of its ListenerSets. */
  listeners: readonly ListenerPlan[];
  sets: readonly ListenerSetPlan[];
  /** Shown to backends that are reached by TLS. */
  clientCertificate?: TlsCertificate;
  /** Beside Accepted and Programmed. */
  moreConditions: readonly PlannedCondition[];
}

export interface GatewayContext extends SecretLookup {
  clientPortOf(port: number): number | undefined;
  addresses: readonly string[];
  problem?: GatewayPlan['problem'];
  /** The oldest first. */
  sets: readonly ListenerSet[];
  namespace(name: string): Namespace | undefined;
}

export function planGateway(gateway: Gateway, context: GatewayContext): GatewayPlan {
  const ref = refOf('Gateway', gateway);
  const problem = parametersProblem(gateway) ?? context.problem;
  const sets = context.sets.map((set) => planListenerSet(set, gateway, context.namespace(set.metadata?.namespace ?? '')));
  const stands = [
    ...gateway.spec.listeners.map((listener) => ({ owner: ref, listener })),
    ...sets.flatMap(({ set, ref: owner, problem: refused }) =>
      refused ? [] : set.spec.listeners.map((listener) => ({ owner, listener })),
    ),
  ];
  const conflicts = findConflicts(stands.map((s) => s.listener));
  const forListeners: ListenerContext = {
    ...context,
    gatewayKey: objectKey(gateway),
    gatewayNamespace: ref.namespace,
    frontend: gateway.spec.tls?.frontend,
  };
  const listeners = stands.map(({ owner, listener }) => {
    const plan = planListener(owner, listener, conflicts.get(listener), forListeners);
    return problem?.condition === 'Accepted' ? { ...plan, usable: false } : plan;
  });
  return {
    gateway,
    ref,
    key: objectKey(gateway),
    addresses: context.addresses,
    ...(problem ? { problem } : {}),
    listeners,
    sets,
    ...certificateForBackends(gateway, ref, listeners, context),
  };
}

function parametersProblem(gateway: Gateway): GatewayPlan['problem'] {
  const parameters = gateway.spec.infrastructure?.parametersRef;
  if (!parameters) return undefined;
  const message = `Gateways take no parameters; remove infrastructure.parametersRef (${parameters.kind} ${parameters.name}).`;
  return { condition: 'Accepted', reason: 'InvalidParameters', message };
}

function certificateForBackends(
  gateway: Gateway,
  ref: ObjectRef,
  listeners: readonly ListenerPlan[],
  lookup: SecretLookup,
): Pick<GatewayPlan, 'clientCertificate' | 'moreConditions'> {
  const insecure = listeners.some((l) => l.clientValidation?.letsAnybodyIn)
    ? [
        condition(
          ref,
          'InsecureFrontendValidationMode',
          true,
          'ConfigurationChanged',
          'Clients without a valid certificate are let in (AllowInsecureFallback).',
        ),
      ]
    : [];
  const clientRef = gateway.spec.tls?.backend?.clientCertificateRef;
  if (!clientRef) return { moreConditions: insecure };
  const found = readTlsSecret(clientRef, { kind: 'Gateway', namespace: ref.namespace }, lookup);
  if ('chain' in found) {
    const resolved = condition(ref, 'ResolvedRefs', true, 'ResolvedRefs', 'All references are resolved.');
    return { clientCertificate: found, moreConditions: [resolved, ...insecure] };
  }
  const reason = found.why === 'notPermitted' ? 'RefNotPermitted' : 'InvalidClientCertificateRef';
  return { moreConditions: [condition(ref, 'ResolvedRefs', false, reason, found.message), ...insecure] };
}

/** namespace/name of every Secret and ConfigMap that the Gateway and its ListenerSets name, for the memo. */
export function referencesOf(gateway: Gateway, sets: readonly ListenerSet[]): { secrets: string[]; configMaps: string[] } {
  const own = gateway.metadata?.namespace ?? '';
  const { backend, frontend } = gateway.spec.tls ?? {};
  const listeners = [gateway, ...sets].flatMap((object) =>
    object.spec.listeners.flatMap((listener) =>
      (listener.tls?.certificateRefs ?? []).map((ref) => keyOf(ref.namespace ?? object.metadata?.namespace ?? '', ref.name)),
    ),
  );
  const client = backend?.clientCertificateRef;
  const validations = [frontend?.default.validation, ...(frontend?.perPort ?? []).map((entry) => entry.tls.validation)];
  return {
    secrets: client ? [...listeners, keyOf(client.namespace ?? own, client.name)] : listeners,
    configMaps: validations.flatMap((v) => (v?.caCertificateRefs ?? []).map((ref) => keyOf(ref.namespace ?? own, ref.name))),
  };
}
