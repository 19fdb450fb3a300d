import type { EndpointSlice, Service } from '@tidegate/kube';
import type { TrafficPolicy } from '@tidegate/mesh-contract';
import { heldClusterKeys } from './held-clusters.js';
import { type ObjectIndex, slicesOf } from './object-index.js';
import { byAge, keyOf, refOf } from './object-key.js';
import type { RouteModel } from './rule-model.js';
import type { ServiceTarget } from './service-target.js';
import type { SnapshotCache } from './snapshot-cache.js';
import { type TrafficPolicyStatusPlan, condition } from './status-plan.js';
import { type ServicePolicy, wantsHold } from './target-policy.js';

/** The TrafficPolicies of one build: what they say about each Service, and where its requests are routed. */
export class TrafficPolicies {
  private readonly byService: ReadonlyMap<string, TrafficPolicy>;
  private readonly policies = new Map<string, ServicePolicy>();
  /** Names of the RouteConfigurations that forward to a Service with a policy. */
  private readonly tables = new Map<string, Set<string>>();
  private readonly all: readonly TrafficPolicy[];
  private readonly cache: SnapshotCache;

  constructor(all: readonly TrafficPolicy[], index: ObjectIndex, grpcRoutes: readonly RouteModel[], cache: SnapshotCache) {
    this.all = all;
    this.cache = cache;
    this.byService = cache.trafficPolicies.get('', all, () => oldestByService(all));
    const grpcPorts = portsOf(grpcRoutes);
    for (const [key, policy] of this.byService) {
      const state = servicePolicy(policy, slicesOf(index, key), grpcPorts.get(key) ?? NO_PORTS);
      this.policies.set(
        key,
        cache.servicePolicies.get(key, dependenciesOf(state), () => state),
      );
    }
  }

  /** The same object as in the build before while nothing about it has changed. */
  of(serviceKey: string): ServicePolicy | undefined {
    return this.policies.get(serviceKey);
  }

  get anyHolds(): boolean {
    for (const policy of this.policies.values()) if (policy.hold) return true;
    return false;
  }

  place(target: ServiceTarget, table: string): void {
    const tables = this.tables.get(target.serviceKey);
    if (tables) tables.add(table);
    else this.tables.set(target.serviceKey, new Set([table]));
  }

  statuses(
    serviceOf: (key: string) => Service | undefined,
    targetsOf: (service: Service) => readonly ServiceTarget[],
  ): TrafficPolicyStatusPlan[] {
    return this.all.map((policy) => {
      const key = serviceKeyOf(policy);
      const service = serviceOf(key);
      const targets = service ? targetsOf(service) : [];
      const tables = [...(this.tables.get(key) ?? [])].sort();
      const chosen = this.byService.get(key);
      const dependencies = [policy.metadata?.generation, policy.metadata?.uid, chosen?.metadata?.uid, targets, ...tables];
      return this.cache.trafficPolicyStatuses.get(keyOf(policy.metadata?.namespace ?? '', policy.metadata?.name ?? ''), dependencies, () =>
        statusOf(policy, chosen, service, targets, this.policies.get(key), tables),
      );
    });
  }
}

const NO_PORTS: ReadonlySet<number> = new Set();

const serviceKeyOf = (policy: TrafficPolicy): string => keyOf(policy.metadata?.namespace ?? '', policy.spec.targetRef.name);

function oldestByService(all: readonly TrafficPolicy[]): Map<string, TrafficPolicy> {
  const found = new Map<string, TrafficPolicy>();
  for (const policy of [...all].sort(byAge)) {
    const key = serviceKeyOf(policy);
    if (!found.has(key)) found.set(key, policy);
  }
  return found;
}

function portsOf(routes: readonly RouteModel[]): Map<string, Set<number>> {
  const found = new Map<string, Set<number>>();
  for (const { rules, ref: own } of routes) {
    for (const { ref } of rules.flatMap((rule) => rule.backends)) {
      if (ref.port === undefined) continue;
      const key = keyOf(ref.namespace ?? own.namespace, ref.name);
      found.set(key, (found.get(key) ?? new Set()).add(ref.port));
    }
  }
  return found;
}

