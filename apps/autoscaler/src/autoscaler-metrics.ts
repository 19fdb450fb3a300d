import type { Clock } from '@tidegate/kernel';
import { splitKey } from '@tidegate/kube';
import type { LoadBook, RequestLedger } from '@tidegate/serving-autoscale';
import { CONFIGURATION_LABEL, SERVICE_LABEL } from '@tidegate/serving-contract';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { BY_REVISION, type Caches } from './caches.js';
import type { Decider } from './decider.js';
import { isReady } from './observed-pods.js';
import type { SettingsKeeper } from './settings-keeper.js';

/** Revisions whose numbers are shown; those that are awake come first, for a thousand sleeping ones say nothing. */
const SHOWN = 1_000;
const LABELS = ['k8s_namespace_name', 'kn_service_name', 'kn_configuration_name', 'kn_revision_name'] as const;

export interface MetricsSources {
  clock: Clock;
  caches: Caches;
  decider: Decider;
  ledger: RequestLedger;
  book: LoadBook;
  settings: SettingsKeeper;
}

/** What the autoscaler tells Prometheus; names as Knative's, with underscores. Gauges are read when they are scraped. */
export class AutoscalerMetrics {
  readonly pass: Histogram;
  readonly wakes: Counter;
  readonly scalings: Counter<'direction'>;

  constructor(registry: Registry, sources: MetricsSources) {
    const registers = [registry];
    this.pass = new Histogram({
      name: 'tidegate_autoscaler_pass_seconds',
      help: 'Duration of one decision about all revisions, pauses for other work included',
      buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.5, 2],
      registers,
    });
    this.wakes = new Counter({ name: 'tidegate_autoscaler_wakes_total', help: 'Times that waiting requests were told of', registers });
    this.scalings = new Counter({
      name: 'tidegate_autoscaler_scalings_total',
      help: 'Deployments scaled, by direction',
      labelNames: ['direction'],
      registers,
    });
    const { clock, ledger, book } = sources;
    gauge(registry, 'tidegate_autoscaler_open_requests', 'Open requests that are followed', () => ledger.size);
    gauge(registry, 'tidegate_autoscaler_unfollowed_requests', 'Requests that were too many to be followed', () => ledger.unfollowed);
    gauge(registry, 'tidegate_autoscaler_blind', '1 while events of requests may be missing', () =>
      Number(book.blindUntil() > clock.now()),
    );
    new RevisionGauges(registry, sources);
  }
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
}

type RevisionGauge = Gauge<(typeof LABELS)[number]>;

/** The numbers of single revisions, filled together when the first of them is scraped. */
class RevisionGauges {
  private readonly desired: RevisionGauge;
  private readonly requested: RevisionGauge;
  private readonly ready: RevisionGauge;
  private readonly notReady: RevisionGauge;
  private readonly terminating: RevisionGauge;
  private readonly panic: RevisionGauge;
  private readonly excess: RevisionGauge;
  private readonly load: Record<'concurrency' | 'rps', Record<'stable' | 'panic' | 'target', RevisionGauge>>;

  constructor(
    registry: Registry,
    private readonly sources: MetricsSources,
  ) {
    const make = (name: string, help: string, collect?: () => void): RevisionGauge =>
      new Gauge({ name, help, labelNames: LABELS, registers: [registry], ...(collect ? { collect } : {}) });
    this.desired = make('kn_revision_pods_desired', 'Pods that the load wants', () => this.collect());
    this.requested = make('kn_revision_pods_requested', 'Pods that the Deployment was asked for');
    this.ready = make('kn_revision_pods_count', 'Pods that are ready');
    this.notReady = make('kn_revision_pods_not_ready_count', 'Pods that are not ready');
    this.terminating = make('kn_revision_pods_terminating_count', 'Pods that are ending');
    this.panic = make('kn_revision_panic_mode', '1 while a burst keeps the revision from shrinking');
    this.excess = make('kn_revision_capacity_excess', 'Requests that the ready pods could take beyond the burst that is to find room');
    const of = (metric: string, what: string): Record<'stable' | 'panic' | 'target', RevisionGauge> => ({
      stable: make(`kn_revision_${metric}_stable`, `${what} over the stable window`),
      panic: make(`kn_revision_${metric}_panic`, `${what} over the panic window`),
      target: make(`kn_revision_${metric}_target`, `${what} that each pod should have`),
    });
    this.load = { concurrency: of('concurrency', 'Average of open requests'), rps: of('rps', 'Requests per second') };
  }

  private collect(): void {
    const all = [...this.sources.decider];
    const awake = all.filter(([, { state }]) => state.desired > 0);
    const asleep = all.filter(([, { state }]) => state.desired <= 0);
    const { concurrency, rps } = this.load;
    const gauges = [this.desired, this.requested, this.ready, this.notReady, this.terminating, this.panic, this.excess];
    for (const g of [...gauges, ...Object.values(concurrency), ...Object.values(rps)]) g.reset();
    for (const [key, decided] of [...awake, ...asleep].slice(0, SHOWN)) this.show(key, decided);
  }

  private show(key: string, { state, load }: NonNullable<ReturnType<Decider['get']>>): void {
    const { caches, settings } = this.sources;
    const { namespace, name } = splitKey(key);
    const pa = caches.autoscalers.get(namespace, name);
    if (!pa) return;
    const labels = {
      k8s_namespace_name: namespace ?? '',
      kn_service_name: pa.metadata?.labels?.[SERVICE_LABEL] ?? '',
      kn_configuration_name: pa.metadata?.labels?.[CONFIGURATION_LABEL] ?? '',
      kn_revision_name: name,
    };
    const pods = caches.pods.byIndex(BY_REVISION, key);
    const ending = pods.filter((pod) => pod.metadata?.deletionTimestamp !== undefined).length;
    const ready = pods.filter((pod) => pod.metadata?.deletionTimestamp === undefined && isReady(pod)).length;
    this.desired.set(labels, state.desired);
    this.requested.set(labels, caches.deployments.get(namespace, pa.spec.scaleTargetRef.name ?? '')?.spec?.replicas ?? 0);
    this.ready.set(labels, ready);
    this.notReady.set(labels, pods.length - ending - ready);
    this.terminating.set(labels, ending);
    this.panic.set(labels, state.panicSinceMs === undefined ? 0 : 1);
    this.excess.set(labels, state.excessBurstCapacity);
    const { metric, targetValue } = settings.of(key, pa);
    this.load[metric].target.set(labels, targetValue);
    this.load[metric].stable.set(labels, load?.stable ?? 0);
    this.load[metric].panic.set(labels, load?.panic ?? 0);
  }
}
