import type { Service } from '@tidegate/kube';
import type { Gateway, ParentReference } from '@tidegate/mesh-contract';
import { GATEWAY_GROUP, WAYPOINT_LABEL } from '@tidegate/mesh-contract';
import { isAnswered, isToWaypoint, mayBeAnswered, ownPorts } from './answered-service.js';
import { type GatewayAttachment, type GatewayParent, attachToGateway } from './attach.js';
import type { PolicyPlan } from './backend-policies.js';
import { ClusterSet } from './cluster-set.js';
import { clusterAddresses, embeddedAddresses, serviceKeyOf, servicesOfGateways } from './gateway-addresses.js';
import { type GatewayPlan, planGateway, referencesOf } from './gateway-plan.js';
import { GatewayRoutes } from './gateway-routes.js';
import { type ListenerFacts, gatewayClassStatus, gatewayStatus, isOurs } from './gateway-status.js';
import { type KindConflicts, NO_CONFLICTS, findKindConflicts, withoutConflicts } from './kind-conflicts.js';
import type { ListenerPlan } from './listener-plan.js';
import { isAttached, listenerSetStatus, listenersOf } from './listener-set-status.js';
import { type RawAddress, boundListener, gatewayListener, waypointListener } from './listeners.js';
import type { MeshObjects, SnapshotOptions } from './mesh-objects.js';
import { type ObjectIndex, callersOf, indexObjects } from './object-index.js';
import { byAge, keyOf, objectKey } from './object-key.js';
import { isServiceParent } from './parent-kind.js';
import { policyStatus } from './policy-status.js';
import { readGrpcRoute, readHttpRoute, readStreamRoute } from './read-routes.js';
import { type ResolvedRoute, resolveBackends } from './resolve-backends.js';
import { type ParentAnswer, parentStatus, wholeRouteProblem } from './route-status.js';
import type { RouteBlock } from './route-table.js';
import { ServiceParents, serviceParentProblem } from './service-parents.js';
import { servicePort } from './service-ports.js';
import { type ServiceTarget, targetsOf } from './service-target.js';
import { SnapshotCache } from './snapshot-cache.js';
import { HELD_CLUSTERS } from './held-clusters.js';
import type { Snapshot, XdsResource } from './snapshot.js';
import type { GatewayStatusPlan, ListenerSetStatusPlan, RouteStatusPlan, StatusPlan } from './status-plan.js';
import { StreamRoutes, isStream } from './stream-routes.js';
import { TrafficPolicies } from './traffic-policies.js';
import { answeredPort, hasWaypoint, waypointPort } from './waypoint.js';

export interface SnapshotBuild {
  snapshot: Snapshot;
  statuses: StatusPlan;
  placement: Placement;
}

/** Kubernetes: what has to be there so that the snapshot is served. */
export interface Placement {
  /** With the ports on which each serves, ascending; none while it can serve nothing. */
  gateways: readonly { gateway: Gateway; ports: readonly number[] }[];
  /** Services without selector that the shared proxy answers for. */
  waypoint: readonly Service[];
  /** Those with one, of namespaces that want it, and those that are to have their selector back. */
  answered: readonly AnsweredService[];
}

export interface AnsweredService {
  service: Service;
  isWanted: boolean;
  /** What every shared proxy has to hold before clients are led there; empty while a port has no listener yet. */
  needs: readonly string[];
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
  private readonly namespace: string;
  private readonly cache: SnapshotCache;
  private readonly index: ObjectIndex;
  private readonly resources = new Map<string, XdsResource>();
  private readonly clusters: ClusterSet;
  private readonly trafficPolicies: TrafficPolicies;
  /** By Kind/namespace/name of the parent: a Gateway, or a ListenerSet of one. */
  private readonly parents = new Map<string, GatewayParent>();
  private readonly streams = new StreamRoutes();
  private readonly attached = new Map<ListenerPlan, number>();
  /** Gateways from which the targets of a policy are reached. */
  private readonly ancestors = new Map<PolicyPlan, Set<GatewayPlan>>();
  /** RouteConfigurations in which a Service-parent route stands, also by expansion into a Gateway's. By kind/namespace/name. */
  private readonly meshTables = new Map<string, Set<string>>();

  constructor(objects: MeshObjects, options: SnapshotOptions, cache: SnapshotCache) {
    this.objects = objects;
    this.embedded = options.mode === 'embedded';
    this.namespace = options.namespace ?? 'tidegate-system';
    this.cache = cache;
    this.index = indexObjects(objects, cache);
    const grpc = objects.grpcRoutes.map((route) => cache.models.get(route, NOTHING, () => readGrpcRoute(route)));
    this.trafficPolicies = new TrafficPolicies(objects.trafficPolicies, this.index, grpc, cache);
    this.clusters = new ClusterSet(this.resources, this.index, cache);
  }

