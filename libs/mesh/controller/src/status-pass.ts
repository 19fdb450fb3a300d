import type { Clock } from '@tidegate/kernel';
import { keyFor, type Kind, type KubeObject } from '@tidegate/kube';
import {
  backendTlsPolicies,
  gatewayClasses,
  gateways,
  grpcRoutes,
  httpRoutes,
  listenerSets,
  tcpRoutes,
  tlsRoutes,
  trafficPolicies,
  type RouteStatus,
} from '@tidegate/mesh-contract';
import type { RouteStatusPlan, StatusPlan, TrafficPolicyStatusPlan } from '@tidegate/mesh-snapshot';
import type { XdsServer } from '@tidegate/mesh-xds-server';
import {
  desiredAncestors,
  desiredGateway,
  desiredGatewayClass,
  desiredListenerSet,
  desiredParents,
  type FindLive,
} from './desired-status.js';
import { desiredPolicyStatus } from './desired-policy-status.js';
import { liveFinding, type LiveFinding } from './live-condition.js';
import { LiveMemory } from './live-memory.js';
import type { MeshCaches } from './mesh-caches.js';
import { Quarantine, routeKey, type RefusedRoute } from './quarantine.js';
import type { StatusWriter } from './status-writer.js';

/** Time that proxies have to acknowledge before a status says that they did not. */
const PATIENCE_MS = 250;
/** After our own start proxies need a while to find us again; until then their absence says nothing. */
const START_MS = 5000;

export interface StatusPassOptions {
  caches: MeshCaches;
  xds: Pick<XdsServer, 'liveness'>;
  writer: Pick<StatusWriter, 'want'>;
  clock: Clock;
  quarantine: Quarantine;
}

export interface StatusPassResult {
  /** Milliseconds after which to look again even if nothing happens; undefined when nothing is waited for. */
  againInMs: number | undefined;
  /** A route was taken out or let in again: the snapshot has to be built anew. */
  rebuild: boolean;
}

/** What a route's status was computed from: the same again gives the same again. */
interface Computed {
  plan: RouteStatusPlan;
  object: KubeObject;
  finding: LiveFinding | undefined;
}

/** Compares what every object's status says with what it should say, and has the difference written. */
export class StatusPass {
  private readonly memory = new LiveMemory();
  /** By route; bounded by the plan. */
  private computed = new Map<string, Computed>();
  /** Policies whose status is as it should be; bounded by the plan. */
  private readonly policies = new Map<string, { plan: TrafficPolicyStatusPlan; object: KubeObject; finding: LiveFinding | undefined }>();
  private readonly startedAt: number;

  constructor(private readonly options: StatusPassOptions) {
    this.startedAt = options.clock.monotonic();
  }

  run(plan: StatusPlan): StatusPassResult {
    const { caches, writer, clock, quarantine } = this.options;
    const now = clock.now();
    const look = new Look(this.options.xds, this.memory, clock.monotonic(), this.patienceMs());
    for (const p of plan.gatewayClasses) {
      const object = caches.gatewayClasses.get(undefined, p.ref.name);
      if (object) writer.want(gatewayClasses, object, desiredGatewayClass(p, object.status, now) ?? {});
    }
    for (const p of plan.gateways) {
      const object = caches.gateways.get(p.ref.namespace, p.ref.name);
      if (!object || !isPlanned(object, p.ref.generation)) continue;
      look.begin(`gateways/${keyFor(p.ref.namespace, p.ref.name)}`, p.ref.generation, false);
      const status = desiredGateway(p, object.status, look.find, now);
      if (!look.isTooEarly) writer.want(gateways, object, status ?? {});
    }
    for (const p of plan.listenerSets) {
      const object = caches.listenerSets.get(p.ref.namespace, p.ref.name);
      if (!object || !isPlanned(object, p.ref.generation)) continue;
      look.begin(`listenersets/${keyFor(p.ref.namespace, p.ref.name)}`, p.ref.generation, false);
      const status = desiredListenerSet(p, object.status, look.find, now);
      if (!look.isTooEarly) writer.want(listenerSets, object, status ?? {});
    }
    this.backendPolicies(plan, now);
    for (const p of plan.trafficPolicies) this.trafficPolicy(p, look, now);
    this.keepTrafficPolicies(plan);
    const computed = new Map<string, Computed>();
    const plans = new Map(plan.routes.map((p) => [planKey(p), p]));
    for (const object of caches.httpRoutes.list()) this.route(httpRoutes, object, plans, look, now, computed);
    for (const object of caches.grpcRoutes.list()) this.route(grpcRoutes, object, plans, look, now, computed);
    for (const object of caches.tlsRoutes.list()) this.route(tlsRoutes, object, plans, look, now, computed);
    for (const object of caches.tcpRoutes.list()) this.route(tcpRoutes, object, plans, look, now, computed);
    this.computed = computed;
    this.memory.keep(look.seen);
    quarantine.keep(new Set(computed.keys()));
    return { againInMs: look.againInMs, rebuild: quarantine.decide((r) => r.plan.ref.kind, look.refused, look.isPending) };
  }

