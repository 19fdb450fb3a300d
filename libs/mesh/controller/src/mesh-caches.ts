import {
  type ConfigMap,
  type EndpointSlice,
  type Informer,
  InformerSet,
  type KubeClient,
  type KubeObject,
  kinds,
  type Namespace,
  type Pod,
  type Service,
} from '@tidegate/kube';
import type { Clock, Logger } from '@tidegate/kernel';
import {
  type TrafficPolicy,
  backendTlsPolicies,
  gatewayClasses,
  gateways,
  grpcRoutes,
  httpRoutes,
  listenerSets,
  referenceGrants,
  tcpRoutes,
  tlsRoutes,
  trafficPolicies,
} from '@tidegate/mesh-contract';
import type { MeshObjects } from '@tidegate/mesh-snapshot';
import type { ProxyNode } from '@tidegate/mesh-xds-server';
import { EMBEDDED_PROXY, PORTS_CONFIG_MAP, PORTS_NAMESPACE, PROXY_LABEL, SHARED_CLUSTER } from './names.js';

export type MeshMode = 'embedded' | 'kubernetes';

/** Everything that the mesh reads, kept by informers. */
export class MeshCaches {
  readonly gatewayClasses;
  readonly gateways;
  readonly listenerSets;
  readonly httpRoutes;
  readonly grpcRoutes;
  readonly trafficPolicies;
  readonly tlsRoutes;
  readonly tcpRoutes;
  readonly backendTlsPolicies;
  readonly set: InformerSet;
  private readonly referenceGrants;
  readonly services: Informer<Service>;
  readonly endpointSlices: Informer<EndpointSlice>;
  readonly namespaces: Informer<Namespace>;
  private readonly secrets;
  private readonly configMaps;
  private readonly ipAddresses;
  private readonly ports: Informer<ConfigMap> | undefined;
  readonly proxies: Informer<Pod> | undefined;

  /** `namespace`: in a cluster, where the pods of proxies are. */
  constructor(client: KubeClient, mode: MeshMode, namespace: string, context: { clock: Clock; log: Logger }) {
    const set = new InformerSet(client, context);
    this.set = set;
    this.gatewayClasses = set.informer(gatewayClasses);
    this.gateways = set.informer(gateways);
    this.httpRoutes = set.informer(httpRoutes);
    this.grpcRoutes = set.informer(grpcRoutes);
    this.trafficPolicies = set.informer(trafficPolicies);
    // Kinds of later releases of the Gateway API, or of its other channel: a cluster may do without.
    this.listenerSets = set.informer(listenerSets, { optional: true });
    this.tlsRoutes = set.informer(tlsRoutes, { optional: true });
    this.tcpRoutes = set.informer(tcpRoutes, { optional: true });
    this.backendTlsPolicies = set.informer(backendTlsPolicies, { optional: true });
    this.referenceGrants = set.informer(referenceGrants);
    this.services = set.informer(kinds.services);
    this.endpointSlices = set.informer(kinds.endpointSlices);
    this.namespaces = set.informer(kinds.namespaces);
    this.secrets = set.informer(kinds.secrets);
    this.configMaps = set.informer(kinds.configMaps, { keep: onlyAuthorities });
    if (mode === 'embedded') {
      this.ipAddresses = set.informer(kinds.ipAddresses);
      this.ports = set.informer(kinds.configMaps, { namespace: PORTS_NAMESPACE });
    } else this.proxies = set.informer(kinds.pods, { namespace, labelSelector: PROXY_LABEL });
  }

  synced(): Promise<void> {
    return this.set.synced();
  }
  notSynced(): string[] {
    return this.set.notSynced();
  }
  stop(): void {
    this.set.stop();
  }

  objects(): MeshObjects {
    return {
      gatewayClasses: this.gatewayClasses.list(),
      gateways: this.gateways.list(),
      listenerSets: this.listenerSets.list(),
      httpRoutes: this.httpRoutes.list(),
      grpcRoutes: this.grpcRoutes.list(),
      tlsRoutes: this.tlsRoutes.list(),
      tcpRoutes: this.tcpRoutes.list(),
      backendTlsPolicies: this.backendTlsPolicies.list(),
      referenceGrants: this.referenceGrants.list(),
      trafficPolicies: this.trafficPolicies.list(),
      services: this.services.list(),
      endpointSlices: this.endpointSlices.list(),
      namespaces: this.namespaces.list(),
      secrets: this.secrets.list(),
      configMaps: this.configMaps.list(),
      ipAddresses: this.ipAddresses?.list() ?? [],
      boundPorts: boundPorts(this.ports?.get(PORTS_NAMESPACE, PORTS_CONFIG_MAP)),
    };
  }

