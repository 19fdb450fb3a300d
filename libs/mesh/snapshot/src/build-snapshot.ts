import type { Service } from '@tidegate/kube';
import type { Gateway, ParentReference } from '@tidegate/mesh-contract';
import { GATEWAY_GROUP } from '@tidegate/mesh-contract';
import { attachToGateway } from './attach.js';
import { clusterOf, endpointsOf } from './clusters.js';
import { clusterAddresses, embeddedAddresses, servicesOfGateways } from './gateway-addresses.js';
import { type GatewayPlan, type ListenerPlan, planGateway } from './gateway-plan.js';
import { GatewayRoutes } from './gateway-routes.js';
import { gatewayClassStatus, gatewayStatus, isOurs } from './gateway-status.js';
import { secretsNamed } from './certificates.js';
import { type RawAddress, boundListener, gatewayListener } from './listeners.js';
import type { MeshObjects, SnapshotOptions } from './mesh-objects.js';
import { type ObjectIndex, callersOf, indexObjects, slicesOf } from './object-index.js';
import { byAge, keyOf, objectKey } from './object-key.js';
import { readGrpcRoute, readHttpRoute } from './read-routes.js';
import { type ResolvedRoute, resolveBackends } from './resolve-backends.js';
import { type ParentAnswer, parentStatus, wholeRouteProblem } from './route-status.js';
import type { ClusterUse, RouteBlock } from './route-table.js';
import { isServiceParent } from './parent-kind.js';
import { ServiceParents, serviceParentProblem } from './service-parents.js';
import { servicePort } from './service-ports.js';
import { type ServiceTarget, targetsOf } from './service-target.js';
import { SnapshotCache } from './snapshot-cache.js';
import { HELD_CLUSTERS } from './held-clusters.js';
import type { Snapshot, XdsResource } from './snapshot.js';
import type { RouteStatusPlan, StatusPlan } from './status-plan.js';
import { TrafficPolicies } from './traffic-policies.js';

export interface SnapshotBuild {
  snapshot: Snapshot;
  statuses: StatusPlan;
}

/**
 * From Kubernetes objects to everything that proxies should know and everything that objects' status should say.
 * Pure: the same objects give the same answer; the cache only saves work.
 */
export function buildSnapshot(objects: MeshObjects, options: SnapshotOptions): SnapshotBuild {
  const cache = options.cache ?? new SnapshotCache();
  const build = new Build(objects, options, cache);
  const result = build.run();
  cache.endBuild();
  return result;
}

class Build {
  private readonly objects: MeshObjects;
  private readonly embedded: boolean;
  private readonly cache: SnapshotCache;
  private readonly index: ObjectIndex;
  private readonly resources = new Map<string, XdsResource>();
  private readonly plans = new Map<string, GatewayPlan>();
  /** Targets whose cluster and endpoints are in the snapshot. */
  private readonly added = new Set<ServiceTarget>();
  private grpcClusters: ReadonlySet<string> = new Set();
  private readonly policies: TrafficPolicies;
  /** RouteConfigurations in which a Service-parent route stands, also by expansion into a Gateway's. By kind/namespace/name. */
  private readonly meshTables = new Map<string, Set<string>>();

  constructor(objects: MeshObjects, options: SnapshotOptions, cache: SnapshotCache) {
    this.objects = objects;
    this.embedded = options.mode === 'embedded';
    this.cache = cache;
    this.index = indexObjects(objects, cache);
    const grpc = objects.grpcRoutes.map((route) => cache.models.get(route, NOTHING, () => readGrpcRoute(route)));
    this.policies = new TrafficPolicies(objects.trafficPolicies, this.index, grpc, cache);
  }

