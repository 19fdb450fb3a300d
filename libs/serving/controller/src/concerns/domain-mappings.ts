import { keyFor, keyOf, splitKey, startController, type KubeObject } from '@tidegate/kube';
import {
  DOMAIN_MAPPING_UID_LABEL,
  GATEWAY_NAME,
  ROUTE_LABEL,
  SERVING_NAMESPACE,
  childName,
  domainMappings,
  type DomainMapping,
} from '@tidegate/serving-contract';
import {
  isKubernetesService,
  isServing,
  mappingsWithListener,
  planDomainMapping,
  planDomainMappingDeletion,
  type ObservedDomainMapping,
} from '@tidegate/serving-plan';
import type { HttpRoute } from '@tidegate/traffic-router';
import { applyPlan } from '../apply-plan.js';
import { BY_NAME, BY_TARGET } from '../caches.js';
import { BACKOFF, type Concern, type ConcernContext } from '../concern.js';

/** DomainMapping ─► claim of the domain, HTTPRoute. */
export function startDomainMappings(context: ConcernContext): Concern {
  const { observed, settings, clock, log, registry } = context;
  const { caches } = observed;
  const referring = (namespace: string | undefined, name: string): string[] =>
    caches.domainMappings.byIndex(BY_TARGET, keyFor(namespace, name)).map(keyOf);
  const to = ({ metadata }: KubeObject): string[] => referring(metadata?.namespace, metadata?.name ?? '');
  const ofHttpRoute = (route: HttpRoute): string[] => {
    const { labels, namespace, ownerReferences = [] } = route.metadata ?? {};
    const of = labels?.[ROUTE_LABEL];
    const own = labels?.[DOMAIN_MAPPING_UID_LABEL] === undefined ? [] : ownerReferences.map((o) => keyFor(namespace, o.name));
    return [...own, ...(of === undefined ? [] : referring(namespace, of))];
  };
  const withCertificate = (): string[] =>
    caches.domainMappings
      .list()
      .filter((m) => m.spec.tls)
      .map(keyOf);
  const controller = startController({
    name: 'serving.domain-mapping',
    clock,
    log,
    registry,
    backoff: BACKOFF,
    watches: [
      { informer: caches.domainMappings, toKeys: (m) => [keyOf(m)] },
      { informer: caches.domainClaims, toKeys: (c) => caches.domainMappings.byIndex(BY_NAME, c.metadata?.name ?? '').map(keyOf) },
      { informer: caches.routes, toKeys: to },
      { informer: caches.kubeServices, toKeys: to },
      { informer: caches.httpRoutes, toKeys: ofHttpRoute },
      {
        informer: caches.grants,
        toKeys: ({ metadata }) => (metadata?.ownerReferences ?? []).map((o) => keyFor(metadata?.namespace, o.name)),
      },
      { informer: caches.gateways, toKeys: withCertificate },
    ],
    reconcile: async (key) => {
      const { namespace = '', name } = splitKey(key);
      const mapping = observed.get(caches.domainMappings, namespace, name);
      if (!mapping) return;
      const subject = { kind: domainMappings, object: mapping };
      const seen = gather(mapping);
      if (mapping.metadata?.deletionTimestamp !== undefined)
        return applyPlan(context, subject, planDomainMappingDeletion(seen, settings.current()));
      await applyPlan(context, subject, planDomainMapping(seen, settings.current(), clock.now()));
    },
  });

  function gather(mapping: DomainMapping): ObservedDomainMapping {
    const { namespace = '', name = '' } = mapping.metadata ?? {};
    const target = mapping.spec.ref.name;
    return {
      mapping,
      claim: observed.get(caches.domainClaims, undefined, name),
      route: isServing(mapping) ? observed.get(caches.routes, namespace, target) : undefined,
      service: isKubernetesService(mapping) ? observed.get(caches.kubeServices, namespace, target) : undefined,
      httpRoute: (wanted) => observed.get(caches.httpRoutes, namespace, wanted),
      grant: observed.get(caches.grants, namespace, childName(name, '')),
      gateway: observed.get(caches.gateways, SERVING_NAMESPACE, GATEWAY_NAME),
      hasListener:
        mapping.spec.tls !== undefined &&
        mappingsWithListener(caches.domainMappings.list()).some((m) => m.metadata?.uid === mapping.metadata?.uid),
    };
  }
  return { controller, keysOfSettings: () => caches.domainMappings.list().map(keyOf) };
}
