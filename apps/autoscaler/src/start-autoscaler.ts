import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type PartContext, type RunningPart, causeChain } from '@tidegate/kernel';
import { EventRecorder, InformerSet, KubeClient, WrittenObjects, keyFor, keyOf, startController } from '@tidegate/kube';
import { LoadBook, RequestLedger, TICK_MS, bypassingService } from '@tidegate/serving-autoscale';
import { MESH_VERSION_LABEL, REVISION_LABEL, type Wake } from '@tidegate/serving-contract';
import type { RequestEvents } from '@tidegate/signals';
import { AutoscalerMetrics } from './autoscaler-metrics.js';
import { record } from './apply-plan.js';
import { autoscalerCaches, revisionOf } from './caches.js';
import { Decider } from './decider.js';
import { DrainWatch } from './drain-watch.js';
import { RevisionGatherer } from './gather-revision.js';
import { longestDrainMs } from './observed-pods.js';
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
  identity?: string;
}

export interface RunningAutoscaler extends RunningPart, Wake {}

/** Scales Knative revisions: follows their requests, decides every two seconds and when requests wait, and writes scales, parked pods and status. */
export async function startAutoscaler(context: PartContext, options: AutoscalerOptions): Promise<RunningAutoscaler> {
  const { clock, log, registry } = context;
  const identity = options.identity ?? `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const client = new KubeClient(options.client.transport, { fieldManager: MANAGER });
  const informers = new InformerSet(client, { clock, log });
  const caches = autoscalerCaches(informers);
  const written = new WrittenObjects(clock);
  const book = new LoadBook();
  const ledger = new RequestLedger(clock.now());
  const recorder = new EventRecorder({ client, component: 'tidegate.dev/autoscaler', instance: identity, clock, log });
  const isMine = (): boolean => true;

  const settings = new SettingsKeeper(caches.configMaps, log, () => enqueueAll());
  const decider = new Decider({ clock, caches, settings, book, isMine, onChange: (key) => controller.enqueue(key) });
  const metrics = new AutoscalerMetrics(registry, { clock, caches, decider, ledger, book, settings });
  const drains = new DrainWatch(caches, book, (pod) => {
    const pa = caches.autoscalers.get(pod.metadata?.namespace, pod.metadata?.labels?.[REVISION_LABEL] ?? '');
    if (pa) record({ recorder }, pa, { reason: 'DrainGivenUp', pod: pod.metadata?.name ?? '', seconds: longestDrainMs(pod) / 1000 });
  });
  const gatherer = new RevisionGatherer(caches, written, settings, decider, book, drains);
  const apply = {
    client,
    written,
    gatherer,
    recorder,
    onScaled: (from: number, to: number) => metrics.scalings.inc({ direction: to > from ? 'up' : 'down' }),
  };
  const reconciler = new RevisionReconciler({ clock, log, gatherer, decider, apply, isMine });
  const controller = startController({
    name: 'autoscaler.revision',
    clock,
    log,
    registry,
    workers: WORKERS,
    backoff: { baseMs: 50, maxMs: 10_000, jitter: 0.3 },
    reconcile: (key) => reconciler.reconcile(key),
    watches: [
      { informer: caches.autoscalers, toKeys: (pa) => [keyOf(pa)] },
      { informer: caches.deployments, toKeys: revisionOf },
      { informer: caches.pods, toKeys: revisionOf },
      { informer: caches.policies, toKeys: (policy) => [keyFor(policy.metadata?.namespace, policy.spec.targetRef.name)] },
      { informer: caches.services, toKeys: revisionsOfService },
      { informer: caches.configMaps, toKeys: () => [] },
      { informer: caches.slices, toKeys: () => [] },
    ],
  });

  function enqueueAll(): void {
    for (const pa of caches.autoscalers.list()) controller.enqueue(keyOf(pa));
  }

  /** A revision's own Service has its name; any other matters to the revisions whose pods it selects. */
  function revisionsOfService(service: Parameters<typeof keyOf>[0]): string[] {
    const { namespace, labels } = service.metadata ?? {};
    if (labels?.[MESH_VERSION_LABEL] !== undefined) return [keyOf(service)];
    const pods = caches.pods.list(namespace).filter((pod) => bypassingService([service], pod.metadata?.labels ?? {}, ''));
    return [...new Set(pods.flatMap(revisionOf))];
  }

  const wake = (key: string, waiting: number): void => {
    if (!decider.wake(key, waiting)) return;
    reconciler.grow(key, waiting);
    controller.enqueue(key);
  };
  const waking = new WakingRevisions({
    clock,
    open: (key) => ledger.openAt(key),
    hasReadyPod: (key) => decider.readyPods(key) > 0,
    onMore: wake,
  });
  const subscription = options.requestEvents.subscribe({
    events: (batch) => {
      ledger.take(batch, clock.now());
      waking.events(batch);
    },
    lost: () => ledger.lost(clock.now()),
  });

  let stopped = false;
  let cancel = (): void => undefined;
  let ticks = 0;
  const ready = (): boolean => informers.notSynced().length === 0;
  const everySecond = (): void => {
    if (stopped) return;
    const now = clock.now();
    cancel = clock.after(Math.floor(now / 1000) * 1000 + 1_000 + REPORT_OFFSET_MS - now, everySecond);
    book.take(identity, ledger.report(now));
    waking.sweep();
    if (ready() && ticks++ % (TICK_MS / 1000) === 0) pass();
  };
  const pass = (): void => {
    const end = metrics.pass.startTimer();
    decider.pass().then(
      () => end(),
      (error: unknown) => log.error({ error: causeChain(error) }, 'a pass over the revisions failed'),
    );
  };
  everySecond();
  log.info({ identity }, 'the autoscaler follows requests');

  return {
    name: 'autoscaler',
    notReady: () => informers.notSynced().map((plural) => `the autoscaler has not listed ${plural} yet`),
    wake({ namespace, name }, waiting) {
      try {
        const key = keyFor(namespace, name);
        metrics.wakes.inc();
        if (stopped || !caches.autoscalers.get(namespace, name)) return;
        waking.add(key);
        wake(key, Math.max(waiting, ledger.openAt(key)));
      } catch (error) {
        log.error({ revision: `${namespace}/${name}`, error: causeChain(error) }, 'a wake failed');
      }
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      cancel();
      subscription.close();
      settings.stop();
      await controller.stop();
      informers.stop();
      await recorder.flush();
    },
  };
}
