import { BoundedMap } from '@tidegate/kernel';
import type { ServiceTotals, SignalBatch, Signals, Subject, Subscription, Traffic, TrafficWindow, VersionSecond } from '@tidegate/signals';
import { type AccessLogEntry, classIndex, isFailed } from './access-log-entry.js';
import { CallerSeries } from './caller-series.js';
import { MirrorCounts, type MirrorDelta } from './mirror-counts.js';
import { OpenRequests } from './open-requests.js';
import { CLOSE_AFTER_MS, type ProxyStream, ProxyStreams } from './proxy-streams.js';
import { SecondLog } from './second-log.js';
import { addCounts, countRequest, newCounts } from './second-counts.js';
import { type Bin, SubjectSeries, pendingCounts } from './subject-series.js';

export interface SeriesLimits {
  /** Closed seconds kept. Worst case about 250 bytes per second, version and rule with traffic. */
  seconds: number;
  /** Services kept; the one idle longest goes first, never one that somebody listens to. */
  subjects: number;
}

export const defaultSeriesLimits: SeriesLimits = { seconds: 900, subjects: 256 };

/** Entries that became no data, by reason. */
export interface Losses {
  /** Arrived after their second had closed. */
  late: number;
  /** Dropped by a proxy, or over a bound of ours. */
  lost: number;
  /** Without a route name of the form namespace/service/version/rule. */
  unattributed: number;
}

const ROUTES = 8_192;
const MIRRORS = 4_096;
/** Of the totals of all Services. */
const LONGEST_WINDOW = 60;
/** Envoy needs a flush or two to find us again after a restart: until then seconds are incomplete. */
const SETTLE_MS = 2_000;
/** After a longer standstill of this process, seconds are a gap rather than closed one by one. */
const STANDSTILL_SECONDS = 60;

/** Accumulates access log entries and mirror metrics into seconds. Knows time only by what it is told. */
export class TelemetrySeries {
  readonly losses: Losses = { late: 0, lost: 0, unattributed: 0 };
  readonly streams = new ProxyStreams();
  private readonly subjects = new Map<string, SubjectSeries>();
  private readonly routes = new BoundedMap<string, Bin>(ROUTES);
  private readonly mirrors = new BoundedMap<string, MirrorCounts>(MIRRORS);
  private readonly open = new OpenRequests();
  private readonly callers = new CallerSeries();
  private readonly log: SecondLog;
  private readonly onClosed: ((subject: Subject, versions: readonly VersionSecond[]) => void)[] = [];

  constructor(
    startMs: number,
    private readonly limits: SeriesLimits = defaultSeriesLimits,
  ) {
    this.log = new SecondLog(Math.floor(startMs / 1000) - 1, limits.seconds);
    this.log.markGap(Math.floor(startMs / 1000), Math.floor((startMs + SETTLE_MS) / 1000), 'telemetry has just started');
  }

  /** Adds the entries of one message. Guardrails of listeners see them at once, grouped by the second they ended in. */
  record(stream: ProxyStream, entries: readonly AccessLogEntry[], nowMs: number): void {
    const partials = new Map<SubjectSeries, Map<number, { endMs: number; bins: Map<Bin, ReturnType<typeof newCounts>> }>>();
    for (const entry of entries) {
      const bin = this.binOf(entry.route);
      if (!bin) continue;
      if (entry.type !== 'end') {
        this.open.start(bin, entry.key, entry.startMs, stream);
        continue;
      }
      this.open.end(bin, entry.key);
      const endMs = Math.min(entry.startMs + entry.durationMs, nowMs);
      stream.reportedMs = Math.max(stream.reportedMs, endMs);
      const second = Math.floor(endMs / 1000);
      if (second <= this.log.closedThrough) {
        this.losses.late += 1;
        bin.subject.late += 1;
        continue;
      }
      const failed = isFailed(entry);
      const classAt = classIndex(entry.code);
      countRequest(pendingCounts(bin, second), failed, classAt, entry.latencyMs);
      const { subject, version } = bin;
      this.callers.record({ ...subject.subject, version, proxy: stream.proxy, dialled: entry.dialled ?? '' }, { endMs, failed, classAt, latencyMs: entry.latencyMs });
      if (bin.subject.listeners.size === 0) continue;
      const seconds = getOr(
        partials,
        bin.subject,
        () => new Map<number, { endMs: number; bins: Map<Bin, ReturnType<typeof newCounts>> }>(),
      );
      const partial = getOr(seconds, second, () => ({ endMs, bins: new Map<Bin, ReturnType<typeof newCounts>>() }));
      partial.endMs = Math.max(partial.endMs, endMs);
      countRequest(getOr(partial.bins, bin, newCounts), failed, classAt, entry.latencyMs);
    }
    for (const [subject, seconds] of partials) {
      for (const { endMs, bins } of seconds.values()) {
        const versions = [...bins].map(([bin, counts]) => ({ version: bin.version, rule: bin.rule, ...counts }));
        subject.emit({ type: 'partial', atMs: endMs, versions });
      }
    }
  }

