import type { Clock } from '@tidegate/kernel';
import { keyFor } from '@tidegate/kube';
import type { RequestEvent } from '@tidegate/signals';

/** A revision that has no pod by then is not waked again by its requests; whoever holds them says so once more. */
const LONGEST_MS = 30_000;

export interface WakingContext {
  clock: Clock;
  /** Requests of the revision that are open now. */
  open(key: string): number;
  hasReadyPod(key: string): boolean;
  /** More requests wait than were told of. */
  onMore(key: string, waiting: number): void;
}

/**
 * Revisions that were waked and have no pod yet. The first request of a burst wakes, and the rest of it shows in the access log a tenth of a
 * second later: so many pods as the burst needs are asked for at once, and not only when the first of them has come.
 */
export class WakingRevisions {
  private readonly since = new Map<string, number>();
  constructor(private readonly context: WakingContext) {}

  /** Bounded by the PodAutoscalers: only known revisions are waked. */
  add(key: string): void {
    if (!this.since.has(key)) this.since.set(key, this.context.clock.monotonic());
  }

  events(batch: readonly RequestEvent[]): void {
    if (this.since.size === 0) return;
    const touched = new Set(batch.filter((e) => e.phase === 'start').map((e) => keyFor(e.namespace, e.version)));
    for (const key of touched) if (this.since.has(key)) this.look(key);
  }

  /** Forgets those that need no help any more. */
  sweep(): void {
    const now = this.context.clock.monotonic();
    for (const [key, since] of this.since) if (now - since > LONGEST_MS || this.context.hasReadyPod(key)) this.since.delete(key);
  }

  private look(key: string): void {
    if (this.context.hasReadyPod(key)) this.since.delete(key);
    else this.context.onMore(key, this.context.open(key));
  }
}
