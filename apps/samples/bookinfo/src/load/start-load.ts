import { Pool } from 'undici';
import { Schedule, type Arrivals } from './arrivals.js';
import { Tally, type LoadResult, type VersionReport } from './tally.js';
import { Users, type UserOptions, type UserReport } from './users.js';

export interface LoadOptions {
  /** Address with path; GET. */
  url: string;
  ratePerSecond: number;
  /** Default poisson. */
  arrivals?: Arrivals;
  headers?: Record<string, string>;
  /** From when a request is due; default 5000. */
  timeoutMs?: number;
  /** Requests under way at the same time; an arrival beyond it is dropped, and counted. Default 1024. */
  maxInFlight?: number;
  users?: UserOptions;
  /** Header that names the version; default `x-served-by`. For Bookinfo's page: `x-reviews-by`. */
  versionHeader?: string;
  /** Header that says `injected` for a failure on purpose; default `x-fault`. For Bookinfo's page: `x-reviews-fault`. */
  faultHeader?: string;
  /** Header with Envoy's response flags; default `x-response-flags`. */
  flagsHeader?: string;
  /** Called for every result, in the order of the answers. */
  onResult?: (result: LoadResult) => void;
  /** In [0,1); default Math.random. */
  random?: () => number;
}

export interface LoadReport {
  elapsedMs: number;
  /** Arrivals so far: completed + inFlight + dropped. */
  scheduled: number;
  completed: number;
  inFlight: number;
  dropped: number;
  /** How late this process was at worst in sending a request that was due: large values say that the load generator was the bottleneck. */
  worstLagMs: number;
  byVersion: Record<string, VersionReport>;
  users?: UserReport;
}

export interface RunningLoad {
  report(): LoadReport;
  /** Ends the arrivals, waits for the requests under way, closes the connections. Safe to call twice. */
  stop(): Promise<LoadReport>;
}

/** Open loop: arrivals follow their own schedule and never wait for answers, as visitors do. */
export function startLoad(options: LoadOptions): RunningLoad {
  if (!(options.ratePerSecond > 0 && options.ratePerSecond <= 50_000))
    throw new RangeError('ratePerSecond must be above 0 and at most 50000');
  return new OpenLoop(options);
}

/** Node's timers count whole milliseconds. */
const MIN_TIMER_MS = 1;

class OpenLoop implements RunningLoad {
  private readonly options: LoadOptions;
  private readonly url: URL;
  private readonly pool: Pool;
  private readonly users: Users | undefined;
  private readonly random: () => number;
  private readonly tally = new Tally();
  private readonly began = performance.now();
  private readonly schedule: Schedule;
  private readonly underWay = new Set<Promise<void>>();
  private readonly maxInFlight: number;
  private timer: NodeJS.Timeout | undefined;
  private endedAt: number | undefined;
  private scheduled = 0;
  private completed = 0;
  private dropped = 0;
  private worstLagMs = 0;
  private ending: Promise<LoadReport> | undefined;

  constructor(options: LoadOptions) {
    this.options = options;
    this.url = new URL(options.url);
    this.random = options.random ?? Math.random;
    this.maxInFlight = options.maxInFlight ?? 1024;
    this.users = options.users && new Users(options.users);
    this.pool = new Pool(this.url.origin, { connections: this.maxInFlight, pipelining: 1, connectTimeout: options.timeoutMs ?? 5000 });
    this.schedule = new Schedule(this.began, options.ratePerSecond, options.arrivals ?? 'poisson', this.random);
    this.plan();
  }

  report(): LoadReport {
    const { scheduled, completed, dropped, worstLagMs } = this;
    const report: LoadReport = {
      elapsedMs: (this.endedAt ?? performance.now()) - this.began,
      scheduled,
      completed,
      inFlight: this.underWay.size,
      dropped,
      worstLagMs,
      byVersion: this.tally.report(),
    };
    if (this.users) report.users = this.users.report();
    return report;
  }

