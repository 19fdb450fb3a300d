import { type Release, type Strategy, releases, strategies } from '@tidegate/delivery-contract';
import {
  type ClusterNode,
  type CoreEvent,
  type Deployment,
  type Informer,
  type InformerSet,
  type IpAddress,
  type KubeObject,
  type Namespace,
  type Pod,
  type ReplicaSet,
  type Service,
  type StatefulSet,
  kinds,
} from '@tidegate/kube';
import { type Gateway, type HttpRoute, gateways, httpRoutes } from '@tidegate/mesh-contract';
import { type KnativeService, type PodAutoscaler, type Revision, knativeServices, podAutoscalers, revisions } from '@tidegate/serving-contract';
import { type Application, WORKSPACE_LABEL, type Workspace, applications, workspaces } from '@tidegate/tenancy-contract';

export const BY_NAMESPACE = 'namespace';
export const BY_SELECTOR = 'selector pair';

const namespaceOf = (object: KubeObject): string[] => [object.metadata?.namespace ?? ''];
/** Under one pair of its selector: whoever has that label may be selected. */
const selectorPair = ({ metadata, spec }: Service): string[] => {
  const [pair] = Object.entries(spec?.selector ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return pair ? [`${metadata?.namespace ?? ''}/${pair[0]}=${pair[1]}`] : [];
};
const withoutSeries = ({ series: _, ...event }: CoreEvent): CoreEvent => event;

export interface Caches {
  namespaces: Informer<Namespace>;
  workspaces: Informer<Workspace>;
  applications: Informer<Application>;
  deployments: Informer<Deployment>;
  statefulSets: Informer<StatefulSet>;
  replicaSets: Informer<ReplicaSet>;
  pods: Informer<Pod>;
  services: Informer<Service>;
  events: Informer<CoreEvent>;
  ipAddresses: Informer<IpAddress>;
  nodes: Informer<ClusterNode>;
  knativeServices: Informer<KnativeService>;
  revisions: Informer<Revision>;
  podAutoscalers: Informer<PodAutoscaler>;
  strategies: Informer<Strategy>;
  releases: Informer<Release>;
  gateways: Informer<Gateway>;
  httpRoutes: Informer<HttpRoute>;
}

/** What reads are answered from: one watch for each kind, whoever asks. Every answer is filtered by the caller's rights. */
export function openCaches(informers: InformerSet): Caches {
  const namespaced = { indexes: { [BY_NAMESPACE]: namespaceOf }, optional: true };
  return {
    namespaces: informers.informer(kinds.namespaces),
    workspaces: informers.informer(workspaces, { optional: true }),
    applications: informers.informer(applications, namespaced),
    deployments: informers.informer(kinds.deployments, namespaced),
    statefulSets: informers.informer(kinds.statefulSets, namespaced),
    replicaSets: informers.informer(kinds.replicaSets, namespaced),
    pods: informers.informer(kinds.pods, namespaced),
    services: informers.informer(kinds.services, { indexes: { [BY_NAMESPACE]: namespaceOf, [BY_SELECTOR]: selectorPair } }),
    events: informers.informer(kinds.events, { ...namespaced, keep: withoutSeries }),
    ipAddresses: informers.informer(kinds.ipAddresses, { optional: true }),
    nodes: informers.informer(kinds.nodes),
    knativeServices: informers.informer(knativeServices, namespaced),
    revisions: informers.informer(revisions, namespaced),
    podAutoscalers: informers.informer(podAutoscalers, namespaced),
    strategies: informers.informer(strategies, namespaced),
    releases: informers.informer(releases),
    gateways: informers.informer(gateways, namespaced),
    httpRoutes: informers.informer(httpRoutes, namespaced),
  };
}


/** The workspace that a namespace is a project of. */
export const workspaceOf = (caches: Pick<Caches, 'namespaces'>, namespace: string): string | undefined => caches.namespaces.get(undefined, namespace)?.metadata?.labels?.[WORKSPACE_LABEL];

/** Those of one namespace, or all. */
export const inNamespace = <T extends KubeObject>(cache: Informer<T>, namespace: string | undefined): T[] => (namespace === undefined ? cache.list() : cache.byIndex(BY_NAMESPACE, namespace));

/** Calls `changed` when an object of one of the caches changes, in that namespace when given. Not for what is there already. */
export function onChangeIn(caches: readonly Informer<KubeObject>[], namespace: string | undefined, changed: () => void): () => void {
  let isReplay = true;
  const ends = caches.map((cache) =>
    cache.onChange(({ object }) => {
      if (!isReplay && (namespace === undefined || object.metadata?.namespace === namespace)) changed();
    }),
  );
  isReplay = false;
  return () => ends.forEach((end) => end());
}
