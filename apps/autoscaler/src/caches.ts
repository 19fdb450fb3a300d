import {
  type Deployment,
  type EndpointSlice,
  type Informer,
  InformerSet,
  type KubeObject,
  type Pod,
  type Service,
  type ConfigMap,
  kinds,
} from '@tidegate/kube';
import {
  MESH_VERSION_LABEL,
  type PodAutoscaler,
  REVISION_LABEL,
  SERVING_NAMESPACE,
  type TrafficPolicy,
  podAutoscalers,
  trafficPolicies,
} from '@tidegate/serving-contract';

/** Pods of a revision, by `namespace/revision`. */
export const BY_REVISION = 'serving-revision';
/** Endpoint slices that name a pod, by `namespace/pod`. */
export const BY_POD = 'endpoint-pod';
export const BY_NAMESPACE = 'namespace';

export const revisionOf = (object: KubeObject): string[] => {
  const name = object.metadata?.labels?.[REVISION_LABEL];
  return name === undefined ? [] : [`${object.metadata?.namespace}/${name}`];
};
const podsOf = (slice: EndpointSlice): string[] =>
  (slice.endpoints ?? []).flatMap(({ targetRef }) => (targetRef?.kind === 'Pod' ? [`${slice.metadata?.namespace}/${targetRef.name}`] : []));
const namespaceOf = (object: KubeObject): string[] => [object.metadata?.namespace ?? ''];

/** What the autoscaler decides from. */
export interface Caches {
  autoscalers: Informer<PodAutoscaler>;
  deployments: Informer<Deployment>;
  pods: Informer<Pod>;
  policies: Informer<TrafficPolicy>;
  services: Informer<Service>;
  slices: Informer<EndpointSlice>;
  configMaps: Informer<ConfigMap>;
}

export function autoscalerCaches(informers: InformerSet): Caches {
  return {
    autoscalers: informers.informer(podAutoscalers),
    deployments: informers.informer(kinds.deployments, { labelSelector: REVISION_LABEL }),
    pods: informers.informer(kinds.pods, { labelSelector: REVISION_LABEL, indexes: { [BY_REVISION]: revisionOf } }),
    policies: informers.informer(trafficPolicies),
    services: informers.informer(kinds.services, { indexes: { [BY_NAMESPACE]: namespaceOf } }),
    slices: informers.informer(kinds.endpointSlices, { labelSelector: MESH_VERSION_LABEL, indexes: { [BY_POD]: podsOf } }),
    configMaps: informers.informer(kinds.configMaps, { namespace: SERVING_NAMESPACE }),
  };
}
