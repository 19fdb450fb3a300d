import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What delivery tells Prometheus; labels are closed lists. */
export class DeliveryMetrics {
  readonly decisions: Counter<'reason'>;
  readonly events: Counter<'reason'>;
  readonly running: Gauge;
  readonly reaction: Histogram;
  constructor(registry: Registry, running: () => number) {
    const registers = [registry];
    this.decisions = new Counter({
      name: 'tidegate_release_decisions_total',
      help: 'Releases decided, by reason',
      labelNames: ['reason'],
      registers,
    });
    this.events = new Counter({
      name: 'tidegate_release_events_total',
      help: 'Events of strategies and releases',
      labelNames: ['reason'],
      registers,
    });
    this.running = new Gauge({
      name: 'tidegate_releases_running',
      help: 'Releases whose signals are followed',
      registers,
      collect() {
        this.set(running());
      },
    });
    this.reaction = new Histogram({
      name: 'tidegate_release_reaction_seconds',
      help: 'From the signal that proved a version bad to the route without it being written',
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
      registers,
    });
  }
}
