import type { Service } from '@tidegate/kube';
import {
  DOMAIN_MAPPING_CONDITIONS,
  DOMAIN_MAPPING_NAMESPACE_LABEL,
  DOMAIN_MAPPING_UID_LABEL,
  GATEWAY_NAME,
  SERVING_GROUP,
  SERVING_NAMESPACE,
  childName,
  clusterDomainClaims,
  domainMappings,
  settleConditions,
  type ClusterDomainClaim,
  type DomainMapping,
  type DomainMappingStatus,
  type Finding,
  type Route,
} from '@tidegate/serving-contract';
import { httpRoutes, type HttpRoute, type HttpRouteRule } from '@tidegate/traffic-router';
import { needsApply, withAppliedHash } from '../drift.js';
import { isFalse, isTrue, isUnknown } from '../findings.js';
import { controllerReference, isControlledBy, notOwnedMessage } from '../ownership.js';
import type { Action, Plan } from '../plan.js';
import { localRouteName } from '../route/desired-http-routes.js';
import { clusterLocalHost, publicUrl } from '../route/hosts.js';
import { ingressFinding, ingressNotConfigured } from '../route/ingress-finding.js';
import type { Settings } from '../settings.js';

/** Keeps a mapping until the claim that was made for it is gone. */
export const CLAIM_FINALIZER = 'domainmappings.serving.knative.dev';

export interface ObservedDomainMapping {
  mapping: DomainMapping;
  /** The claim of the mapping's domain, whosever it is. */
  claim?: ClusterDomainClaim;
  /** The Route that the reference names, itself or as a Knative Service. */
  route?: Route;
  /** The Kubernetes Service that the reference names. */
  service?: Service;
  /** Of the mapping's namespace, whosever it is. */
  httpRoute(name: string): HttpRoute | undefined;
}

/** claim of the domain ─► what answers ─► an HTTPRoute for the domain that leads where the target's own leads. */
export function planDomainMapping(observed: ObservedDomainMapping, settings: Settings, now: number): Plan<DomainMappingStatus> {
  const { mapping, claim } = observed;
  const { name = '', namespace, finalizers = [] } = mapping.metadata ?? {};
  const scheme = mapping.spec.tls ? 'https' : settings.config.network.defaultExternalScheme;
  const url = publicUrl(name, scheme, settings);
  const found = new Map<string, Finding>();
  const say = (...findings: Finding[]): void => findings.forEach((f) => found.set(f.type, f));
  const actions: Action[] = [];
  const ends = (...findings: Finding[]): Plan<DomainMappingStatus> => {
    say(...findings);
    const conditions = settleConditions(DOMAIN_MAPPING_CONDITIONS, mapping.status?.conditions, [...found.values()], now);
    return { actions, status: { ...mapping.status, observedGeneration: mapping.metadata?.generation, url, address: { url }, conditions } };
  };
  say(ingressNotConfigured(), certificateFinding(mapping, settings));

  if (claim ? claim.spec.namespace !== namespace : !settings.config.network.autocreateClusterDomainClaims) {
    return ends(isFalse('DomainClaimed', 'DomainAlreadyClaimed', 'The domain name is already in use by another DomainMapping'));
  }
  if (settings.config.network.autocreateClusterDomainClaims && !finalizers.includes(CLAIM_FINALIZER))
    actions.push(finalizerAction(mapping, [...finalizers, CLAIM_FINALIZER]));
  const wanted: ClusterDomainClaim = { metadata: { name }, spec: { namespace: namespace ?? '' } };
  if (!claim) actions.push({ do: 'create', kind: clusterDomainClaims, object: wanted });
  say(claim ? isTrue('DomainClaimed') : isUnknown('DomainClaimed'));

  const target = targetOf(observed);
  if ('status' in target) return ends(target);
  say(isTrue('ReferenceResolved'));

  const desired = desiredHttpRoute(mapping, target.rules);
  const existing = observed.httpRoute(desired.metadata?.name ?? '');
  if (existing && !isControlledBy(existing, mapping)) {
    return ends(isFalse('IngressReady', 'NotOwned', notOwnedMessage('HTTPRoute', existing.metadata?.name ?? '')));
  }
  if (!existing || needsApply(existing, desired)) {
    actions.push({ do: 'apply', kind: httpRoutes, object: desired });
    return ends();
  }
  return ends(ingressFinding([existing]));
}