  stop(): Promise<LoadReport> {
    this.ending ??= this.end();
    return this.ending;
  }

  private async end(): Promise<LoadReport> {
    clearTimeout(this.timer);
    this.endedAt = performance.now();
    await Promise.all(this.underWay);
    await this.pool.destroy();
    return this.report();
  }

  private plan(): void {
    this.timer = setTimeout(() => this.sendDue(), Math.max(MIN_TIMER_MS, this.schedule.due - performance.now()));
  }

  private sendDue(): void {
    const now = performance.now();
    for (; this.schedule.due <= now; this.schedule.advance()) {
      this.scheduled++;
      this.worstLagMs = Math.max(this.worstLagMs, now - this.schedule.due);
      if (this.underWay.size >= this.maxInFlight) {
        this.dropped++;
        continue;
      }
      const request = this.send(this.schedule.due).finally(() => this.underWay.delete(request));
      this.underWay.add(request);
    }
    this.plan();
  }

  private async send(due: number): Promise<void> {
    const user = this.users?.pick(this.random());
    const result: LoadResult = { scheduledAtMs: performance.timeOrigin + due, latencyMs: 0, outcome: 'ok' };
    if (user !== undefined) result.user = user;
    try {
      await this.ask(due, user, result);
    } catch (error) {
      result.outcome = 'failed';
      result.cause = causeOf(error);
    }
    result.latencyMs = performance.now() - due;
    this.completed++;
    this.tally.add(result);
    if (user !== undefined) this.users?.met(user, result.servedBy, result.outcome);
    this.options.onResult?.(result);
  }

  private async ask(due: number, user: number | undefined, result: LoadResult): Promise<void> {
    const { headers: given, versionHeader = 'x-served-by', faultHeader = 'x-fault', flagsHeader = 'x-response-flags' } = this.options;
    const leftMs = Math.max(1, due + (this.options.timeoutMs ?? 5000) - performance.now());
    const { statusCode, headers, body } = await this.pool.request({
      method: 'GET',
      path: this.url.pathname + this.url.search,
      headers: { ...given, ...(user === undefined ? {} : this.users?.headersOf(user)) },
      signal: AbortSignal.timeout(Math.ceil(leftMs)),
    });
    result.status = statusCode;
    const version = single(headers[versionHeader]);
    if (version !== undefined) result.servedBy = version;
    // An answer whose body breaks off is no answer: the body is read to its end.
    for await (const _ of body);
    const cookies = headers['set-cookie'];
    if (user !== undefined && cookies !== undefined) this.users?.keepCookies(user, [cookies].flat());
    if (single(headers[faultHeader]) === 'injected') result.outcome = 'injected';
    else if (statusCode >= 500) {
      result.outcome = 'failed';
      result.cause = [`http-${statusCode}`, single(headers[flagsHeader])].filter(Boolean).join(' ');
    }
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

const CONNECT_CODES = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EADDRNOTAVAIL', 'UND_ERR_CONNECT_TIMEOUT'];
const RESET_CODES = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'];

/** connect: nobody listens or answers. timeout: too late. reset: the connection broke under the request. */
function causeOf(error: unknown): string {
  const { name, code } = named(error);
  if (name === 'TimeoutError' || code.includes('TIMEOUT')) return CONNECT_CODES.includes(code) ? 'connect' : 'timeout';
  if (CONNECT_CODES.includes(code)) return 'connect';
  if (RESET_CODES.includes(code)) return 'reset';
  return code === '' ? 'other' : `other ${code}`;
}

/** By its fields, as abort reasons are DOMExceptions and need not descend from this realm's Error. */
function named(error: unknown): { name: string; code: string } {
  if (typeof error !== 'object' || error === null) return { name: '', code: '' };
  return { name: 'name' in error ? String(error.name) : '', code: 'code' in error ? String(error.code) : '' };
}
