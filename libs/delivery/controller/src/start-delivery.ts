import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { PartContext, RunningPart, StartPart } from '@tidegate/kernel';
import {
  EventRecorder,
  InformerSet,
  KubeClient,
  LeaderElection,
  WrittenObjects,
  setCondition,
  startController,
  type KubeObject,
  type RunningController,
} from '@tidegate/kube';
import { DELIVERY_MANAGER, strategies, type Release, type Strategy } from '@tidegate/delivery-contract';
import { isFinal, isRunning, newestFirst, planStrategy, type Observed, type Plan } from '@tidegate/delivery-plan';
import type { Signals } from '@tidegate/signals';
import { gatewayApiRouter, type TrafficRouter } from '@tidegate/traffic-router';
import { applyPlan, type ApplyContext } from './apply-plan.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { EvidenceKeeper } from './evidence-keeper.js';
import { StrategyGatherer } from './gather-strategy.js';
import { selects } from '@tidegate/delivery-plan';
import { BY_NAMESPACE, deliveryCaches, strategyOf, type Caches } from './observed-objects.js';

export interface DeliveryOptions {
  client: KubeClient;
  signals: Signals;
  /** How traffic plans become objects; default the Gateway API. */
  router?: TrafficRouter;
  /** Namespace of the lease that decides who leads; default tidegate-system. */
  leaseNamespace?: string;
  /** Unique among the replicas; default host and process. */
  identity?: string | undefined;
}

/** Runs releases: watches Strategies and everything they need, decides, writes. One of several replicas leads. */
export const startDelivery: StartPart<DeliveryOptions> = async (context, options) => {
  const { clock, log, registry } = context;
  const client = new KubeClient(options.client.transport, { fieldManager: DELIVERY_MANAGER });
  const informers = new InformerSet(client, { clock, log });
  const caches = deliveryCaches(informers);
  let leading: DeliveryController | undefined;
  const metrics = new DeliveryMetrics(registry, () => leading?.runningReleases() ?? 0);
  const election = new LeaderElection({
    client,
    namespace: options.leaseNamespace ?? 'tidegate-system',
    name: 'tidegate-delivery',
    identity: options.identity ?? `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`,
    clock,
    log,
    onLeading: async (signal) => {
      const controller = new DeliveryController(context, client, caches, metrics, options);
      leading = controller;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      leading = undefined;
      await controller.stop();
    },
  });
  election.start();
  const part: RunningPart = {
    name: 'delivery',
    notReady: () => informers.notSynced().map((plural) => `delivery has not listed ${plural} yet`),
    stop: async () => {
      await election.stop();
      informers.stop();
    },
  };
  return part;
};

/** One term of leadership: reconcile = gather, plan, apply. Nothing is remembered that is not in objects, except the judges' newest seconds. */
class DeliveryController {
  private readonly context: PartContext;
  private readonly caches: Caches;
  private readonly router: TrafficRouter;
  private readonly metrics: DeliveryMetrics;
  private readonly gatherer: StrategyGatherer;
  private readonly keeper: EvidenceKeeper;
  private readonly recorder: EventRecorder;
  private readonly applyContext: ApplyContext;
  private readonly controller: RunningController;
  private readonly following = new Set<string>();

  constructor(context: PartContext, client: KubeClient, caches: Caches, metrics: DeliveryMetrics, options: DeliveryOptions) {
    const { clock, log, registry } = context;
    this.context = context;
    this.caches = caches;
    this.metrics = metrics;
    this.router = options.router ?? gatewayApiRouter;
    const written = new WrittenObjects(clock);
    this.gatherer = new StrategyGatherer(caches, written, client);
    this.recorder = new EventRecorder({ client, component: 'tidegate.dev/delivery', clock, log });
    this.keeper = new EvidenceKeeper({
      signals: options.signals,
      log,
      monotonic: () => clock.monotonic(),
      onNews: (key) => this.controller.enqueue(key),
    });
    this.applyContext = {
      client,
      written,
      gatherer: this.gatherer,
      recorder: this.recorder,
      randomKey: () => randomBytes(32).toString('hex'),
      onEvent: (reason) => this.metrics.events.inc({ reason }),
      onRouteWritten: () => undefined,
    };
    this.controller = startController({
      name: 'delivery.strategy',
      clock,
      log,
      registry,
      // A rollback that met a refused write is tried again soon, whatever came before.
      backoff: { baseMs: 50, maxMs: 10_000, jitter: 0.3 },
      reconcile: (key) => this.reconcile(key),
      watches: [
        { informer: caches.strategies, toKeys: (s) => this.strategiesOfService(s) },
        { informer: caches.releases, toKeys: strategyOf },
        { informer: caches.routes, toKeys: strategyOf },
        { informer: caches.services, toKeys: (s) => [...strategyOf(s), ...this.strategiesNaming(s)] },
        { informer: caches.deployments, toKeys: (d) => this.strategiesSelecting(d, d.spec?.template?.metadata?.labels) },
        { informer: caches.statefulSets, toKeys: (s) => this.strategiesSelecting(s, s.spec?.template?.metadata?.labels) },
        { informer: caches.pods, toKeys: (p) => this.strategiesSelecting(p, p.metadata?.labels) },
      ],
    });
  }