  run(): SnapshotBuild {
    const plans = this.planGateways();
    for (const plan of plans) this.plans.set(plan.key, plan);
    const routes = this.resolveRoutes();
    this.grpcClusters = grpcClusters(routes);
    const parents = new ServiceParents(this.cache);
    for (const route of routes) {
      if (wholeRouteProblem(route)) continue;
      for (const parentRef of route.model.parentRefs) if (isServiceParent(parentRef)) parents.add(route, parentRef);
    }
    const gatewayRoutes = new GatewayRoutes(plans, parents, this.cache, (port) => this.clientPortOf(port) ?? port);
    const attached = new Map<ListenerPlan, number>();
    const answers = routes.map((route) => this.attach(route, gatewayRoutes, attached));
    for (const table of gatewayRoutes.resources()) this.put(table);
    const raw = this.embedded ? this.routeServices(parents) : new Map<number, RawAddress[]>();
    const listenerNames = this.addListeners(plans, raw);
    this.addSecrets(plans);
    if (this.policies.anyHolds) for (const cluster of HELD_CLUSTERS) this.put(cluster);
    return {
      snapshot: { resources: this.resources },
      statuses: {
        gatewayClasses: this.objects.gatewayClasses.filter(isOurs).map(gatewayClassStatus),
        gateways: plans.map((plan) => this.statusOfGateway(plan, attached, listenerNames)),
        routes: routes.flatMap((route, i) => this.statusOfRoute(route, answers[i] ?? [])),
        trafficPolicies: this.policies.statuses(
          (key) => this.index.services.get(key),
          (service) => this.targetsOf(service),
        ),
      },
    };
  }

  private put(resource: XdsResource): void {
    this.resources.set(`${resource.type}/${resource.name}`, resource);
  }

  private clientPortOf(port: number): number | undefined {
    return this.embedded ? this.objects.boundPorts.get(port) : port;
  }

  private planGateways(): GatewayPlan[] {
    const classes = new Set(
      this.objects.gatewayClasses.filter((c) => isOurs(c) && !c.spec.parametersRef).map((c) => c.metadata?.name ?? ''),
    );
    const ours = this.objects.gateways.filter((gateway) => classes.has(gateway.spec.gatewayClassName)).sort(byAge);
    const services = this.embedded ? new Map<string, Service[]>() : servicesOfGateways(this.objects.services);
    const taken = new Set<string>();
    return ours.map((gateway) => {
      const { addresses, problem } = this.embedded
        ? embeddedAddresses(gateway, this.index, taken)
        : clusterAddresses(gateway, services.get(objectKey(gateway)) ?? []);
      for (const address of addresses) taken.add(address);
      return this.planGateway(gateway, addresses, problem);
    });
  }

  private planGateway(gateway: Gateway, addresses: readonly string[], problem: GatewayPlan['problem']): GatewayPlan {
    const { secrets, grants } = this.index;
    const ports = gateway.spec.listeners.map((l) => this.clientPortOf(l.port));
    const named = secretsNamed(gateway).map((key) => secrets.get(key));
    const dependencies = [gateway, grants, problem?.message, addresses.join(), ...ports, ...named];
    return this.cache.gateways.get(objectKey(gateway), dependencies, () =>
      planGateway(gateway, {
        addresses,
        ...(problem ? { problem } : {}),
        grants,
        secret: (key) => secrets.get(key),
        clientPortOf: (port) => this.clientPortOf(port),
      }),
    );
  }

  private resolveRoutes(): ResolvedRoute[] {
    const { services, grants } = this.index;
    const lookup = { grants, service: (key: string) => services.get(key), targets: (service: Service) => this.targetsOf(service) };
    const models = [
      ...this.objects.httpRoutes.map((route) => this.cache.models.get(route, NOTHING, () => readHttpRoute(route))),
      ...this.objects.grpcRoutes.map((route) => this.cache.models.get(route, NOTHING, () => readGrpcRoute(route))),
    ];
    return models.map((model) => {
      const dependencies: unknown[] = [grants];
      for (const key of model.servicesNamed) dependencies.push(services.get(key), this.policies.of(key));
      return this.cache.resolved.get(model, dependencies, () => resolveBackends(model, lookup));
    });
  }

