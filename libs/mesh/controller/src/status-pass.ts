import type { Clock } from '@tidegate/kernel';
import { keyFor, type Informer, type Kind, type KubeObject } from '@tidegate/kube';
import { gatewayClasses, gateways, grpcRoutes, httpRoutes, type GrpcRoute, type HttpRoute } from '@tidegate/mesh-contract';
import type { RouteStatusPlan, StatusPlan } from '@tidegate/mesh-snapshot';
import type { XdsServer } from '@tidegate/mesh-xds-server';
import { desiredGateway, desiredGatewayClass, desiredParents, type FindLive } from './desired-status.js';
import { liveFinding, type LiveFinding } from './live-condition.js';
import { LiveMemory } from './live-memory.js';
import type { MeshCaches } from './mesh-caches.js';
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
}

/** Compares what every object's status says with what it should say, and has the difference written. */
export class StatusPass {
  private readonly memory = new LiveMemory();
  private readonly startedAt: number;

  constructor(private readonly options: StatusPassOptions) {
    this.startedAt = options.clock.monotonic();
  }

  /** Milliseconds after which to look again even if nothing happens; undefined when nothing is waited for. */
  run(plan: StatusPlan): number | undefined {
    const { caches, writer, clock } = this.options;
    const now = clock.now();
    const look = new Look(this.options.xds, this.memory, clock.monotonic(), this.patienceMs());
    for (const p of plan.gatewayClasses) {
      const object = caches.gatewayClasses.get(undefined, p.ref.name);
      if (object) writer.want(gatewayClasses, object, desiredGatewayClass(p, object.status, now) ?? {});
    }
    for (const p of plan.gateways) {
      const object = caches.gateways.get(p.ref.namespace, p.ref.name);
      if (!object || !isPlanned(object, p.ref.generation)) continue;
      look.begin(`gateways/${keyFor(p.ref.namespace, p.ref.name)}`, p.ref.generation);
      const status = desiredGateway(p, object.status, look.find, now);
      if (!look.isTooEarly) writer.want(gateways, object, status ?? {});
    }
    for (const p of plan.routes) {
      if (p.ref.kind === 'GRPCRoute') this.route(grpcRoutes, caches.grpcRoutes, p, look, now);
      else this.route(httpRoutes, caches.httpRoutes, p, look, now);
    }
    this.memory.keep(look.seen);
    return look.againInMs;
  }

  private route<T extends HttpRoute | GrpcRoute>(kind: Kind<T>, cache: Informer<T>, plan: RouteStatusPlan, look: Look, now: number): void {
    const object = cache.get(plan.ref.namespace, plan.ref.name);
    if (!object || !isPlanned(object, plan.ref.generation)) return;
    const existing = object.status?.parents ?? [];
    look.begin(`${kind.plural}/${keyFor(plan.ref.namespace, plan.ref.name)}`, plan.ref.generation);
    const parents = desiredParents(plan, existing, look.find, now);
    // A route that never was ours and is not now keeps a status without us.
    if (!look.isTooEarly && (parents.length > 0 || existing.length > 0)) this.options.writer.want(kind, object, { parents });
  }

  private patienceMs(): number {
    return Math.max(PATIENCE_MS, this.startedAt + START_MS - this.options.clock.monotonic());
  }
}

/** A plan for another generation says nothing about this object: the next build will. */
const isPlanned = (object: KubeObject, generation: number): boolean => (object.metadata?.generation ?? 0) === generation;

/** One look at all objects: asks each set of resources once, and notes when to look again. */
class Look {
  readonly seen = new Set<string>();
  againInMs: number | undefined;
  isTooEarly = false;
  private key = '';
  private generation = 0;
  private readonly found = new Map<string, LiveFinding>();

  constructor(
    private readonly xds: Pick<XdsServer, 'liveness'>,
    private readonly memory: LiveMemory,
    private readonly now: number,
    private readonly patienceMs: number,
  ) {}

  begin(key: string, generation: number): void {
    this.key = key;
    this.generation = generation;
    this.isTooEarly = false;
  }

  readonly find: FindLive = (resources) => {
    const joined = resources.join('\n');
    let found = this.found.get(joined);
    if (!found) this.found.set(joined, (found = liveFinding(this.xds.liveness(resources))));
    const key = `${this.key}\n${joined}`;
    this.seen.add(key);
    const { finding, againInMs } = this.memory.judge(key, this.generation, found, this.now, this.patienceMs);
    if (againInMs !== undefined) this.againInMs = Math.min(this.againInMs ?? Infinity, againInMs);
    if (!finding) this.isTooEarly = true;
    return finding ?? found;
  };
}
