import { OPEN_AGAIN_MS, type RequestEvent } from '@tidegate/signals';
import { type LoadReport, type RevisionReport, revisionKey } from './load-report.js';

/** Requests followed at once; with more the ledger is blind, which keeps pods, and never takes any. About 60 MB. */
const MOST_OPEN = 200_000;
/** An open request says so every two seconds: one that was silent for so many reports, one a second, has ended without a word. */
const SILENT_REPORTS = 10;
/** Proxies flush their logs ten times a second; this much later a second is reported. What comes later still corrects it. */
const REPORT_AFTER_MS = 250;
/** Seconds that a late event may correct: the longest window. */
const LONGEST_WINDOW = 3_600;
/** A clock that jumps further, or a process that stood still for longer, begins anew. */
const JUMP_SECONDS = 60;

/** To a nanosecond: what is left of a quiet second after its steps are added up must be 0. */
const EXACT = 1e9;

interface OpenRequest {
  revision: OpenRevision;
  startMs: number;
  heardMs: number;
  /** Number of the report before which it was heard of: no clock that jumps. */
  heardIn: number;
  /** IP address. */
  upstream: string | undefined;
}

interface OpenRevision {
  namespace: string;
  revision: string;
  open: number;
  /** Not reported yet: second -> [concurrency, started]. */
  seconds: Map<number, [number, number]>;
  upstreams: Map<string, number>;
  unplaced: Set<OpenRequest>;
}

/**
 * Who is open, and how many were on average in each second, out of single starts and ends. A second counts the time that each request was
 * open in it, to the moment: requests of any length, in any order, with late ends, add up to exactly what they were.
 *
 * A start or an end is a step of +1 or -1 at a moment. A second that is reported gets the number of open requests as it is then, and
 * corrections for the steps that lie within it or behind it; a step that comes after its second was reported corrects it later.
 */
export class RequestLedger {
  /** Requests that were not followed because there were too many. */
  unfollowed = 0;
  private readonly proxies = new Map<string, Map<string, OpenRequest>>();
  /** Revisions with an open request, or something to report. */
  private readonly revisions = new Map<string, OpenRevision>();
  private followed = 0;
  private reports = 0;
  private through: number;
  private blindUntilMs: number;

  constructor(
    nowMs: number,
    private readonly limit = MOST_OPEN,
  ) {
    this.through = lastComplete(nowMs);
    this.blindUntilMs = nowMs + OPEN_AGAIN_MS;
  }

  /** Requests that are open, of all revisions. */
  get size(): number {
    return this.followed;
  }

  /** Requests of one revision (`namespace/revision`) that are open. */
  openAt(key: string): number {
    return this.revisions.get(key)?.open ?? 0;
  }

  take(batch: readonly RequestEvent[], nowMs: number): void {
    for (const event of batch) {
      if (event.phase === 'end') this.end(event, nowMs);
      else this.begin(event, nowMs);
    }
  }

  /** Events are missing. Requests that go on will say so; others fall silent. */
  lost(nowMs: number): void {
    this.blindUntilMs = Math.max(this.blindUntilMs, nowMs + OPEN_AGAIN_MS);
  }

  /** What happened since the last report. Call it once a second. */
  report(nowMs: number): LoadReport {
    this.reports += 1;
    this.forgetSilent();
    this.roll(nowMs);
    const revisions: RevisionReport[] = [];
    for (const [key, revision] of this.revisions) {
      revisions.push(takeReport(revision, this.through));
      if (revision.open === 0 && revision.seconds.size === 0) this.revisions.delete(key);
    }
    return { atMs: nowMs, through: this.through, blindUntilMs: this.blindUntilMs, revisions };
  }

  private begin(event: RequestEvent, nowMs: number): void {
    const requests = this.requestsOf(event.proxy);
    const known = requests.get(event.streamId);
    if (known) {
      known.heardMs = nowMs;
      known.heardIn = this.reports;
      // At the end of the map: it holds the longest silent first.
      requests.delete(event.streamId);
      requests.set(event.streamId, known);
      this.place(known, hostOf(event.upstream));
      return;
    }
    if (this.followed >= this.limit) {
      this.unfollowed += 1;
      return this.lost(nowMs);
    }
    const revision = this.revisionOf(event);
    const startMs = Math.min(event.atMs, nowMs);
    const request: OpenRequest = { revision, startMs, heardMs: nowMs, heardIn: this.reports, upstream: undefined };
    requests.set(event.streamId, request);
    this.followed += 1;
    revision.open += 1;
    revision.unplaced.add(request);
    this.place(request, hostOf(event.upstream));
    this.step(revision, startMs, 1);
    this.count(revision, startMs);
  }

  private end(event: RequestEvent, nowMs: number): void {
    const requests = this.proxies.get(event.proxy);
    const known = requests?.get(event.streamId);
    const endMs = Math.min(event.atMs, nowMs);
    if (known) return this.close(event.proxy, event.streamId, known, Math.max(known.startMs, endMs));
    // Its start was never heard; the end tells the whole.
    const revision = this.revisionOf(event);
    const startMs = endMs - (event.durationMs ?? 0);
    revision.open += 1;
    this.step(revision, startMs, 1);
    this.count(revision, startMs);
    revision.open -= 1;
    this.step(revision, endMs, -1);
  }