  /** Also of those that no Gateway reaches (any more): our entries go from their status. */
  private backendPolicies(plan: StatusPlan, now: number): void {
    const { caches, writer } = this.options;
    const plans = new Map(plan.policies.map((p) => [keyFor(p.ref.namespace, p.ref.name), p]));
    for (const object of caches.backendTlsPolicies.list()) {
      const { namespace = '', name = '', generation = 0 } = object.metadata ?? {};
      const existing = object.status?.ancestors ?? [];
      const found = plans.get(keyFor(namespace, name)) ?? { ref: { kind: 'BackendTLSPolicy', namespace, name, generation }, ancestors: [] };
      if (!isPlanned(object, found.ref.generation)) continue;
      const ancestors = desiredAncestors(found, existing, now);
      if (ancestors.length > 0 || existing.length > 0) writer.want(backendTlsPolicies, object, { ancestors });
    }
  }

  private trafficPolicy(plan: TrafficPolicyStatusPlan, look: Look, now: number): void {
    const { namespace, name, generation } = plan.ref;
    const object = this.options.caches.trafficPolicies.get(namespace, name);
    if (!object || !isPlanned(object, generation)) return;
    // Whether something is live is asked anew for each of the two states.
    const key = `trafficpolicies/${keyFor(namespace, name)}`;
    look.begin(`${key}/${plan.holding ?? ''}`, generation, false);
    const found = plan.resources.length > 0 ? look.find(plan.resources) : NOTHING_SERVED;
    const finding = look.isTooEarly ? undefined : found;
    const before = this.policies.get(key);
    if (before?.plan === plan && before.object === object && isSameFinding(before.finding, finding)) return;
    this.policies.delete(key);
    const status = desiredPolicyStatus(plan, object.status, finding, now);
    // Compared again until it is as it should be: a write may fail.
    if (status && !this.options.writer.want(trafficPolicies, object, status)) this.policies.set(key, { plan, object, finding });
  }

  private keepTrafficPolicies(plan: StatusPlan): void {
    if (this.policies.size <= plan.trafficPolicies.length) return;
    const keys = new Set(plan.trafficPolicies.map(({ ref }) => `trafficpolicies/${keyFor(ref.namespace, ref.name)}`));
    for (const key of this.policies.keys()) if (!keys.has(key)) this.policies.delete(key);
  }

