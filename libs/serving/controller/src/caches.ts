import {
  InformerSet,
  WrittenObjects,
  keyFor,
  kinds,
  type ConfigMap,
  type Deployment,
  type Informer,
  type Kind,
  type KubeClient,
  type KubeObject,
  type Pod,
  type Service,
} from '@tidegate/kube';
import {
  CONFIGURATION_LABEL,
  REVISION_LABEL,
  REVISION_UID_LABEL,
  ROUTES_ANNOTATION,
  ROUTE_LABEL,
  SERVING_NAMESPACE,
  clusterDomainClaims,
  configurations,
  domainMappings,
  gateways,
  knativeServices,
  podAutoscalers,
  referenceGrants,
  revisions,
  routes,
  trafficPolicies,
  type ClusterDomainClaim,
  type Configuration,
  type DomainMapping,
  type Gateway,
  type KnativeService,
  type PodAutoscaler,
  type ReferenceGrant,
  type Revision,
  type Route,
  type TrafficPolicy,
} from '@tidegate/serving-contract';
import { namesIn, type TrafficSources } from '@tidegate/serving-plan';
import { httpRoutes, type HttpRoute } from '@tidegate/traffic-router';
import type { Clock, Logger } from '@tidegate/kernel';

export const BY_ROUTE = 'serving-route';
export const BY_MARK = 'serving-mark';
export const BY_CONFIGURATION = 'serving-configuration';
export const BY_REVISION = 'serving-revision';
export const BY_TARGET = 'serving-target';
export const BY_NAME = 'name';

const byName = (object: KubeObject): string[] => [object.metadata?.name ?? ''];
const byLabel =
  (label: string) =>
  (object: KubeObject): string[] => {
    const name = object.metadata?.labels?.[label];
    return name === undefined ? [] : [keyFor(object.metadata?.namespace, name)];
  };
const byConfiguration = byLabel(CONFIGURATION_LABEL);
const byRevision = byLabel(REVISION_LABEL);
const byRoute = byLabel(ROUTE_LABEL);
/** `namespace/name` of the Routes that are noted on a Revision or Configuration. */
const marksOf = ({ metadata }: KubeObject): string[] =>
  namesIn(metadata?.annotations?.[ROUTES_ANNOTATION]).map((name) => keyFor(metadata?.namespace, name));
/** `namespace/Configuration/name` and `namespace/Revision/name` of everything that a Route names, now or soon. */
const targetsOf = (route: Route): string[] =>
  [...(route.spec.traffic ?? []), ...(route.status?.traffic ?? [])].flatMap((t) => {
    const { namespace } = route.metadata ?? {};
    return [
      ...(t.configurationName ? [`${namespace}/Configuration/${t.configurationName}`] : []),
      ...(t.revisionName ? [`${namespace}/Revision/${t.revisionName}`] : []),
    ];
  });
/** `namespace/name` of what a mapping refers to. */
const referenceOf = (mapping: DomainMapping): string[] => [keyFor(mapping.metadata?.namespace, mapping.spec.ref.name)];

/** What serving decides from. Deployments and pods are watched only as far as they belong to Revisions. */
export class ServingCaches {
  readonly services: Informer<KnativeService>;
  readonly configurations: Informer<Configuration>;
  readonly revisions: Informer<Revision>;
  readonly routes: Informer<Route>;
  readonly domainMappings: Informer<DomainMapping>;
  readonly domainClaims: Informer<ClusterDomainClaim>;
  readonly gateways: Informer<Gateway>;
  readonly grants: Informer<ReferenceGrant>;
  readonly podAutoscalers: Informer<PodAutoscaler>;
  readonly policies: Informer<TrafficPolicy>;
  readonly deployments: Informer<Deployment>;
  readonly pods: Informer<Pod>;
  readonly kubeServices: Informer<Service>;
  readonly httpRoutes: Informer<HttpRoute>;
  readonly configMaps: Informer<ConfigMap>;
  readonly informers: InformerSet;