  run(): SnapshotBuild {
    const plans = this.planGateways();
    for (const plan of plans) {
      this.parents.set(`Gateway/${plan.key}`, { plan, set: undefined });
      for (const set of plan.sets) this.parents.set(`ListenerSet/${set.key}`, { plan, set });
    }
    const routes = this.resolveRoutes();
    this.clusters.speakGrpcTo(routes);
    const services = new ServiceParents(this.cache);
    for (const route of routes) {
      if (wholeRouteProblem(route) || isStream(route.model)) continue;
      for (const parentRef of route.model.parentRefs) if (isServiceParent(parentRef)) services.add(route, parentRef);
    }
    const gatewayRoutes = new GatewayRoutes(plans, {
      parents: services,
      policies: this.index.policies,
      cache: this.cache,
      clientPortOf: (port) => this.clientPortOf(port) ?? port,
    });
    const conflicts = this.findConflicts(routes);
    const answers = routes.map((route) => this.attach(route, gatewayRoutes, conflicts));
    for (const table of gatewayRoutes.resources()) this.put(table);
    const raw = this.embedded ? this.routeServices(services) : new Map<number, RawAddress[]>();
    const waypoint = this.embedded ? [] : this.routeWaypoint(services);
    const answered = this.embedded ? [] : this.routeAnswered(services);
    this.addListeners(plans, raw);
    this.addSecrets(plans);
    if (this.trafficPolicies.anyHolds) for (const cluster of HELD_CLUSTERS) this.put(cluster);
    return {
      snapshot: { resources: this.resources },
      placement: {
        gateways: this.embedded ? [] : plans.map((plan) => ({ gateway: plan.gateway, ports: portsOf(plan) })),
        waypoint,
        answered,
      },
      statuses: {
        gatewayClasses: this.objects.gatewayClasses.filter(isOurs).map((c) => gatewayClassStatus(c, this.embedded)),
        gateways: plans.map((plan) => this.statusOfGateway(plan)),
        listenerSets: plans.flatMap((plan) => this.statusOfSets(plan)),
        routes: routes.map((route, i) => this.statusOfRoute(route, answers[i] ?? [])),
        policies: [...this.ancestors].map(([policy, gateways]) => policyStatus(policy, this.index.policies, [...gateways])),
        trafficPolicies: this.trafficPolicies.statuses(
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
    const services = this.embedded ? new Map<string, Service>() : servicesOfGateways(this.objects.services, this.namespace);
    const taken = new Set<string>();
    return ours.map((gateway) => {
      const { addresses, problem } = this.embedded
        ? embeddedAddresses(gateway, this.index, taken)
        : clusterAddresses(gateway, services.get(serviceKeyOf(gateway)));
      for (const address of addresses) taken.add(address);
      return this.planGateway(gateway, addresses, problem);
    });
  }

  private planGateway(gateway: Gateway, addresses: readonly string[], problem: GatewayPlan['problem']): GatewayPlan {
    const { secrets, configMaps, grants, namespaces, listenerSets } = this.index;
    const sets = listenerSets.get(objectKey(gateway)) ?? [];
    const named = referencesOf(gateway, sets);
    const ports = [gateway, ...sets].flatMap((object) => object.spec.listeners.map((l) => this.clientPortOf(l.port)));
    const dependencies = [
      ...[gateway, grants, problem?.message, addresses.join(), ...ports],
      ...sets.flatMap((set) => [set, namespaces.get(set.metadata?.namespace ?? '')]),
      ...named.secrets.map((key) => secrets.get(key)),
      ...named.configMaps.map((key) => configMaps.get(key)),
    ];
    return this.cache.gateways.get(objectKey(gateway), dependencies, () =>
      planGateway(gateway, {
        addresses,
        ...(problem ? { problem } : {}),
        grants,
        sets,
        secret: (key) => secrets.get(key),
        configMap: (key) => configMaps.get(key),
        namespace: (name) => namespaces.get(name),
        clientPortOf: (port) => this.clientPortOf(port),
      }),
    );
  }

  private resolveRoutes(): ResolvedRoute[] {
    const { services, grants, policies } = this.index;
    const lookup = {
      grants,
      service: (key: string) => services.get(key),
      targets: (service: Service) => this.targetsOf(service),
      isReachedByTls: (target: ServiceTarget) => policies.naming(target).length > 0,
    };
    const { httpRoutes, grpcRoutes, tlsRoutes, tcpRoutes } = this.objects;
    const streams = [
      ...tlsRoutes.map((route) => ({ kind: 'TLSRoute', route }) as const),
      ...tcpRoutes.map((route) => ({ kind: 'TCPRoute', route }) as const),
    ].sort((a, b) => byAge(a.route, b.route));
    const models = [
      ...httpRoutes.map((route) => this.cache.models.get(route, NOTHING, () => readHttpRoute(route))),
      ...grpcRoutes.map((route) => this.cache.models.get(route, NOTHING, () => readGrpcRoute(route))),
      ...streams.map(({ kind, route }) => this.cache.models.get(route, NOTHING, () => readStreamRoute(kind, route))),
    ];
    return models.map((model) => {
      const dependencies: unknown[] = [grants, policies];
      for (const key of model.servicesNamed) dependencies.push(services.get(key), this.trafficPolicies.of(key));
      return this.cache.resolved.get(model, dependencies, () => resolveBackends(model, lookup));
    });
  }

  /** The Gateway or ListenerSet of ours that a parentRef names. */
  private parentOf({ model }: ResolvedRoute, parentRef: ParentReference): GatewayParent | undefined {
    const { group = GATEWAY_GROUP, kind = 'Gateway', namespace = model.ref.namespace, name } = parentRef;
    return group === GATEWAY_GROUP ? this.parents.get(`${kind}/${keyOf(namespace, name)}`) : undefined;
  }

  private attachmentOf({ model }: ResolvedRoute, parentRef: ParentReference, parent: GatewayParent): GatewayAttachment {
    const namespace = this.index.namespaces.get(model.ref.namespace);
    return this.cache.attachments.get(parentRef, [model, parent.plan, parent.set, namespace], () =>
      attachToGateway(model, parentRef, parent, namespace),
    );
  }

  private findConflicts(routes: readonly ResolvedRoute[]): KindConflicts {
    if (this.objects.grpcRoutes.length === 0 || this.objects.httpRoutes.length === 0) return NO_CONFLICTS;
    return findKindConflicts(
      routes.flatMap((route) =>
        wholeRouteProblem(route) || isStream(route.model)
          ? []
          : route.model.parentRefs.flatMap((parentRef) => {
              const parent = this.parentOf(route, parentRef);
              return parent ? [{ model: route.model, attachment: this.attachmentOf(route, parentRef, parent) }] : [];
            }),
      ),
    );
  }

  private attach(route: ResolvedRoute, into: GatewayRoutes, conflicts: KindConflicts): ParentAnswer[] {
    const unusable = wholeRouteProblem(route) !== undefined;
    const counted = new Set<ListenerPlan>();
    return route.model.parentRefs.flatMap((parentRef): ParentAnswer[] => {
      if (isServiceParent(parentRef)) return isStream(route.model) ? [] : [this.answerOfService(route, parentRef)];
      const parent = this.parentOf(route, parentRef);
      if (!parent) return [];
      const attachment = withoutConflicts(this.attachmentOf(route, parentRef, parent), route.model, conflicts);
      if (unusable) return [{ parentRef, accepted: attachment.accepted, resources: NONE }];
      for (const { listener } of attachment.listeners) {
        if (!counted.has(listener)) this.attached.set(listener, (this.attached.get(listener) ?? 0) + 1);
        counted.add(listener);
      }
      if (isStream(route.model)) {
        const listeners = this.streams.add(route, attachment);
        if (listeners.length > 0) this.clusters.useEndpointsOf(route);
        const keys = listeners.flatMap((l) => this.envoyListener(parent.plan, l) ?? []).map((at) => `listener/${at}`);
        const accepted =
          listeners.length > 0 || !attachment.accepted.holds
            ? attachment.accepted
            : { ...attachment.accepted, message: `Attached to Gateway ${parent.plan.key}, where older routes or other listeners serve.` };
        return [{ parentRef, accepted, resources: [...new Set(keys)] }];
      }
      const { tables, blocks } = into.add(route, attachment);
      this.use(blocks, tables, parent.plan);
      return [{ parentRef, accepted: attachment.accepted, resources: tables.map((table) => `routes/${table}`) }];
    });
  }

  private answerOfService(route: ResolvedRoute, parentRef: ParentReference): ParentAnswer {
    const key = keyOf(parentRef.namespace ?? route.model.ref.namespace, parentRef.name);
    const service = this.index.services.get(key);
    const problem = serviceParentProblem(parentRef, key, service, service ? this.targetsOf(service) : []);
    const accepted = problem ? { holds: false, ...problem } : { holds: true, reason: 'Accepted', message: `Attached to Service ${key}.` };
    return { parentRef, accepted, resources: NONE };
  }

  private targetsOf(service: Service): readonly ServiceTarget[] {
    const { policies } = this.index;
    const policy = this.trafficPolicies.of(objectKey(service));
    if (!policy) return this.cache.targets.get(service, NOTHING, () => targetsOf(service));
    const isReachedByTls = (target: ServiceTarget) => policies.naming(target).length > 0;
    return this.cache.targets.get(service, [policy, policies], () => targetsOf(service, { policy, isReachedByTls }));
  }

  /** Adds the clusters that routes refer to, and notes which policies count on the way from a Gateway. */
  private use(blocks: readonly RouteBlock[], tables: readonly string[], from: GatewayPlan | undefined): void {
    for (const block of blocks) {
      for (const target of block.targets) if (target.policy) for (const table of tables) this.trafficPolicies.place(target, table);
      this.clusters.use(block.clusters);
      for (const owner of block.alsoOwnedBy)
        for (const table of tables) this.place(`${owner.kind}/${owner.namespace}/${owner.name}`, table);
      if (!from || this.index.policies.isEmpty) continue;
      for (const policy of block.targets.flatMap((target) => this.index.policies.naming(target))) {
        const gateways = this.ancestors.get(policy);
        if (gateways) gateways.add(from);
        else this.ancestors.set(policy, new Set([from]));
      }
    }
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
          this.clusters.useTarget(target);
          raw.set(target.port, [...(raw.get(target.port) ?? []), ...this.rawAddresses(service, target)]);
          continue;
        }
        const { resources, blocks, placed, policed } = servicePort(service, target, bound, context);
        for (const [key, resource] of resources) this.resources.set(key, resource);
        this.use(blocks, NONE, undefined);
        for (const { id, table } of placed) this.place(id, table);
        for (const { target: at, table } of policed) this.trafficPolicies.place(at, table);
      }
    }
    return raw;
  }