  runningReleases(): number {
    return this.following.size;
  }

  async stop(): Promise<void> {
    await this.controller.stop();
    this.keeper.stop();
    await this.recorder.flush();
  }

  private async reconcile(key: string): Promise<{ againInMs?: number } | void> {
    const slash = key.indexOf('/');
    const gathered = await this.gatherer.gather(key.slice(0, slash), key.slice(slash + 1), this.keeper.evidence(key));
    if (gathered.found === 'nothing') return this.leave(key);
    if (gathered.found === 'invalid') return this.tellInvalid(gathered.strategy, gathered.problems);
    let { observed } = gathered;
    if (!observed.evidence && this.current(observed)) {
      await this.follow(key, observed);
      observed = { ...observed, evidence: this.keeper.evidence(key) };
    }
    const plan = planStrategy(observed, this.router, this.context.clock.now());
    await this.apply(key, observed, plan);
    return plan.lookAgainInMs === undefined ? undefined : { againInMs: plan.lookAgainInMs };
  }

  private async apply(key: string, observed: Observed, plan: Plan): Promise<void> {
    const alarmAt = this.keeper.alarmAt(key);
    const { clock } = this.context;
    const applyContext: ApplyContext = {
      ...this.applyContext,
      onRouteWritten: () => {
        if (plan.urgent && alarmAt !== undefined) this.metrics.reaction.observe((clock.monotonic() - alarmAt) / 1000);
      },
    };
    try {
      await applyPlan(applyContext, observed, plan);
      for (const action of plan.actions) {
        if (action.do === 'write-release-status' && isFinal(action.status.phase))
          this.metrics.decisions.inc({ reason: action.status.decision?.reason ?? 'Unknown' });
      }
    } finally {
      await this.follow(key, observed);
    }
  }

  /** The judge learns at once what the plan just decided about weights and liveness. */
  private async follow(key: string, observed: Observed): Promise<void> {
    const release = this.current(observed);
    const newest = release && this.gatherer.release(release.metadata?.namespace ?? '', release.metadata?.name ?? '');
    if (!newest || isFinal(newest.status?.phase)) return this.leave(key);
    await this.keeper.follow(key, newest);
    this.following.add(key);
  }

  private current(observed: Observed): Release | undefined {
    return newestFirst(observed.releases).filter(isRunning).at(-1);
  }

  private leave(key: string): void {
    this.keeper.leave(key);
    this.following.delete(key);
  }

  /** Admission refuses such a Strategy; one that came past it says so itself. */
  private async tellInvalid(strategy: Strategy, problems: string): Promise<void> {
    const { conditions = [], ...status } = strategy.status ?? {};
    const message = `The Strategy is not valid: ${problems}`.slice(0, 2000);
    const ready = {
      type: 'Ready',
      status: 'False' as const,
      reason: 'SpecInvalid',
      message,
      observedGeneration: strategy.metadata?.generation,
    };
    const next = { ...status, phase: 'Blocked' as const, conditions: setCondition(conditions, ready, this.context.clock.now()) };
    if (conditions.find((c) => c.type === 'Ready')?.message === message) return;
    await this.applyContext.client.replaceStatus(strategies, { ...strategy, status: next });
    this.recorder.record(
      { ...strategy, apiVersion: 'delivery.tidegate.dev/v1alpha1', kind: 'Strategy' },
      { type: 'Warning', reason: 'Blocked', message },
    );
  }

  /** A Strategy that comes or goes may unblock another one of its Service. */
  private strategiesOfService(strategy: Strategy): string[] {
    return this.inNamespace(strategy)
      .filter((s) => s.spec.service === strategy.spec.service)
      .map(toKey)
      .concat(toKey(strategy));
  }

  private strategiesNaming(service: KubeObject): string[] {
    return this.inNamespace(service)
      .filter((s) => s.spec.service === service.metadata?.name)
      .map(toKey);
  }

  private strategiesSelecting(object: KubeObject, labels: Record<string, string> | undefined): string[] {
    return this.inNamespace(object)
      .filter((s) => {
        const service = this.caches.services.get(object.metadata?.namespace, s.spec.service);
        return selects(service?.spec?.selector ?? {}, labels);
      })
      .map(toKey);
  }

  private inNamespace(object: KubeObject): Strategy[] {
    return this.caches.strategies.byIndex(BY_NAMESPACE, object.metadata?.namespace ?? '');
  }
}

function toKey(strategy: Strategy): string {
  return `${strategy.metadata?.namespace}/${strategy.metadata?.name}`;
}
