import { clusterOf, endpointsOf } from './clusters.js';
import { type ObjectIndex, slicesOf } from './object-index.js';
import type { ResolvedRoute } from './resolve-backends.js';
import type { ClusterUse } from './route-table.js';
import type { ServiceTarget } from './service-target.js';
import type { SnapshotCache } from './snapshot-cache.js';
import type { XdsResource } from './snapshot.js';

/** Adds clusters, and the endpoints of their targets, to the resources of a build: each once. */
export class ClusterSet {
  /** Targets whose endpoints are in. */
  private readonly withEndpoints = new Set<ServiceTarget>();
  /** Targets whose own cluster is in. */
  private readonly withCluster = new Set<ServiceTarget>();
  private grpc: ReadonlySet<string> = new Set();
  private readonly resources: Map<string, XdsResource>;
  private readonly index: ObjectIndex;
  private readonly cache: SnapshotCache;

  constructor(resources: Map<string, XdsResource>, index: ObjectIndex, cache: SnapshotCache) {
    this.resources = resources;
    this.index = index;
    this.cache = cache;
  }

  /** Backends of GRPCRoutes speak HTTP/2 unless their port says otherwise. Before any cluster is added. */
  speakGrpcTo(routes: readonly ResolvedRoute[]): void {
    this.grpc = grpcClusters(routes);
  }

  use(uses: readonly ClusterUse[]): void {
    for (const use of uses) if (use.isCopy || !this.withCluster.has(use.target)) this.add(use);
  }

  useTarget(target: ServiceTarget): void {
    this.use([{ key: `cluster/${target.cluster}`, name: target.cluster, target, isCopy: false }]);
  }

  /** Of every backend of a route of connections. */
  useEndpointsOf(route: ResolvedRoute): void {
    for (const rule of route.rules) for (const { target } of rule.backends) if (target) this.useTarget(target);
  }

  private add({ key, name, target, isCopy, tls }: ClusterUse): void {
    const service = this.index.services.get(target.serviceKey);
    if (!service) return;
    const http2 = target.protocol === 'http2' || (!target.protocolIsExplicit && this.grpc.has(target.cluster));
    const make = () => clusterOf(name, target, service, { http2, tls });
    const dependencies = [http2, tls?.serverName, tls?.ca, tls?.names, tls?.clientCertificate?.name];
    const resource = isCopy
      ? this.cache.resources.get(key, [target, ...dependencies], make)
      : this.cache.clusters.get(target, dependencies, make);
    this.resources.set(key, resource);
    if (!isCopy) this.withCluster.add(target);
    if (this.withEndpoints.has(target)) return;
    this.withEndpoints.add(target);
    const slices = slicesOf(this.index, target.serviceKey);
    const endpoints = this.cache.endpoints.get(target, slices, () => endpointsOf(target, service, slices));
    this.resources.set(target.endpointsKey, endpoints);
  }
}

function grpcClusters(routes: readonly ResolvedRoute[]): Set<string> {
  const clusters = new Set<string>();
  for (const route of routes) {
    if (route.model.ref.kind !== 'GRPCRoute') continue;
    for (const rule of route.rules) {
      for (const { target } of rule.backends) if (target) clusters.add(target.cluster);
      for (const { target } of [...rule.effects.mirrors, ...rule.backends.flatMap((b) => b.effects.mirrors)]) clusters.add(target.cluster);
    }
  }
  return clusters;
}