  private attach(route: ResolvedRoute, into: GatewayRoutes, attached: Map<ListenerPlan, number>): ParentAnswer[] {
    const unusable = wholeRouteProblem(route) !== undefined;
    const counted = new Set<ListenerPlan>();
    return route.model.parentRefs.flatMap((parentRef): ParentAnswer[] => {
      if (isServiceParent(parentRef)) return [this.answerOfService(route, parentRef)];
      if ((parentRef.group ?? GATEWAY_GROUP) !== GATEWAY_GROUP || (parentRef.kind ?? 'Gateway') !== 'Gateway') return [];
      const key = keyOf(parentRef.namespace ?? route.model.ref.namespace, parentRef.name);
      const plan = this.plans.get(key);
      if (!plan) return [];
      const namespace = this.index.namespaces.get(route.model.ref.namespace);
      const attachment = this.cache.attachments.get(parentRef, [route.model, plan, namespace], () =>
        attachToGateway(route.model, parentRef, plan, namespace),
      );
      if (unusable) return [{ parentRef, accepted: attachment.accepted, tables: [] }];
      for (const { listener } of attachment.listeners) {
        if (!counted.has(listener)) attached.set(listener, (attached.get(listener) ?? 0) + 1);
        counted.add(listener);
      }
      const { tables, blocks } = into.add(route, attachment);
      this.use(blocks, tables);
      return [{ parentRef, accepted: attachment.accepted, tables }];
    });
  }

  private answerOfService(route: ResolvedRoute, parentRef: ParentReference): ParentAnswer {
    const key = keyOf(parentRef.namespace ?? route.model.ref.namespace, parentRef.name);
    const service = this.index.services.get(key);
    const problem = serviceParentProblem(parentRef, key, service, service ? this.targetsOf(service) : []);
    const accepted = problem ? { holds: false, ...problem } : { holds: true, reason: 'Accepted', message: `Attached to Service ${key}.` };
    return { parentRef, accepted, tables: [] };
  }

  private targetsOf(service: Service): readonly ServiceTarget[] {
    const policy = this.policies.of(objectKey(service));
    return this.cache.targets.get(service, policy ? [policy] : NOTHING, () => targetsOf(service, policy));
  }

  /** Adds the clusters that routes refer to, with their endpoints. */
  private use(blocks: readonly RouteBlock[], tables: readonly string[]): void {
    for (const block of blocks) {
      for (const target of block.policed) for (const table of tables) this.policies.place(target, table);
      for (const use of block.clusters) if (!this.added.has(use.target) || use.isCopy) this.addCluster(use);
      for (const owner of block.alsoOwnedBy)
        for (const table of tables) this.place(`${owner.kind}/${owner.namespace}/${owner.name}`, table);
    }
  }

  private addCluster({ key, name, target, isCopy }: ClusterUse): void {
    const service = this.index.services.get(target.serviceKey);
    if (!service) return;
    const http2 = target.protocol === 'http2' || (!target.protocolIsExplicit && this.grpcClusters.has(target.cluster));
    const make = () => clusterOf(name, target, service, http2);
    this.resources.set(key, isCopy ? this.cache.resources.get(key, [target, http2], make) : this.cache.clusters.get(target, [http2], make));
    if (isCopy) return;
    this.added.add(target);
    const slices = slicesOf(this.index, target.serviceKey);
    this.resources.set(
      target.endpointsKey,
      this.cache.endpoints.get(target, slices, () => endpointsOf(target, service, slices)),
    );
  }

  private place(route: string, table: string): void {
    const tables = this.meshTables.get(route);
    if (tables) tables.add(table);
    else this.meshTables.set(route, new Set([table]));
  }

  /** Tables and scopes of every Service; returns the addresses of ports that do not speak HTTP, by port. */
  private routeServices(parents: ServiceParents): Map<number, RawAddress[]> {
    const raw = new Map<number, RawAddress[]>();
    const context = { index: this.index, parents, cache: this.cache, clientPortOf: (port: number) => this.clientPortOf(port) ?? port };
    for (const service of this.objects.services) {
      if (service.spec?.type === 'ExternalName') continue;
      for (const target of this.targetsOf(service)) {
        const bound = this.clientPortOf(target.port);
        if (bound === undefined) continue;
        if (target.protocol === 'tcp') {
          this.addCluster({ key: `cluster/${target.cluster}`, name: target.cluster, target, isCopy: false });
          raw.set(target.port, [...(raw.get(target.port) ?? []), ...this.rawAddresses(service, target)]);
          continue;
        }
        const { resources, blocks, placed, policed } = servicePort(service, target, bound, context);
        for (const [key, resource] of resources) this.resources.set(key, resource);
        this.use(blocks, NO_TABLES);
        for (const { id, table } of placed) this.place(id, table);
        for (const { target: at, table } of policed) this.policies.place(at, table);
      }
    }
    return raw;
  }

