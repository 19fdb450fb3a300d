import { OPEN_AGAIN_MS } from '@tidegate/signals';
import type { Clock } from '@tidegate/kernel';
import { keyOf, splitKey } from '@tidegate/kube';
import {
  type DecisionState,
  type LoadBook,
  type WindowLoad,
  beginDeciding,
  decide,
  decideToWake,
  hasEvidence,
  keepWithoutEvidence,
} from '@tidegate/serving-autoscale';
import { KPA_CLASS } from '@tidegate/serving-config';
import type { PodAutoscaler } from '@tidegate/serving-contract';
import { BY_REVISION, type Caches } from './caches.js';
import { isLive, isParked, isReady } from './observed-pods.js';
import type { SettingsKeeper } from './settings-keeper.js';

/** A pass over all revisions gives way to other work after this long. */
const SLICE_MS = 5;

/** What is known of one revision between two decisions. */
export interface Decided {
  state: DecisionState;
  load: WindowLoad | undefined;
  readyPods: number;
}

export interface DeciderContext {
  clock: Clock;
  caches: Caches;
  settings: SettingsKeeper;
  book: LoadBook;
  /** Another replica decides about the others. */
  isMine(key: string): boolean;
  /** The decision is another one than before. */
  onChange(key: string): void;
}

/** Decides for all revisions, two seconds apart and whenever requests wait. Remembers one small state for each. */
export class Decider {
  private readonly decided = new Map<string, Decided>();
  private passing = false;

  constructor(private readonly context: DeciderContext) {}

  /** Pods that are wanted; -1 while nothing is known. */
  desired(key: string): number {
    return this.decided.get(key)?.state.desired ?? -1;
  }

  /** Pods that can serve now. */
  readyPods(key: string): number {
    return this.countPods(key).ready;
  }

  get(key: string): Decided | undefined {
    return this.decided.get(key);
  }

  [Symbol.iterator](): IterableIterator<[string, Decided]> {
    return this.decided.entries();
  }

  /** One decision for every revision; a pass that is not over yet is not begun again. */
  async pass(): Promise<void> {
    if (this.passing) return;
    this.passing = true;
    try {
      const { clock, caches, book } = this.context;
      book.dropSilentReceivers(clock.now(), OPEN_AGAIN_MS);
      let began = clock.monotonic();
      for (const pa of caches.autoscalers.list()) {
        this.decide(keyOf(pa), pa);
        if (clock.monotonic() - began < SLICE_MS) continue;
        await new Promise((resolve) => setImmediate(resolve));
        began = clock.monotonic();
      }
    } finally {
      this.passing = false;
    }
  }

  /** Requests wait. True when more pods are wanted than before. */
  wake(key: string, waiting: number): boolean {
    const { clock, caches, settings } = this.context;
    const { namespace, name } = splitKey(key);
    const pa = caches.autoscalers.get(namespace, name);
    if (!pa) return false;
    const own = settings.of(key, pa);
    if (own.class !== KPA_CLASS) return false;
    const readyPods = this.countPods(key).ready;
    const now = clock.now();
    const before = this.decided.get(key);
    const state = before?.state ?? beginDeciding(own, readyPods, now);
    const next = decideToWake(own, state, waiting, readyPods, now);
    this.decided.set(key, { state: next, load: before?.load, readyPods });
    return next.desired > (before?.state.desired ?? -1);
  }

  forget(key: string): void {
    this.decided.delete(key);
    this.context.book.forget(key);
    this.context.settings.forget(key);
  }

  /** What is remembered of a revision that is another replica's now. */
  handOver(key: string): void {
    this.decided.delete(key);
    this.context.book.forget(key);
  }

  private decide(key: string, pa: PodAutoscaler): void {
    const { clock, settings, book } = this.context;
    if (!this.context.isMine(key)) return this.decided.has(key) ? this.handOver(key) : undefined;
    const own = settings.of(key, pa);
    if (own.class !== KPA_CLASS) return;
    book.follow(key, own);
    const pods = this.countPods(key);
    const open = book.open(key);
    const before = this.decided.get(key);
    // Asleep: nothing to look at.
    if (before?.state.desired === 0 && pods.live === 0 && open === 0) return;
    const load = book.load(key, pods.live > 0);
    if (!load) return;
    const now = clock.now();
    const state = before?.state ?? beginDeciding(own, pods.ready, now);
    const decided = decide(own, state, { readyPods: pods.ready, ...load, open }, now);
    const next = hasEvidence(book.blindUntil(), own.stableWindowMs, now) ? decided : keepWithoutEvidence(decided, state, pods.ready);
    this.decided.set(key, { state: next, load, readyPods: pods.ready });
    if (next.desired !== state.desired) this.context.onChange(key);
  }

  private countPods(key: string): { live: number; ready: number } {
    const pods = this.context.caches.pods.byIndex(BY_REVISION, key).filter(isLive);
    return { live: pods.length, ready: pods.filter((pod) => isReady(pod) && !isParked(pod)).length };
  }
}
