import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type PartContext, type RunningPart, causeChain } from '@tidegate/kernel';
import {
  EventRecorder,
  InformerSet,
  KubeClient,
  type KubeObject,
  type Pod,
  type RunningController,
  type Service,
  WrittenObjects,
  keyFor,
  keyOf,
  splitKey,
  startController,
} from '@tidegate/kube';
import { LoadBook, RequestLedger, TICK_MS, bypassingService } from '@tidegate/serving-autoscale';
import { MESH_VERSION_LABEL, REVISION_LABEL, type Wake, type WakeRequest } from '@tidegate/serving-contract';
import type { RequestEvent, RequestEvents, Subscription } from '@tidegate/signals';
import { record } from './apply-plan.js';
import { AutoscalerMetrics } from './autoscaler-metrics.js';
import { type Caches, autoscalerCaches, revisionOf } from './caches.js';
import { Decider } from './decider.js';
import { DrainWatch } from './drain-watch.js';
import { RevisionGatherer } from './gather-revision.js';
import { longestDrainMs } from './observed-pods.js';
import { Peers, type PeersOptions } from './peers/peers.js';
import { RevisionReconciler } from './revision-reconciler.js';
import { SettingsKeeper } from './settings-keeper.js';
import { WakingRevisions } from './waking-revisions.js';

/** Field manager of everything that the autoscaler writes. */
const MANAGER = 'tidegate-autoscaler';
/** Reports are made once a second, this long after its end: proxies have flushed their logs by then. */
const REPORT_OFFSET_MS = 300;
const WORKERS = 16;

export interface AutoscalerOptions {
  client: KubeClient;
  requestEvents: RequestEvents;
  /** Unique among the replicas; default host and process. */
  identity?: string | undefined;
  /** Of several replicas each owns a part of the revisions; without it there is one. */
  peers?: PeersOptions;
}

export interface RunningAutoscaler extends RunningPart, Wake {}

/**
 * Scales Knative revisions.
 *
 *   starts and ends of requests ─► RequestLedger ─(1 s)─► LoadBook ─(2 s)─► Decider ─┐
 *   requests that wait ────────────────────────────────── wake ─► Decider ───────────┤
 *   PodAutoscalers, pods, Deployments, TrafficPolicies, config maps ─────────────────┴─► gather, plan, apply
 */
export async function startAutoscaler(context: PartContext, options: AutoscalerOptions): Promise<RunningAutoscaler> {
  const autoscaler = new Autoscaler(context, options);
  await autoscaler.start(options);
  return autoscaler;
}

class Autoscaler implements RunningAutoscaler {
  readonly name = 'autoscaler';
  private readonly identity: string;
  private readonly client: KubeClient;
  private readonly informers: InformerSet;
  private readonly caches: Caches;
  private readonly recorder: EventRecorder;
  private readonly ledger: RequestLedger;
  private readonly book = new LoadBook();
  private readonly settings: SettingsKeeper;
  private readonly decider: Decider;
  private readonly reconciler: RevisionReconciler;
  private readonly controller: RunningController;
  private readonly waking: WakingRevisions;
  private readonly metrics: AutoscalerMetrics;
  private peers: Peers | undefined;
  private subscription: Subscription | undefined;
  private stopped = false;
  private seconds = 0;
  private cancel = (): void => undefined;