/** What is left to do for a mapping that is deleted: its claim, when claims are made here and this one is the namespace's own. */
export function planDomainMappingDeletion({ mapping, claim }: ObservedDomainMapping, settings: Settings): Plan {
  const { finalizers = [], name = '', namespace } = mapping.metadata ?? {};
  if (!finalizers.includes(CLAIM_FINALIZER)) return { actions: [] };
  const actions: Action[] = [];
  if (claim && settings.config.network.autocreateClusterDomainClaims && claim.spec.namespace === namespace) {
    actions.push({ do: 'delete', kind: clusterDomainClaims, name, uid: claim.metadata?.uid });
  }
  actions.push(
    finalizerAction(
      mapping,
      finalizers.filter((f) => f !== CLAIM_FINALIZER),
    ),
  );
  return { actions };
}

function finalizerAction(mapping: DomainMapping, finalizers: string[]): Action {
  const { name = '', namespace, resourceVersion } = mapping.metadata ?? {};
  return { do: 'patch', kind: domainMappings, namespace, name, body: { metadata: { finalizers, resourceVersion } } };
}

/** The rules of the target, or why there are none. */
function targetOf(observed: ObservedDomainMapping): { rules: HttpRouteRule[] } | Finding {
  const { mapping, route, service } = observed;
  const { kind, name, namespace } = mapping.spec.ref;
  const own = mapping.metadata?.namespace ?? '';
  const unresolved = (message: string): Finding => isFalse('ReferenceResolved', 'ResolveFailed', message);
  if (namespace && namespace !== own) {
    const uri = `http://${clusterLocalHost(name, namespace)}`;
    return unresolved(`resolved URI "${uri}" must be in same namespace as DomainMapping`);
  }
  if (isServing(mapping)) {
    if (!route) return unresolved(`${kind.toLowerCase()}s.${SERVING_GROUP} "${name}" not found`);
    const leads = observed.httpRoute(localRouteName(name));
    if (!route.status?.address?.url || !leads || !isControlledBy(leads, route))
      return isUnknown('ReferenceResolved', 'ResolveFailed', `address not set for ${kind} "${name}"`);
    return { rules: leads.spec.rules ?? [] };
  }
  if (!isKubernetesService(mapping)) {
    return unresolved(`${kind} "${name}" cannot be mapped; refer to a Knative Service, a Route, or a Service of Kubernetes`);
  }
  if (!service) return unresolved(`services "${name}" not found`);
  // The same port that Knative asks for; an app behind a plain Service expects its own host.
  const hostname = clusterLocalHost(name, own);
  const filters = [
    { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'K-Original-Host', value: mapping.metadata?.name ?? '' }] } },
    { type: 'URLRewrite', urlRewrite: { hostname } },
  ];
  return { rules: [{ name: 'service', filters, backendRefs: [{ name, port: 80 }] }] };
}

/** Whether the reference names a Knative Service or a Route. */
export function isServing({ spec: { ref } }: DomainMapping): boolean {
  const group = ref.group ?? ref.apiVersion?.split('/')[0];
  return group === SERVING_GROUP && (ref.kind === 'Service' || ref.kind === 'Route');
}

export function isKubernetesService({ spec: { ref } }: DomainMapping): boolean {
  return ref.kind === 'Service' && (ref.apiVersion === 'v1' || (ref.apiVersion === undefined && !ref.group));
}

function desiredHttpRoute(mapping: DomainMapping, rules: readonly HttpRouteRule[]): HttpRoute {
  const { name = '', namespace, uid = '', labels } = mapping.metadata ?? {};
  return withAppliedHash({
    metadata: {
      name: childName(name, ''),
      namespace,
      labels: { ...labels, [DOMAIN_MAPPING_UID_LABEL]: uid, [DOMAIN_MAPPING_NAMESPACE_LABEL]: namespace ?? '' },
      ownerReferences: [controllerReference(domainMappings, mapping)],
    },
    spec: { parentRefs: [{ name: GATEWAY_NAME, namespace: SERVING_NAMESPACE }], hostnames: [name], rules: [...rules] },
  });
}

function certificateFinding({ spec, metadata }: DomainMapping, settings: Settings): Finding {
  const type = 'CertificateProvisioned';
  if (spec.tls)
    return { type, status: 'True', reason: 'CertificateExternallyProvided', message: 'TLS certificate was provided externally' };
  if (!settings.config.network.externalDomainTls)
    return { type, status: 'True', reason: 'TLSNotEnabled', message: 'external-domain-tls is not enabled' };
  return isFalse(type, 'CertificateProvisionFailed', `Certificate ${metadata?.name} failed to be provisioned.`);
}
