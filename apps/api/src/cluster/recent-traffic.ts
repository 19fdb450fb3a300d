import { type Clock, type Logger, causeChain } from '@tidegate/kernel';
import type { ServiceTotals, Traffic, TrafficWindow } from '@tidegate/signals';

const WINDOW_SECONDS = 30;
const UNKNOWN: TrafficWindow = { seconds: 0, services: [], callers: [] };
/** A second is closed about once a second: who asks in between gets the same answer. */
const KEPT_MS = 1_000;

export interface IndexedTraffic {
  window: TrafficWindow;
  byService: ReadonlyMap<string, ServiceTotals>;
}

/** The traffic of all Services in the last half minute, asked once a second at most, and shared by all callers. */
export class RecentTraffic {
  private asked: { atMs: number; traffic: Promise<IndexedTraffic> } | undefined;
  private readonly listeners = new Set<() => void>();
  private cancel: (() => void) | undefined;

  constructor(
    private readonly traffic: Traffic,
    private readonly context: { clock: Clock; log: Logger },
  ) {}

  /** Unknown (0 seconds) while telemetry does not answer: lists go on without figures. */
  now(): Promise<IndexedTraffic> {
    const atMs = this.context.clock.monotonic();
    if (this.asked && atMs - this.asked.atMs < KEPT_MS) return this.asked.traffic;
    const traffic = this.traffic.window(WINDOW_SECONDS).catch((error: unknown) => {
      this.context.log.debug({ err: causeChain(error) }, 'telemetry does not tell of traffic');
      return UNKNOWN;
    });
    this.asked = { atMs, traffic: traffic.then((window) => ({ window, byService: new Map(window.services.map((s) => [`${s.namespace}/${s.service}`, s])) })) };
    return this.asked.traffic;
  }

  /** Once a second while anybody listens. */
  onSecond(listener: () => void): () => void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.beat();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.cancel?.();
    };
  }

  close(): void {
    this.listeners.clear();
    this.cancel?.();
  }

  private beat(): void {
    this.cancel = this.context.clock.after(KEPT_MS, () => {
      for (const listener of [...this.listeners]) listener();
      if (this.listeners.size > 0) this.beat();
    });
  }
}