  private route<T extends KubeObject & { status?: RouteStatus }>(
    kind: Kind<T>,
    object: T,
    plans: ReadonlyMap<string, RouteStatusPlan>,
    look: Look,
    now: number,
    computed: Map<string, Computed>,
  ): void {
    const { quarantine, writer } = this.options;
    const key = routeKey(kind.kind, object);
    const verdict = quarantine.verdictOn(kind.kind, object);
    const plan = verdict?.plan ?? plans.get(key);
    // Without a plan of its own (a suspect, a route newer than the build) nothing is said now, but it is not forgotten either.
    computed.set(key, this.computed.get(key) ?? { plan: plan ?? NO_PLAN, object, finding: undefined });
    if (!plan || !isPlanned(object, plan.ref.generation)) return;
    look.begin(key, plan.ref.generation, quarantine.wasAccepted(kind.kind, object));
    const find: FindLive = verdict ? () => refusal(verdict.message) : look.find;
    const finding = findAll(plan, find);
    if (finding?.status === 'True') quarantine.accept(kind.kind, object);
    if (!verdict && finding?.reason === 'Rejected') look.refused.push({ object, plan, message: finding.message });
    if (look.isTooEarly) return;
    const before = this.computed.get(key);
    computed.set(key, { plan, object, finding });
    if (before?.plan === plan && before.object === object && isSameFinding(before.finding, finding)) return;
    const existing = object.status?.parents ?? [];
    const parents = desiredParents(plan, existing, find, now);
    // A route that never was ours and is not now keeps a status without us.
    const isWriting = (parents.length > 0 || existing.length > 0) && writer.want(kind, object, { parents });
    // Compared again until it is as it should be: a write may fail.
    if (isWriting) computed.set(key, { plan: NO_PLAN, object, finding });
  }

  private patienceMs(): number {
    return Math.max(PATIENCE_MS, this.startedAt + START_MS - this.options.clock.monotonic());
  }
}

/** A plan for another generation says nothing about this object: the next build will. */
const isPlanned = (object: KubeObject, generation: number): boolean => (object.metadata?.generation ?? 0) === generation;

/** No route leads to the target, so there is nothing that a proxy could do otherwise. */
const NOTHING_SERVED: LiveFinding = { status: 'True', reason: 'Acknowledged', message: 'no route leads there' };

const NO_PLAN: RouteStatusPlan = { ref: { kind: '', namespace: '', name: '', generation: -1 }, parents: [] };

const planKey = ({ ref }: RouteStatusPlan): string => `${ref.kind}/${keyFor(ref.namespace, ref.name)}`;

const refusal = (message: string): LiveFinding => ({ status: 'False', reason: 'Rejected', message });

/** The finding over all parents of a route: the first that is not live, else that it is; undefined when nothing is served. */
function findAll(plan: RouteStatusPlan, find: FindLive): LiveFinding | undefined {
  let found: LiveFinding | undefined;
  for (const { resources } of plan.parents) {
    if (resources.length === 0) continue;
    const next = find(resources);
    if (found === undefined || found.status === 'True' || next.reason === 'Rejected') found = next;
  }
  return found;
}

function isSameFinding(a: LiveFinding | undefined, b: LiveFinding | undefined): boolean {
  return a?.reason === b?.reason && a?.message === b?.message;
}

/** One look at all objects: asks each set of resources once, and notes when to look again. */
class Look {
  readonly seen = new Set<string>();
  againInMs: number | undefined;
  isTooEarly = false;
  /** Routes that stand in a refused table. */
  readonly refused: RefusedRoute[] = [];
  /** Some proxy has not answered something yet. */
  isPending = false;
  private key = '';
  private generation = 0;
  private wasAccepted = false;
  private readonly found = new Map<string, LiveFinding>();

  constructor(
    private readonly xds: Pick<XdsServer, 'liveness'>,
    private readonly memory: LiveMemory,
    private readonly now: number,
    private readonly patienceMs: number,
  ) {}

  begin(key: string, generation: number, wasAccepted: boolean): void {
    this.key = key;
    this.generation = generation;
    this.wasAccepted = wasAccepted;
    this.isTooEarly = false;
  }

  readonly find: FindLive = (resources) => {
    const joined = resources.join('\n');
    let found = this.found.get(joined);
    if (!found) this.found.set(joined, (found = liveFinding(this.xds.liveness(resources))));
    if (found.reason === 'ProxyNotConfirmed') this.isPending = true;
    // The fault of a table is not that of a route which has not changed: it is served as before, and soon called live again.
    if (found.reason === 'Rejected' && this.wasAccepted) found = { ...found, reason: 'ProxyNotConfirmed' };
    const key = `${this.key}\n${joined}`;
    this.seen.add(key);
    const { finding, againInMs } = this.memory.judge(key, this.generation, found, this.now, this.patienceMs);
    if (againInMs !== undefined) this.againInMs = Math.min(this.againInMs ?? Infinity, againInMs);
    if (!finding) this.isTooEarly = true;
    return finding ?? found;
  };
}
