import type { ScalingSettings } from '../scaling-settings.js';
import { type LoadReport, type RevisionReport, revisionKey } from './load-report.js';
import { MetricWindow } from './metric-window.js';

/** A receiver that has not reported for so long is gone; its proxies report to another one by then. */
const RECEIVER_GONE_MS = 10_000;
/** Receivers are replicas of one Deployment. */
const MOST_RECEIVERS = 64;

export type WindowSettings = Pick<ScalingSettings, 'metric' | 'stableWindowMs' | 'panicWindowMs' | 'aggregation'>;

/** Average load of a revision over its two windows; absent when nothing is known. */
export interface WindowLoad {
  stable: number;
  panic: number;
}

/** What one receiver last said of one revision. */
interface Received {
  atMs: number;
  report: RevisionReport;
}

interface RevisionLoad {
  settings: WindowSettings;
  stable: MetricWindow;
  panic: MetricWindow;
  received: Map<string, Received>;
}

/** The load of the revisions that somebody decides about, from the reports of all receivers. */
export class LoadBook {
  private readonly revisions = new Map<string, RevisionLoad>();
  private readonly receivers = new Map<string, { atMs: number; through: number; blindUntilMs: number }>();
  /** Of receivers that are gone. */
  private blindUntilMs = 0;
  /** The newest second that every receiver has reported. */
  private through = -1;

  /** Begins, or goes on with these settings. Bounded by the PodAutoscalers. */
  follow(key: string, settings: WindowSettings): void {
    const load = this.revisions.get(key);
    if (!load || load.settings.metric !== settings.metric) {
      const seconds = (ms: number): MetricWindow => new MetricWindow(Math.ceil(ms / 1000));
      const made = { settings, stable: seconds(settings.stableWindowMs), panic: seconds(settings.panicWindowMs) };
      this.revisions.set(key, { ...made, received: load?.received ?? new Map() });
    } else if (load.settings !== settings) {
      load.stable.resize(Math.ceil(settings.stableWindowMs / 1000));
      load.panic.resize(Math.ceil(settings.panicWindowMs / 1000));
      load.settings = settings;
    }
  }

  forget(key: string): void {
    this.revisions.delete(key);
  }

  /** Takes one receiver's report. Those of a receiver must come in order. False when there are too many receivers. */
  take(receiver: string, report: LoadReport): boolean {
    if (!this.receivers.has(receiver) && this.receivers.size >= MOST_RECEIVERS) return false;
    const { atMs, through, blindUntilMs } = report;
    this.receivers.set(receiver, { atMs, through, blindUntilMs });
    this.through = Math.min(...[...this.receivers.values()].map((r) => r.through));
    for (const entry of report.revisions) {
      const load = this.revisions.get(revisionKey(entry.namespace, entry.revision));
      if (!load) continue;
      for (const [second, concurrency, started] of entry.seconds)
        record(load, second, load.settings.metric === 'rps' ? started : concurrency);
      load.received.set(receiver, { atMs, report: entry });
    }
    return true;
  }

  /**
   * What the receivers have of a receiver that does not report any more is dropped, and for `blindMs` something may be missing: its proxies
   * look for another one.
   */
  dropSilentReceivers(nowMs: number, blindMs: number): void {
    for (const [receiver, { atMs }] of this.receivers) {
      if (Math.abs(nowMs - atMs) < RECEIVER_GONE_MS) continue;
      this.receivers.delete(receiver);
      this.blindUntilMs = nowMs + blindMs;
      if (this.receivers.size > 0) this.through = Math.min(...[...this.receivers.values()].map((r) => r.through));
    }
  }

  /** Until then events may be missing. Infinity before the first report. */
  blindUntil(): number {
    if (this.receivers.size === 0) return Infinity;
    return Math.max(this.blindUntilMs, ...[...this.receivers.values()].map((r) => r.blindUntilMs));
  }

  /**
   * Average load over the windows that end with the newest complete second. While `observed`, seconds without a request count as 0: there are
   * pods whose load is looked at. Without pods a silence is nothing, and the windows begin anew when it ends.
   */
  load(key: string, observed: boolean): WindowLoad | undefined {
    const load = this.revisions.get(key);
    if (!load || this.receivers.size === 0) return undefined;
    const { through } = this;
    if (observed && through > load.stable.newest) record(load, through, 0);
    if (load.stable.isEmpty(through)) return undefined;
    const { aggregation } = load.settings;
    return { stable: load.stable.average(through, aggregation), panic: load.panic.average(through, aggregation) };
  }

  /** Requests that are open now, as far as the last reports say. */
  open(key: string): number {
    let open = 0;
    for (const { report } of this.current(key)) open += report.open;
    return open;
  }

  /** Requests known to be open at an address. */
  openAt(key: string, address: string): number {
    let open = 0;
    for (const { report } of this.current(key)) open += report.upstreams[address] ?? 0;
    return open;
  }

  /**
   * Whether no request can be open any more at an address that gets none since `sinceMs`: every receiver has reported since, none knows of one
   * there, and none that began before is anywhere else unknown. False while something may be missing.
   */
  isQuiet(key: string, address: string, sinceMs: number, nowMs: number): boolean {
    if (this.blindUntil() > nowMs) return false;
    for (const { atMs } of this.receivers.values()) if (atMs < sinceMs) return false;
    for (const { report } of this.current(key)) {
      if (report.upstreams[address] !== undefined) return false;
      if (report.unplacedSinceMs !== undefined && report.unplacedSinceMs <= sinceMs) return false;
    }
    return true;
  }

  /** A revision that is not in a receiver's newest report has no request there. */
  private *current(key: string): IterableIterator<Received> {
    const received = this.revisions.get(key)?.received;
    if (!received) return;
    for (const [receiver, entry] of received) {
      if (this.receivers.get(receiver)?.atMs === entry.atMs) yield entry;
      else received.delete(receiver);
    }
  }
}

function record(load: RevisionLoad, second: number, value: number): void {
  load.stable.record(second, value);
  load.panic.record(second, value);
}
