import {
  GATEWAY_NAME,
  SERVING_NAMESPACE,
  childName,
  conditionOf,
  domainMappings,
  gateways,
  type DomainMapping,
  type Finding,
  type Gateway,
  type GatewayListener,
  type ReferenceGrant,
} from '@tidegate/serving-contract';
import { isSame, withAppliedHash } from '../drift.js';
import { isFalse, isTrue } from '../findings.js';
import { controllerReference } from '../ownership.js';
import type { Plan } from '../plan.js';
import { ingressNotConfigured } from '../route/ingress-finding.js';

/** A Gateway has 64 listeners at most, and one is for everybody. */
export const MOST_DOMAIN_LISTENERS = 63;
const PREFIX = 'domain-';

/** The mappings that have a certificate and their domain, oldest first, as many as the Gateway can serve. */
export function mappingsWithListener(all: readonly DomainMapping[]): DomainMapping[] {
  const age = ({ metadata }: DomainMapping): string => `${metadata?.creationTimestamp} ${metadata?.name}`;
  return all
    .filter((m) => m.spec.tls && m.metadata?.deletionTimestamp === undefined && isClaimed(m))
    .sort((a, b) => (age(a) < age(b) ? -1 : 1))
    .slice(0, MOST_DOMAIN_LISTENERS);
}

/** The HTTPS listeners of the Gateway: one for each such mapping. Listeners of others stay as they are. */
export function planDomainListeners(gateway: Gateway, mappings: readonly DomainMapping[]): Plan {
  const wanted = mappingsWithListener(mappings).map(desiredListener);
  const has = (gateway.spec.listeners ?? []).filter((l) => l.name.startsWith(PREFIX));
  const sorted = (list: readonly GatewayListener[]): GatewayListener[] => [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (isSame(sorted(has).map(comparable), sorted(wanted).map(comparable))) return { actions: [] };
  const object: Gateway = { metadata: { name: GATEWAY_NAME, namespace: SERVING_NAMESPACE }, spec: { listeners: wanted } };
  return { actions: [{ do: 'apply', kind: gateways, object }] };
}

/** Without what the server fills in. */
function comparable({ name, hostname, tls }: GatewayListener): unknown {
  return { name, hostname, secrets: (tls?.certificateRefs ?? []).map((r) => [r.namespace, r.name]) };
}

function desiredListener(mapping: DomainMapping): GatewayListener {
  const { name = '', namespace = '' } = mapping.metadata ?? {};
  return {
    name: listenerName(mapping),
    hostname: name,
    port: 443,
    protocol: 'HTTPS',
    tls: { mode: 'Terminate', certificateRefs: [{ name: mapping.spec.tls?.secretName ?? '', namespace }] },
    // The domain is this namespace's alone.
    allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } } },
  };
}

function listenerName(mapping: DomainMapping): string {
  return PREFIX + (mapping.metadata?.uid ?? '');
}

/** Lets the Gateway read the one Secret that the mapping names. */
export function desiredGrant(mapping: DomainMapping, secretName: string): ReferenceGrant {
  const { name = '', namespace } = mapping.metadata ?? {};
  return withAppliedHash({
    metadata: { name: childName(name, ''), namespace, ownerReferences: [controllerReference(domainMappings, mapping)] },
    spec: {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: SERVING_NAMESPACE }],
      to: [{ group: '', kind: 'Secret', name: secretName }],
    },
  });
}

/** Whether the mapping's certificate is served. */
export function listenerFinding(mapping: DomainMapping, gateway: Gateway | undefined, isChosen: boolean): Finding {
  if (isClaimed(mapping) && !isChosen) {
    const message = `The Gateway serves ${MOST_DOMAIN_LISTENERS} domains with certificates already; remove one, or this one's tls.`;
    return isFalse('IngressReady', 'TooManyDomains', message);
  }
  const name = listenerName(mapping);
  const spec = gateway?.spec.listeners?.find((l) => l.name === name);
  const status = gateway?.status?.listeners?.find((l) => l.name === name);
  if (!spec || !status || !isSame(comparable(spec), comparable(desiredListener(mapping)))) return ingressNotConfigured();
  const current = (status.conditions ?? []).filter((c) => c.observedGeneration === gateway?.metadata?.generation);
  const bad = ['Accepted', 'ResolvedRefs'].map((type) => conditionOf(current, type)).find((c) => c?.status === 'False');
  if (bad) return isFalse('IngressReady', bad.reason ?? 'NotAccepted', bad.message);
  return conditionOf(current, 'Programmed')?.status === 'True' ? isTrue('IngressReady') : ingressNotConfigured();
}

function isClaimed({ status }: DomainMapping): boolean {
  return conditionOf(status?.conditions, 'DomainClaimed')?.status === 'True';
}
