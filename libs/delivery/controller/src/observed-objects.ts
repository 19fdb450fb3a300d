import type { Informer, KubeObject, Deployment, Pod, Service, StatefulSet } from '@tidegate/kube';
import type { InformerSet } from '@tidegate/kube';
import { kinds } from '@tidegate/kube';
import { STRATEGY_LABEL, releases, strategies, type Release, type Strategy } from '@tidegate/delivery-contract';
import { withOwnSelector } from '@tidegate/delivery-plan';
import { httpRoutes, type HttpRoute } from '@tidegate/traffic-router';

export const BY_NAMESPACE = 'namespace';
export const BY_STRATEGY = 'delivery-strategy';

export const namespaceOf = (object: KubeObject): string[] => [object.metadata?.namespace ?? ''];
export const strategyOf = (object: KubeObject): string[] => {
  const name = object.metadata?.labels?.[STRATEGY_LABEL];
  return name === undefined ? [] : [`${object.metadata?.namespace}/${name}`];
};

/** The caches that delivery decides from. */
export interface Caches {
  strategies: Informer<Strategy>;
  releases: Informer<Release>;
  services: Informer<Service>;
  routes: Informer<HttpRoute>;
  deployments: Informer<Deployment>;
  statefulSets: Informer<StatefulSet>;
  pods: Informer<Pod>;
}

export function deliveryCaches(informers: InformerSet): Caches {
  const indexes = { [BY_NAMESPACE]: namespaceOf, [BY_STRATEGY]: strategyOf };
  return {
    strategies: informers.informer(strategies, { indexes: { [BY_NAMESPACE]: namespaceOf } }),
    releases: informers.informer(releases, { indexes }),
    services: informers.informer(kinds.services, { indexes, keep: withOwnSelector }),
    routes: informers.informer(httpRoutes, { indexes }),
    deployments: informers.informer(kinds.deployments, { indexes }),
    statefulSets: informers.informer(kinds.statefulSets, { indexes }),
    pods: informers.informer(kinds.pods, { indexes: { [BY_NAMESPACE]: namespaceOf } }),
  };
}