  /** Adds what a proxy's metrics say about the copies sent to `cluster` (`mirror/namespace/service/version/rule`) until `atMs`. */
  recordMirror(proxy: string, cluster: string, delta: MirrorDelta, atMs: number): void {
    const [kind, namespace, service, version, ...rest] = cluster.split('/');
    if (kind !== 'mirror' || !namespace || !service || !version || rest.length === 0) return;
    const bin = this.subjectIfRoom({ namespace, service })?.bin(version, 'mirrored');
    const key = `${proxy} ${cluster}`;
    let mirror = this.mirrors.get(key);
    if (!mirror) this.mirrors.set(key, (mirror = new MirrorCounts()));
    const counts = mirror.add(delta);
    if (counts.requests === 0) return;
    // A flush tells of the second before it: its middle decides, but never a second that has closed.
    const second = Math.max(Math.floor((atMs - 500) / 1000), this.log.closedThrough + 1);
    if (bin) addCounts(pendingCounts(bin, second), counts);
    else this.losses.lost += counts.requests;
  }

  /** A stream ended: what it had not sent yet is lost, so the seconds around now are a gap. */
  streamLost(stream: ProxyStream, nowMs: number): void {
    this.streams.close(stream, nowMs);
    if (stream.kind === 'log') {
      this.log.markGap(Math.floor((nowMs - 1000) / 1000), Math.floor(nowMs / 1000), `a log stream of proxy ${stream.proxy} ended`);
    }
  }

  /** A proxy says that it dropped entries in the second before `atMs`. */
  entriesLost(proxy: string, count: number, atMs: number): void {
    this.losses.lost += count;
    this.log.markGap(Math.floor((atMs - 1000) / 1000), Math.floor(atMs / 1000), `proxy ${proxy} dropped ${count} log entries`);
  }

  /** Closes the seconds that are due. Call every 50 ms or so. */
  tick(nowMs: number): void {
    const present = Math.floor(nowMs / 1000);
    if (present - this.log.closedThrough > STANDSTILL_SECONDS) {
      this.log.markGap(this.log.closedThrough + 1, present - 3, 'telemetry stood still');
    }
    for (let second = this.log.closedThrough + 1; second < present; second++) {
      const endMs = (second + 1) * 1000;
      if (nowMs < endMs + CLOSE_AFTER_MS && !this.streams.allReported(endMs, nowMs)) return;
      this.closeSecond(second, nowMs);
    }
  }

  subscribe(subject: Subject, onBatch: (batch: SignalBatch) => void): Subscription {
    const series = this.subjectIfRoom(subject) ?? this.subjectOf(subject);
    // A listener of its own per call, so that the same function may subscribe twice.
    const listener = (batch: SignalBatch): void => onBatch(batch);
    series.listeners.add(listener);
    return { close: () => void series.listeners.delete(listener) };
  }

  /** Closed seconds still in memory, oldest first; gaps are left out. */
  recent(subject: Subject, seconds: number): Extract<SignalBatch, { type: 'second' }>[] {
    const series = this.subjects.get(keyOf(subject));
    if (!series) return [];
    const from = Math.max(this.log.closedThrough - Math.min(seconds, this.limits.seconds) + 1, series.since);
    const kept = new Map([...series.kept(from)].map(({ second, versions }) => [second, versions]));
    return this.log
      .dataSince(from)
      .map(({ second, proxies }) => ({ type: 'second', second, versions: kept.get(second) ?? [], proxies, late: 0 }));
  }

  /** Of all Services at once, over the newest closed seconds that are data. */
  window(seconds: number, nowMs: number): TrafficWindow {
    const from = this.log.closedThrough - Math.min(seconds, LONGEST_WINDOW) + 1;
    const services = [...this.subjects.values()].flatMap((series) => totalsOf(series, from, nowMs) ?? []);
    return { seconds: this.log.dataSince(from).length, services, callers: this.callers.since(from * 1000) };
  }