  /** Tables and scopes of the Services that the shared proxy answers for. */
  private routeWaypoint(parents: ServiceParents): Service[] {
    const context = { index: this.index, parents, cache: this.cache, clientPortOf: (port: number) => port };
    const answered: Service[] = [];
    for (const key of parents.serviceKeys()) {
      const service = this.index.services.get(key);
      if (!service || !hasWaypoint(service)) continue;
      const ports = this.targetsOf(service).flatMap((target) => waypointPort(service, target, context) ?? []);
      if (ports.length > 0) answered.push(service);
      for (const { resources, blocks, placed, policed } of ports) {
        for (const [name, resource] of resources) this.resources.set(name, resource);
        this.use(blocks, NONE, undefined);
        for (const { id, table } of placed) this.place(id, table);
        for (const { target: at, table } of policed) this.trafficPolicies.place(at, table);
      }
    }
    return answered;
  }

  /** Tables and listeners of Services with a selector: of those that are led to the shared proxy, or may be soon, or were until now. */
  private routeAnswered(parents: ServiceParents): AnsweredService[] {
    const context = { index: this.index, parents, cache: this.cache, clientPortOf: (port: number) => port };
    const slices = new Map(
      this.objects.endpointSlices.filter(isToWaypoint).map((slice) => {
        const { namespace = '', labels } = slice.metadata ?? {};
        return [keyOf(namespace, labels?.['kubernetes.io/service-name'] ?? ''), slice] as const;
      }),
    );
    const answered: AnsweredService[] = [];
    for (const service of this.objects.services) {
      const key = objectKey(service);
      const isPossible = mayBeAnswered(service) || isAnswered(service);
      if (!isPossible) continue;
      const targets = this.targetsOf(service);
      const namespace = this.index.namespaces.get(service.metadata?.namespace ?? '');
      const isWanted =
        namespace?.metadata?.labels?.[WAYPOINT_LABEL] === 'enabled' &&
        targets.every(({ protocol }) => protocol !== 'tcp') &&
        targets.some((target) => parents.routesFor(target).length > 0);
      const own = ownPorts(slices.get(key));
      if (!isWanted && !isAnswered(service) && own.size === 0) continue;
      const ports = targets.flatMap((target) => {
        const port = own.get(target.portName);
        return port === undefined ? [] : [answeredPort(service, target, port, context)];
      });
      for (const { resources, blocks, placed, policed } of ports) {
        for (const [name, resource] of resources) this.resources.set(name, resource);
        this.use(blocks, NONE, undefined);
        for (const { id, table } of placed) this.place(id, table);
        for (const { target: at, table } of policed) this.trafficPolicies.place(at, table);
      }
      const needs = ports.length === targets.length ? ports.flatMap(({ resources }) => resources.map(([name]) => name)) : [];
      answered.push({ service, isWanted, needs });
    }
    return answered;
  }

