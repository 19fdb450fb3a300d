import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Denial } from './check-answer.js';

/** Revisions that have a histogram of their own; further ones are counted together as `other`. */
const REVISIONS = 500;
const COLD_START_BUCKETS = [0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60];

export class HoldMetrics {
  private readonly heldSeconds: Histogram<'outcome'>;
  private readonly denials: Counter<'reason'>;
  private readonly coldStarts: Histogram<'namespace' | 'revision'>;
  private readonly leases: Counter;
  private readonly revisions = new Set<string>();
  private open = 0;

  constructor(registry: Registry) {
    const registers = [registry];
    const read = (): number => this.open;
    new Gauge({
      name: 'tidegate_holds_open',
      help: 'Requests that wait for a pod now',
      registers,
      collect() {
        this.set(read());
      },
    });
    this.heldSeconds = new Histogram({
      name: 'tidegate_hold_seconds',
      help: 'How long requests waited, by how that ended: granted, or left (refused, or the client went away)',
      labelNames: ['outcome'],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
      registers,
    });
    this.denials = new Counter({
      name: 'tidegate_holds_denied_total',
      help: 'Requests that were refused instead of held, by reason',
      labelNames: ['reason'],
      registers,
    });
    this.coldStarts = new Histogram({
      name: 'tidegate_cold_start_seconds',
      help: 'From the first request that found no pod to its grant, by revision',
      labelNames: ['namespace', 'revision'],
      buckets: COLD_START_BUCKETS,
      registers,
    });
    this.leases = new Counter({
      name: 'tidegate_slot_leases_ended_total',
      help: 'Slots taken back because nobody told that their request had ended',
      registers,
    });
  }

  held(): void {
    this.open += 1;
  }

  granted(ms: number): void {
    this.open -= 1;
    this.heldSeconds.observe({ outcome: 'granted' }, ms / 1000);
  }

  left(ms: number): void {
    this.open -= 1;
    this.heldSeconds.observe({ outcome: 'left' }, ms / 1000);
  }

  denied(reason: Denial): void {
    this.denials.inc({ reason });
  }

  leasesEnded(count: number): void {
    this.leases.inc(count);
  }

  /** `key` is namespace/revision. */
  coldStart(key: string, ms: number): void {
    const fits = this.revisions.has(key) || this.revisions.size < REVISIONS;
    if (fits) this.revisions.add(key);
    const [namespace = '', revision = ''] = fits ? key.split('/') : ['other', 'other'];
    this.coldStarts.observe({ namespace, revision }, ms / 1000);
  }
}