  private rawAddresses(service: Service, target: ServiceTarget): RawAddress[] {
    const { clusterIP } = service.spec ?? {};
    const callers = callersOf(this.index, target.serviceKey).map((a) => a.address);
    const all = clusterIP && clusterIP !== 'None' ? [clusterIP, ...callers] : callers;
    return [...new Set(all)].sort().map((address) => ({ address, cluster: target.cluster }));
  }

  /** Returns the name of the Envoy listener for each port of each Gateway. */
  private addListeners(
    plans: readonly GatewayPlan[],
    raw: ReadonlyMap<number, RawAddress[]>,
  ): (plan: GatewayPlan, l: ListenerPlan) => string | undefined {
    if (!this.embedded) {
      for (const plan of plans) {
        for (const port of new Set(plan.listeners.filter((l) => l.usable).map((l) => l.listener.port))) {
          this.put(this.cache.resources.get(`listener/${plan.key}/${port}`, [plan], () => gatewayListener(plan, port)));
        }
      }
      return (plan, l) => `gw/${plan.key}/${l.listener.port}`;
    }
    for (const [port, bound] of this.objects.boundPorts) {
      const own = plans.filter((plan) => plan.listeners.some((l) => l.listener.port === port));
      const rawHere = (raw.get(port) ?? []).sort((a, b) => (a.address < b.address ? -1 : 1));
      const dependencies = [...own, ...rawHere.flatMap((r) => [r.address, r.cluster])];
      this.put(this.cache.resources.get(`listener/${bound}`, dependencies, () => boundListener(bound, own, port, rawHere)));
    }
    return (_plan, l) => (l.clientPort === undefined ? undefined : `bound/${l.clientPort}`);
  }

  private addSecrets(plans: readonly GatewayPlan[]): void {
    for (const plan of plans) {
      for (const { certificate } of plan.listeners) {
        if (!certificate) continue;
        const { name, chain, privateKey } = certificate;
        const resource = this.cache.resources.get(`secret/${name}`, [chain, privateKey], () => ({
          type: 'secret',
          name,
          body: { name, tls_certificate: { certificate_chain: { inline_string: chain }, private_key: { inline_string: privateKey } } },
          owners: [plan.ref],
        }));
        this.put(resource);
      }
    }
  }

  private statusOfGateway(
    plan: GatewayPlan,
    attached: ReadonlyMap<ListenerPlan, number>,
    listenerName: (plan: GatewayPlan, l: ListenerPlan) => string | undefined,
  ) {
    const counts = plan.listeners.map((l) => attached.get(l) ?? 0);
    return this.cache.gatewayStatuses.get(plan.key, [plan, ...counts], () => gatewayStatus(plan, counts, (l) => listenerName(plan, l)));
  }

  private statusOfRoute(route: ResolvedRoute, answers: readonly ParentAnswer[]): RouteStatusPlan[] {
    if (answers.length === 0) return [];
    const complete = answers.map((answer) => {
      if (!isServiceParent(answer.parentRef) || !answer.accepted.holds) return answer;
      return { ...answer, tables: [...(this.meshTables.get(route.model.id) ?? [])].sort() };
    });
    const dependencies: unknown[] = [];
    for (const answer of complete) dependencies.push(answer.accepted.message, ...answer.tables);
    return [
      this.cache.routeStatuses.get(route, dependencies, () => ({
        ref: route.model.ref,
        parents: complete.map((answer) => parentStatus(route, answer)),
      })),
    ];
  }
}

const NOTHING: readonly unknown[] = [];
const NO_TABLES: readonly string[] = [];

/** Backends of GRPCRoutes speak HTTP/2 unless their port says otherwise. */
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