  private close(proxy: string, streamId: string, request: OpenRequest, endMs: number): void {
    const { revision } = request;
    const requests = this.proxies.get(proxy);
    requests?.delete(streamId);
    if (requests?.size === 0) this.proxies.delete(proxy);
    this.followed -= 1;
    revision.open -= 1;
    revision.unplaced.delete(request);
    if (request.upstream !== undefined) addTo(revision.upstreams, request.upstream, -1);
    this.step(revision, endMs, -1);
  }

  private place(request: OpenRequest, upstream: string | undefined): void {
    if (upstream === undefined || upstream === request.upstream) return;
    const { revision } = request;
    if (request.upstream !== undefined) addTo(revision.upstreams, request.upstream, -1);
    revision.unplaced.delete(request);
    addTo(revision.upstreams, upstream, 1);
    request.upstream = upstream;
  }

  /** `sign` more requests are open from `atMs` on; `open` of the revision says so already. */
  private step(revision: OpenRevision, atMs: number, sign: 1 | -1): void {
    const second = Math.max(Math.floor(atMs / 1000), this.through - LONGEST_WINDOW);
    const part = Math.min(1, Math.max(0, (atMs - second * 1000) / 1000));
    if (second <= this.through) {
      add(revision, second, sign * (1 - part), 0);
      for (let s = second + 1; s <= this.through; s++) add(revision, s, sign, 0);
    } else {
      // These seconds will get the number as it is now, with this step.
      for (let s = this.through + 1; s < second; s++) add(revision, s, -sign, 0);
      add(revision, second, -sign * part, 0);
    }
  }

  private count(revision: OpenRevision, startMs: number): void {
    const second = Math.floor(startMs / 1000);
    if (second > this.through - LONGEST_WINDOW) add(revision, second, 0, 1);
  }

  private roll(nowMs: number): void {
    const until = lastComplete(nowMs);
    const ahead = until - this.through;
    if (ahead > JUMP_SECONDS || ahead < -JUMP_SECONDS) {
      for (const revision of this.revisions.values()) revision.seconds.clear();
      this.through = until - 1;
      this.lost(nowMs);
      this.blindUntilMs = Math.min(this.blindUntilMs, nowMs + OPEN_AGAIN_MS);
    }
    for (let s = this.through + 1; s <= until; s++) {
      for (const revision of this.revisions.values()) if (revision.open > 0) add(revision, s, revision.open, 0);
      this.through = s;
    }
  }

  private forgetSilent(): void {
    for (const [proxy, requests] of this.proxies) {
      for (const [streamId, request] of requests) {
        if (this.reports - request.heardIn < SILENT_REPORTS) break;
        this.close(proxy, streamId, request, request.heardMs);
      }
    }
  }

  private requestsOf(proxy: string): Map<string, OpenRequest> {
    let requests = this.proxies.get(proxy);
    if (!requests) this.proxies.set(proxy, (requests = new Map()));
    return requests;
  }

  private revisionOf({ namespace, version }: RequestEvent): OpenRevision {
    const key = revisionKey(namespace, version);
    let revision = this.revisions.get(key);
    if (!revision) {
      revision = { namespace, revision: version, open: 0, seconds: new Map(), upstreams: new Map(), unplaced: new Set() };
      this.revisions.set(key, revision);
    }
    return revision;
  }
}

function lastComplete(nowMs: number): number {
  return Math.floor((nowMs - REPORT_AFTER_MS) / 1000) - 1;
}

/** Takes the seconds that are complete; what is known of later ones waits. */
function takeReport({ namespace, revision, open, seconds, upstreams, unplaced }: OpenRevision, through: number): RevisionReport {
  let unplacedSinceMs = Infinity;
  for (const { startMs } of unplaced) unplacedSinceMs = Math.min(unplacedSinceMs, startMs);
  const complete: RevisionReport['seconds'][number][] = [];
  for (const [second, [concurrency, started]] of seconds) {
    if (second > through) continue;
    complete.push([second, Math.round(concurrency * EXACT) / EXACT, started]);
    seconds.delete(second);
  }
  return {
    namespace,
    revision,
    seconds: complete,
    open,
    upstreams: Object.fromEntries(upstreams),
    ...(unplacedSinceMs === Infinity ? {} : { unplacedSinceMs }),
  };
}

function add(revision: OpenRevision, second: number, concurrency: number, started: number): void {
  const known = revision.seconds.get(second);
  if (!known) revision.seconds.set(second, [concurrency, started]);
  else {
    known[0] += concurrency;
    known[1] += started;
  }
}

function addTo(counts: Map<string, number>, key: string, n: number): void {
  const next = (counts.get(key) ?? 0) + n;
  if (next > 0) counts.set(key, next);
  else counts.delete(key);
}

/** `10.0.0.7:8080` or `[::1]:80` without the port: pods have addresses of their own. */
function hostOf(upstream: string | undefined): string | undefined {
  return upstream?.slice(0, upstream.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}
