import type { Clock } from '@tidegate/kernel';
import { askReadiness } from './ask-readiness.js';
import type { ReadinessAsk } from './pod-view.js';

export interface PodProberOptions {
  clock: Clock;
  /** The pod serves. Told once. */
  onReady: (key: string) => void;
  /** Asks under way at once; further pods wait for their turn. Default 64. */
  parallel?: number;
  /** One ask's time; default 1,000 ms. */
  timeoutMs?: number;
}

/** From the first look on: a program that listens after 40 ms should not wait for the next tenth of a second. */
const PACE_MS = { first: 2, factor: 1.3, most: 20 };
/** With more pods than this starting at once, each is asked more rarely: asking must not take the processor from starting. */
const FULL_PACE_PODS = 16;
/** After so long the pace of a kubelet does: whoever needs minutes does not notice. */
const SLOW_AFTER_MS = 10_000;
const SLOW_MS = 250;

interface Probed {
  ask: ReadinessAsk;
  startedAt: number;
  paceMs: number;
  isAsking: boolean;
  cancel: () => void;
}

/** Asks starting pods until they serve, much more often than a kubelet would. Bounded by the pods that its owner names. */
export class PodProber {
  private readonly pods = new Map<string, Probed>();
  private readonly waiting = new Set<string>();
  private asking = 0;

  constructor(private readonly options: PodProberOptions) {}

  get size(): number {
    return this.pods.size;
  }

  /** Begins, or goes on when it is asked already. */
  watch(key: string, ask: ReadinessAsk): void {
    const known = this.pods.get(key);
    if (known) return void (known.ask = ask);
    const startedAt = this.options.clock.monotonic();
    this.pods.set(key, { ask, startedAt, paceMs: PACE_MS.first, isAsking: false, cancel: () => undefined });
    this.due(key);
  }

  forget(key: string): void {
    const known = this.pods.get(key);
    known?.cancel();
    this.pods.delete(key);
    this.waiting.delete(key);
  }

  stop(): void {
    for (const key of [...this.pods.keys()]) this.forget(key);
  }

  private due(key: string): void {
    if (this.asking < (this.options.parallel ?? 64)) void this.ask(key);
    else this.waiting.add(key);
  }

  private async ask(key: string): Promise<void> {
    const pod = this.pods.get(key);
    if (!pod || pod.isAsking) return;
    pod.isAsking = true;
    this.asking += 1;
    const serves = await askReadiness(pod.ask, this.options.timeoutMs ?? 1000);
    this.asking -= 1;
    pod.isAsking = false;
    const [next] = this.waiting;
    if (next !== undefined) {
      this.waiting.delete(next);
      void this.ask(next);
    }
    if (this.pods.get(key) !== pod) return;
    if (serves) {
      this.forget(key);
      return this.options.onReady(key);
    }
    const isSlow = this.options.clock.monotonic() - pod.startedAt > SLOW_AFTER_MS;
    const crowd = Math.max(1, this.pods.size / FULL_PACE_PODS);
    pod.cancel = this.options.clock.after(isSlow ? SLOW_MS : pod.paceMs * crowd, () => this.due(key));
    pod.paceMs = Math.min(PACE_MS.most, pod.paceMs * PACE_MS.factor);
  }
}