  private rawAddresses(service: Service, target: ServiceTarget): RawAddress[] {
    const { clusterIP } = service.spec ?? {};
    const callers = callersOf(this.index, target.serviceKey).map((a) => a.address);
    const all = clusterIP && clusterIP !== 'None' ? [clusterIP, ...callers] : callers;
    return [...new Set(all)].sort().map((address) => ({ address, cluster: target.cluster }));
  }

  /** Name of the Envoy listener that serves a listener. */
  private envoyListener(plan: GatewayPlan, l: ListenerPlan): string | undefined {
    if (!this.embedded) return `gw/${plan.key}/${l.listener.port}`;
    return l.clientPort === undefined ? undefined : `bound/${l.clientPort}`;
  }

  private addListeners(plans: readonly GatewayPlan[], raw: ReadonlyMap<number, RawAddress[]>): void {
    const streamsOf = (plan: GatewayPlan, port: number) =>
      plan.listeners.flatMap((l) => (l.listener.port === port ? this.streams.of(l).flatMap(({ host, route }) => [host, route]) : []));
    if (!this.embedded) {
      this.put(this.cache.resources.get('listener/waypoint', NOTHING, waypointListener));
      for (const plan of plans) {
        for (const port of portsOf(plan)) {
          const dependencies = [plan, ...streamsOf(plan, port)];
          this.put(this.cache.resources.get(`listener/${plan.key}/${port}`, dependencies, () => gatewayListener(plan, port, this.streams)));
        }
      }
      return;
    }
    for (const [port, bound] of this.objects.boundPorts) {
      const gateways = plans.filter((plan) => plan.listeners.some((l) => l.listener.port === port));
      const rawHere = (raw.get(port) ?? []).sort((a, b) => (a.address < b.address ? -1 : 1));
      const dependencies = [
        ...gateways.flatMap((plan) => [plan, ...streamsOf(plan, port)]),
        ...rawHere.flatMap((r) => [r.address, r.cluster]),
      ];
      const make = () => boundListener(bound, { gateways, port, raw: rawHere }, this.streams);
      this.put(this.cache.resources.get(`listener/${bound}`, dependencies, make));
    }
  }