function servicePolicy({ spec, status }: TrafficPolicy, slices: readonly EndpointSlice[], grpcPorts: ReadonlySet<number>): ServicePolicy {
  const { hold, timeouts = {}, forwardedHeader = false } = spec;
  const ms = (seconds: number | undefined): number | undefined => (seconds === undefined ? undefined : seconds * 1000);
  const holding = status?.conditions?.find((c) => c.type === 'Holding');
  return {
    ...(hold ? { hold: { timeoutMs: hold.timeoutSeconds * 1000, always: hold.when === 'Always' } } : {}),
    timeouts: {
      requestMs: ms(timeouts.requestSeconds),
      responseStartMs: ms(timeouts.responseStartSeconds),
      idleMs: ms(timeouts.idleSeconds),
    },
    forwarded: forwardedHeader,
    readyPorts: readyPorts(slices),
    grpcPorts,
    saysHolding: holding?.status === 'True',
  };
}

function readyPorts(slices: readonly EndpointSlice[]): Set<string> {
  const ready = new Set<string>();
  for (const slice of slices) {
    if (slice.addressType === 'FQDN' || !(slice.endpoints ?? []).some((e) => (e.conditions?.ready ?? true) && e.addresses[0])) continue;
    for (const { name = '', port, protocol = 'TCP' } of slice.ports ?? []) if (port && protocol === 'TCP') ready.add(name);
  }
  return ready;
}

function dependenciesOf({ hold, timeouts, forwarded, readyPorts: ready, grpcPorts, saysHolding }: ServicePolicy): readonly unknown[] {
  const { requestMs, responseStartMs, idleMs } = timeouts;
  return [
    hold?.timeoutMs,
    hold?.always,
    requestMs,
    responseStartMs,
    idleMs,
    forwarded,
    [...ready].sort().join(),
    [...grpcPorts].sort().join(),
    // While there is nothing ready it makes no difference.
    saysHolding && ready.size > 0,
  ];
}

function statusOf(
  policy: TrafficPolicy,
  chosen: TrafficPolicy | undefined,
  service: Service | undefined,
  targets: readonly ServiceTarget[],
  state: ServicePolicy | undefined,
  tables: readonly string[],
): TrafficPolicyStatusPlan {
  const ref = refOf('TrafficPolicy', policy);
  const name = serviceKeyOf(policy);
  const refused = (reason: string, message: string): TrafficPolicyStatusPlan => ({
    ref,
    conditions: [condition(ref, 'Accepted', false, reason, message)],
    resources: [],
  });
  if (!service) return refused('TargetNotFound', `Service ${name} does not exist; create it or correct targetRef.`);
  if (chosen && chosen.metadata?.uid !== policy.metadata?.uid) {
    return refused('Conflicted', `TrafficPolicy ${chosen.metadata?.name} is older and has the same target; remove one of them.`);
  }
  const http = targets.filter((target) => target.policy);
  if (http.length === 0 || !state) return refused('Invalid', `No port of Service ${name} speaks HTTP; nothing can be held or timed.`);
  const tls = state.hold ? http.filter((target) => !target.policy?.hold).map((target) => target.port) : [];
  const unheld = tls.length > 0 ? ` Not held: port ${tls.join(', ')}, which a BackendTLSPolicy wants reached by TLS.` : '';
  const accepted = condition(ref, 'Accepted', true, 'Accepted', `Applies to requests to Service ${name}.${unheld}`);
  const isHolding = http.every((target) => target.policy?.isHolding);
  const waking = isHolding && !http.every((target) => wantsHold(state, target.portName));
  return {
    ref,
    conditions: [accepted],
    resources: [...tables.map((table) => `routes/${table}`), ...(isHolding ? heldClusterKeys(http) : [])],
    ...(state.hold ? { holding: waking ? 'waking' : isHolding ? 'held' : 'passed' } : {}),
  };
}