  constructor(client: KubeClient, context: { clock: Clock; log: Logger }) {
    const informers = new InformerSet(client, context);
    this.informers = informers;
    this.services = informers.informer(knativeServices);
    this.configurations = informers.informer(configurations, { indexes: { [BY_MARK]: marksOf } });
    this.revisions = informers.informer(revisions, { indexes: { [BY_MARK]: marksOf, [BY_CONFIGURATION]: byConfiguration } });
    this.routes = informers.informer(routes, { indexes: { [BY_TARGET]: targetsOf } });
    this.domainMappings = informers.informer(domainMappings, { indexes: { [BY_NAME]: byName, [BY_TARGET]: referenceOf } });
    this.domainClaims = informers.informer(clusterDomainClaims);
    this.gateways = informers.informer(gateways, { namespace: SERVING_NAMESPACE });
    this.grants = informers.informer(referenceGrants);
    this.podAutoscalers = informers.informer(podAutoscalers);
    this.policies = informers.informer(trafficPolicies);
    this.deployments = informers.informer(kinds.deployments, { labelSelector: REVISION_UID_LABEL });
    this.pods = informers.informer(kinds.pods, { labelSelector: REVISION_UID_LABEL, indexes: { [BY_REVISION]: byRevision } });
    this.kubeServices = informers.informer(kinds.services, { indexes: { [BY_ROUTE]: byRoute } });
    this.httpRoutes = informers.informer(httpRoutes, { indexes: { [BY_ROUTE]: byRoute } });
    this.configMaps = informers.informer(kinds.configMaps, { namespace: SERVING_NAMESPACE });
  }
}

/** Reads the caches, and what was written before they have it. */
export class Observed {
  readonly caches: ServingCaches;
  readonly written: WrittenObjects;
  private readonly ends: (() => void)[] = [];

  constructor(caches: ServingCaches, written: WrittenObjects) {
    this.caches = caches;
    this.written = written;
    this.forgetRemoved(caches.services);
    this.forgetRemoved(caches.configurations);
    this.forgetRemoved(caches.revisions);
    this.forgetRemoved(caches.routes);
    this.forgetRemoved(caches.domainMappings);
    this.forgetRemoved(caches.domainClaims);
    this.forgetRemoved(caches.gateways);
    this.forgetRemoved(caches.grants);
    this.forgetRemoved(caches.podAutoscalers);
    this.forgetRemoved(caches.policies);
    this.forgetRemoved(caches.deployments);
    this.forgetRemoved(caches.kubeServices);
    this.forgetRemoved(caches.httpRoutes);
  }

  get<T extends KubeObject>(informer: Informer<T>, namespace: string | undefined, name: string): T | undefined {
    return this.written.newest(informer.kind, namespace, name, informer.get(namespace, name));
  }

  /** By index, each in its newest form. */
  list<T extends KubeObject>(informer: Informer<T>, index: string, key: string): T[] {
    return informer
      .byIndex(index, key)
      .map((o) => this.written.newest(informer.kind, o.metadata?.namespace, o.metadata?.name ?? '', o) ?? o);
  }

  /** What Routes of a namespace may name. */
  trafficSources(namespace: string): TrafficSources {
    return {
      configuration: (name) => this.get(this.caches.configurations, namespace, name),
      revision: (name) => this.get(this.caches.revisions, namespace, name),
    };
  }

  stop(): void {
    for (const end of this.ends.splice(0)) end();
  }

  /** Something that somebody deleted is not there any more, even if we have just written it. */
  private forgetRemoved<T extends KubeObject>(informer: Informer<T>): void {
    const kind: Kind<T> = informer.kind;
    const end = informer.onChange(({ type, object }) => {
      if (type === 'removed') this.written.forget(kind, object.metadata?.namespace, object.metadata?.name ?? '');
    });
    this.ends.push(end);
  }
}