  private addSecrets(plans: readonly GatewayPlan[]): void {
    for (const plan of plans) {
      for (const certificate of [...plan.listeners.map((l) => l.certificate), plan.clientCertificate]) {
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

  private factsOf(plan: GatewayPlan): ListenerFacts {
    return {
      attachedRoutes: (l) => this.attached.get(l) ?? 0,
      envoyListener: (l) => this.envoyListener(plan, l),
    };
  }

  private statusOfGateway(plan: GatewayPlan): GatewayStatusPlan {
    const counts = plan.listeners.map((l) => this.attached.get(l) ?? 0);
    const sets = plan.sets.filter((set) => isAttached(plan, set)).length;
    return this.cache.gatewayStatuses.get(plan.key, [plan, ...counts], () => gatewayStatus(plan, this.factsOf(plan), sets));
  }

  private statusOfSets(plan: GatewayPlan): ListenerSetStatusPlan[] {
    return plan.sets.map((set) => {
      const counts = listenersOf(plan, set).map((l) => this.attached.get(l) ?? 0);
      return this.cache.listenerSetStatuses.get(set.key, [plan, ...counts], () => listenerSetStatus(plan, set, this.factsOf(plan)));
    });
  }

  /** Also of a route that has no parent of ours any more: what we said of it goes. */
  private statusOfRoute(route: ResolvedRoute, answers: readonly ParentAnswer[]): RouteStatusPlan {
    const complete = answers.map((answer) => {
      if (!isServiceParent(answer.parentRef) || !answer.accepted.holds) return answer;
      return { ...answer, resources: [...(this.meshTables.get(route.model.id) ?? [])].sort().map((table) => `routes/${table}`) };
    });
    const dependencies: unknown[] = [];
    for (const answer of complete) dependencies.push(answer.accepted.message, ...answer.resources);
    return this.cache.routeStatuses.get(route, dependencies, () => ({
      ref: route.model.ref,
      parents: complete.map((answer) => parentStatus(route, answer)),
    }));
  }
}

function portsOf(plan: GatewayPlan): number[] {
  const ports = new Set(plan.listeners.filter((l) => l.usable).map((l) => l.listener.port));
  return [...ports].sort((a, b) => a - b);
}

const NOTHING: readonly unknown[] = [];
const NONE: readonly string[] = [];