  constructor(
    private readonly context: PartContext,
    { client, identity }: AutoscalerOptions,
  ) {
    const { clock, log, registry } = context;
    this.identity = identity ?? `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
    this.client = new KubeClient(client.transport, { fieldManager: MANAGER });
    this.informers = new InformerSet(this.client, { clock, log });
    this.caches = autoscalerCaches(this.informers);
    this.ledger = new RequestLedger(clock.now());
    const instance = this.identity;
    this.recorder = new EventRecorder({ client: this.client, component: 'tidegate.dev/autoscaler', instance, clock, log });
    this.settings = new SettingsKeeper(this.caches.configMaps, log, () => this.enqueueAll());
    const isMine = (key: string): boolean => this.peers === undefined || this.peers.isMine(key);
    const { caches, settings, book, ledger } = this;
    this.decider = new Decider({ clock, caches, settings, book, isMine, onChange: (key) => this.controller.enqueue(key) });
    this.metrics = new AutoscalerMetrics(registry, { clock, caches, decider: this.decider, ledger, book, settings });
    this.reconciler = this.makeReconciler(isMine);
    this.waking = new WakingRevisions({
      clock,
      open: (key) => ledger.openAt(key),
      hasReadyPod: (key) => this.decider.readyPods(key) > 0,
      onMore: (key, waiting) => this.wakeByOwner(key, waiting),
    });
    this.controller = this.makeController();
  }

  async start({ requestEvents, peers }: AutoscalerOptions): Promise<void> {
    const { clock, log } = this.context;
    this.subscription = requestEvents.subscribe({
      events: (batch) => this.take(batch),
      lost: () => this.ledger.lost(clock.now()),
    });
    if (peers) this.peers = await this.join(peers).catch(async (error: unknown) => (await this.stop(), Promise.reject(error)));
    this.everySecond();
    log.info({ identity: this.identity }, 'the autoscaler follows requests');
  }

  notReady(): string[] {
    return this.informers.notSynced().map((plural) => `the autoscaler has not listed ${plural} yet`);
  }

  wake({ namespace, name }: { namespace: string; name: string }, waiting: number): void {
    try {
      const key = keyFor(namespace, name);
      this.metrics.wakes.inc();
      if (this.stopped || !this.caches.autoscalers.get(namespace, name)) return;
      this.waking.add(key);
      this.wakeByOwner(key, Math.max(waiting, this.ledger.openAt(key)));
    } catch (error) {
      this.context.log.error({ revision: `${namespace}/${name}`, error: causeChain(error) }, 'a wake failed');
    }
  }

  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.cancel();
    this.subscription?.close();
    this.settings.stop();
    await this.controller.stop();
    await this.peers?.stop();
    this.informers.stop();
    await this.recorder.flush();
  }

  private makeReconciler(isMine: (key: string) => boolean): RevisionReconciler {
    const { clock, log } = this.context;
    const { caches, client, recorder, decider, settings, book } = this;
    const written = new WrittenObjects(clock);
    const drains = new DrainWatch(caches, book, (pod) => this.tellGivenUp(pod));
    const gatherer = new RevisionGatherer(caches, written, settings, decider, book, drains);
    const onScaled = (from: number, to: number): void => this.metrics.scalings.inc({ direction: to > from ? 'up' : 'down' });
    return new RevisionReconciler({ clock, log, gatherer, decider, apply: { client, written, gatherer, recorder, onScaled }, isMine });
  }

  private makeController(): RunningController {
    const { clock, log, registry } = this.context;
    const { caches } = this;
    return startController({
      name: 'autoscaler.revision',
      clock,
      log,
      registry,
      workers: WORKERS,
      // A scale that met a conflict is tried again soon: requests may wait for it.
      backoff: { baseMs: 50, maxMs: 10_000, jitter: 0.3 },
      reconcile: (key) => this.reconciler.reconcile(key),
      watches: [
        { informer: caches.autoscalers, toKeys: (pa) => [keyOf(pa)] },
        { informer: caches.deployments, toKeys: revisionOf },
        { informer: caches.pods, toKeys: revisionOf },
        { informer: caches.policies, toKeys: (policy) => [keyFor(policy.metadata?.namespace, policy.spec.targetRef.name)] },
        { informer: caches.services, toKeys: (service) => this.revisionsOfService(service) },
        // Read when something else asks for it.
        { informer: caches.configMaps, toKeys: noKeys },
        { informer: caches.slices, toKeys: noKeys },
      ],
    });
  }

  private join(options: PeersOptions): Promise<Peers> {
    const { clock, log } = this.context;
    const { client, informers, identity } = this;
    const listener = {
      report: (from: string, report: Parameters<LoadBook['take']>[1]) => this.book.take(from, report),
      wake: ({ namespace, name, waiting }: { namespace: string; name: string; waiting: number }) =>
        this.wakeHere(keyFor(namespace, name), waiting),
      ask: ({ namespace, name, waiting }: WakeRequest) => this.wake({ namespace, name }, waiting),
    };
    const onChange = (): void => {
      this.enqueueAll();
      this.pass();
    };
    return Peers.join({ client, informers, identity, clock, log, listener, onChange }, options);
  }

  private take(batch: readonly RequestEvent[]): void {
    this.ledger.take(batch, this.context.clock.now());
    this.waking.events(batch);
  }

  private everySecond(): void {
    if (this.stopped) return;
    const { clock } = this.context;
    const now = clock.now();
    const next = Math.floor(now / 1000) * 1000 + 1_000 + REPORT_OFFSET_MS;
    this.cancel = clock.after(next - now, () => this.everySecond());
    const report = this.ledger.report(now);
    this.book.take(this.identity, report);
    this.peers?.tell(report);
    this.waking.sweep();
    if (this.seconds++ % (TICK_MS / 1000) === 0) this.pass();
  }

  private pass(): void {
    // No decision from half a picture.
    if (this.informers.notSynced().length > 0) return;
    const end = this.metrics.pass.startTimer();
    this.decider.pass().then(
      () => end(),
      (error: unknown) => this.context.log.error({ error: causeChain(error) }, 'a pass over the revisions failed'),
    );
  }

  /** The owner's business; when it does not hear, anybody may let a revision grow. */
  private wakeByOwner(key: string, waiting: number): void {
    const { namespace = '', name } = splitKey(key);
    if (this.peers?.wake(key, { namespace, name, waiting }, () => this.wakeHere(key, waiting))) return;
    this.wakeHere(key, waiting);
  }

  private wakeHere(key: string, waiting: number): void {
    if (this.stopped || !this.decider.wake(key, Math.max(waiting, this.ledger.openAt(key)))) return;
    this.reconciler.grow(key, waiting);
    this.controller.enqueue(key);
  }

  private enqueueAll(): void {
    for (const pa of this.caches.autoscalers.list()) this.controller.enqueue(keyOf(pa));
  }

  /** A revision's own Service has its name; any other matters to the revisions whose pods it selects. */
  private revisionsOfService(service: Service): string[] {
    const { namespace, labels } = service.metadata ?? {};
    if (labels?.[MESH_VERSION_LABEL] !== undefined) return [keyOf(service)];
    const pods = this.caches.pods.list(namespace).filter((pod) => bypassingService([service], pod.metadata?.labels ?? {}, ''));
    return [...new Set(pods.flatMap(revisionOf))];
  }

  private tellGivenUp(pod: Pod): void {
    const pa = this.caches.autoscalers.get(pod.metadata?.namespace, pod.metadata?.labels?.[REVISION_LABEL] ?? '');
    if (pa)
      record({ recorder: this.recorder }, pa, {
        reason: 'DrainGivenUp',
        pod: pod.metadata?.name ?? '',
        seconds: longestDrainMs(pod) / 1000,
      });
  }
}

const noKeys = (_: KubeObject): string[] => [];