  /** Proxies that ought to be connected: the embedded one, or those whose pod is Ready and stays. */
  expectedProxies(): ProxyNode[] {
    if (!this.proxies) return [{ id: EMBEDDED_PROXY, cluster: SHARED_CLUSTER }];
    return this.proxies
      .list()
      .filter(podIsReady)
      .map((pod) => ({ id: pod.metadata?.name ?? '', cluster: clusterOfPod(pod) }));
  }

  /** `rebuild` after changes that the snapshot depends on, `look` after those that only a status depends on. */
  onChange(rebuild: () => void, look: () => void): void {
    const withStatus = [
      ...([this.gatewayClasses, this.gateways, this.listenerSets, this.backendTlsPolicies] as const),
      ...([this.httpRoutes, this.grpcRoutes, this.tlsRoutes, this.tcpRoutes] as const),
    ];
    for (const informer of withStatus) {
      informer.onChange(({ object, previous }) => (previous && specIsSame(object, previous) ? look() : rebuild()));
    }
    this.trafficPolicies.onChange(({ object, previous }) =>
      previous && specIsSame(object, previous) && saysHolding(object) === saysHolding(previous) ? look() : rebuild(),
    );
    for (const informer of [this.referenceGrants, this.services, this.endpointSlices, this.secrets] as const) informer.onChange(rebuild);
    this.configMaps.onChange(({ object, previous }) => {
      if (object.data !== undefined || previous?.data !== undefined) rebuild();
    });
    this.namespaces.onChange(({ object, previous }) => {
      if (!previous || JSON.stringify(object.metadata?.labels) !== JSON.stringify(previous.metadata?.labels)) rebuild();
    });
    this.ipAddresses?.onChange(rebuild);
    this.ports?.onChange(({ object }) => {
      if (object.metadata?.name === PORTS_CONFIG_MAP) rebuild();
    });
    this.proxies?.onChange(look);
  }
}

/** Of ConfigMaps only certificates of authorities are read: of the others nothing but the name is kept. */
function onlyAuthorities({ metadata, data }: ConfigMap): ConfigMap {
  const { name, namespace, uid, resourceVersion } = metadata ?? {};
  const ca = data?.['ca.crt'];
  return { metadata: { name, namespace, uid, resourceVersion }, ...(ca === undefined ? {} : { data: { 'ca.crt': ca } }) };
}

/** Our own writes of status come back as changes; kinds with a status subresource count their generation only for the rest. */
function specIsSame(object: KubeObject, previous: KubeObject): boolean {
  return (
    object.metadata?.generation === previous.metadata?.generation &&
    object.metadata?.uid === previous.metadata?.uid &&
    object.metadata?.deletionTimestamp === previous.metadata?.deletionTimestamp
  );
}

/** Requests are held for as long as the status says so. */
function saysHolding({ status }: TrafficPolicy): boolean {
  return (status?.conditions ?? []).some((c) => c.type === 'Holding' && c.status === 'True');
}

function podIsReady(pod: Pod): boolean {
  if (pod.metadata?.deletionTimestamp) return false;
  return (pod.status?.conditions ?? []).some((c) => c.type === 'Ready' && c.status === 'True');
}

/** The `node.cluster` that its command line gives it. */
function clusterOfPod(pod: Pod): string {
  const args = pod.spec?.containers[0]?.args ?? [];
  return args[args.indexOf('--service-cluster') + 1] ?? SHARED_CLUSTER;
}

/** Entries `"80": "8180"`; what is no port is left out. */
export function boundPorts(map: ConfigMap | undefined): ReadonlyMap<number, number> {
  const isPort = (n: number): boolean => Number.isInteger(n) && n > 0 && n < 65_536;
  const pairs = Object.entries(map?.data ?? {}).map(([port, bound]) => [Number(port), Number(bound)] as const);
  return new Map(pairs.filter(([port, bound]) => isPort(port) && isPort(bound)));
}