  /** Calls `fn` with every closed second that had traffic; for counters. */
  eachSecond(fn: (subject: Subject, versions: readonly VersionSecond[]) => void): void {
    this.onClosed.push(fn);
  }

  private closeSecond(second: number, nowMs: number): void {
    const proxies = this.streams.counts();
    if (proxies.live === 0 && proxies.total > 0) this.log.markGap(second, second, 'no proxy reports');
    const gap = this.log.close(second, proxies);
    const gone = this.streams.takeGone(nowMs);
    // A copy: subjects with traffic move to the end, away from eviction.
    for (const [key, series] of [...this.subjects]) {
      for (const bin of series.allBins()) this.open.sweep(bin, gone, nowMs);
      if (series.listeners.size > 0) series.emit({ type: 'open', second, versions: series.openNow(nowMs) });
      if (gap !== undefined) {
        series.discard(second);
        series.emit({ type: 'gap', from: second, to: second, because: gap });
        continue;
      }
      const versions = series.close(second);
      if (versions.length > 0) {
        this.subjects.delete(key);
        this.subjects.set(key, series);
        for (const fn of this.onClosed) fn(series.subject, versions);
      }
      series.emit({ type: 'second', second, versions, proxies, late: series.late });
      series.late = 0;
    }
  }

  private binOf(route: string): Bin | undefined {
    const known = this.routes.get(route);
    if (known && !known.forgotten) return known;
    const [namespace, service, version, rule, ...rest] = route.split('/');
    if (!namespace || !service || !version || !rule || rest.length > 0) {
      this.losses.unattributed += 1;
      return undefined;
    }
    const bin = this.subjectIfRoom({ namespace, service })?.bin(version, rule);
    if (bin) this.routes.set(route, bin);
    else this.losses.lost += 1;
    return bin;
  }

  /** Undefined when all kept Services have listeners and there is no room for another. */
  private subjectIfRoom(subject: Subject): SubjectSeries | undefined {
    const known = this.subjects.get(keyOf(subject));
    if (known || this.subjects.size < this.limits.subjects || this.evictIdle()) return known ?? this.subjectOf(subject);
    return undefined;
  }

  private subjectOf(subject: Subject): SubjectSeries {
    const key = keyOf(subject);
    const known = this.subjects.get(key);
    if (known) return known;
    const series = new SubjectSeries(subject, this.log.closedThrough + 1, this.limits.seconds);
    this.subjects.set(key, series);
    return series;
  }

  private evictIdle(): boolean {
    for (const [key, series] of this.subjects) {
      if (series.listeners.size > 0) continue;
      for (const bin of series.allBins()) {
        bin.forgotten = true;
        this.open.forget(bin);
      }
      return this.subjects.delete(key);
    }
    return false;
  }
}

/** Undefined without traffic and without open requests. Copies are no traffic. */
function totalsOf(series: SubjectSeries, from: number, nowMs: number): ServiceTotals | undefined {
  const versions = new Map<string, ReturnType<typeof newCounts>>();
  for (const { versions: seconds } of series.kept(from)) {
    for (const second of seconds) if (second.rule !== 'mirrored') addCounts(getOr(versions, second.version, newCounts), { ...second, classes: [...second.classes], latency: [...second.latency] });
  }
  const open = series.openNow(nowMs);
  for (const { version } of open) getOr(versions, version, newCounts);
  if (versions.size === 0) return undefined;
  return {
    ...series.subject,
    versions: [...versions].map(([version, { requests, failed, latency }]) => {
      const waiting = open.filter((o) => o.version === version);
      const count = waiting.reduce((sum, o) => sum + o.open, 0);
      return { version, requests, failed, latency, open: count, oldestOpenMs: Math.max(0, ...waiting.map((o) => o.oldestMs)) };
    }),
  };
}

/** The series as the Traffic port, for consumers in the same process. */
export function toTraffic(series: TelemetrySeries, now: () => number): Traffic {
  return { window: (seconds) => Promise.resolve(series.window(seconds, now())) };
}

/** The series as the Signals port, for consumers in the same process. */
export function toSignals(series: TelemetrySeries): Signals {
  return {
    subscribe: (subject, onBatch) => series.subscribe(subject, onBatch),
    recent: (subject, seconds) => Promise.resolve(series.recent(subject, seconds)),
  };
}

function keyOf(subject: Subject): string {
  return `${subject.namespace}/${subject.service}`;
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
