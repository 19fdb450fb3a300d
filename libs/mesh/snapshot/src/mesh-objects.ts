import type { ConfigMap, EndpointSlice, IpAddress, Namespace, Secret, Service } from '@tidegate/kube';
import type {
  BackendTlsPolicy,
  Gateway,
  GatewayClass,
  GrpcRoute,
  HttpRoute,
  ListenerSet,
  ReferenceGrant,
  TcpRoute,
  TlsRoute,
  TrafficPolicy,
} from '@tidegate/mesh-contract';
import type { SnapshotCache } from './snapshot-cache.js';

/** What the cluster says, as the informers hold it. Objects are never changed in place: an unchanged object is the same object. */
export interface MeshObjects {
  gatewayClasses: readonly GatewayClass[];
  gateways: readonly Gateway[];
  listenerSets: readonly ListenerSet[];
  httpRoutes: readonly HttpRoute[];
  grpcRoutes: readonly GrpcRoute[];
  tlsRoutes: readonly TlsRoute[];
  tcpRoutes: readonly TcpRoute[];
  backendTlsPolicies: readonly BackendTlsPolicy[];
  referenceGrants: readonly ReferenceGrant[];
  trafficPolicies: readonly TrafficPolicy[];
  services: readonly Service[];
  endpointSlices: readonly EndpointSlice[];
  namespaces: readonly Namespace[];
  /** At least those of type kubernetes.io/tls. */
  secrets: readonly Secret[];
  /** At least those with certificates of authorities. */
  configMaps: readonly ConfigMap[];
  /** Embedded only: loopback addresses given to Services, callers and Gateways. */
  ipAddresses: readonly IpAddress[];
  /** Embedded only: port as written in Services and Gateways -> port that is really bound. */
  boundPorts: ReadonlyMap<number, number>;
}

export interface SnapshotOptions {
  /**
   * `embedded`: one proxy serves all; the dialled loopback address picks Gateway or Service.
   * `kubernetes`: proxies of a Gateway; each takes the listeners named `gw/<namespace>/<gateway>/<port>` of its own Gateway; and a shared one,
   * which answers for Services without selector that are parents of routes.
   */
  mode: 'embedded' | 'kubernetes';
  /** Kubernetes: where the proxies of all Gateways run; default tidegate-system. */
  namespace?: string;
  /** Keeps what did not change: an unchanged resource is the same object as in the build before. */
  cache?: SnapshotCache;
}
