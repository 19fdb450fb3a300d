/** One stream of a proxy. Envoy opens one log stream per worker, lazily, and one metrics stream. */
export interface ProxyStream {
  proxy: string;
  kind: 'log' | 'metrics';
  /** Latest end of a request that this stream reported; every earlier one has arrived. */
  reportedMs: number;
  /** Requests that started on this stream and have not ended. */
  open: number;
  closed: boolean;
}

/** A proxy whose streams all broke stays in `total` this long. */
const MISSED_MS = 10_000;
/** Envoy flushes its log buffer every 100 ms; this much later a quiet stream has nothing more to say. */
const QUIET_MS = 500;
/** Even a busy stream may be joined by another worker's first one, which needs a flush. */
const FLUSH_MS = 250;
/** A second closes at the latest this long after its end. */
export const CLOSE_AFTER_MS = 2_000;
const PROXIES = 10_000;

/** Who reports, and up to when. */
export class ProxyStreams {
  private readonly streams = new Set<ProxyStream>();
  private readonly lost = new Map<string, number>();

  get size(): number {
    return this.streams.size;
  }

  open(proxy: string, kind: ProxyStream['kind']): ProxyStream {
    const stream: ProxyStream = { proxy, kind, reportedMs: 0, open: 0, closed: false };
    this.streams.add(stream);
    this.lost.delete(proxy);
    return stream;
  }

  close(stream: ProxyStream, nowMs: number): void {
    stream.closed = true;
    this.streams.delete(stream);
    const others = [...this.streams].some((other) => other.proxy === stream.proxy);
    if (!others && this.lost.size < PROXIES) this.lost.set(stream.proxy, nowMs);
  }

  /** Proxies missing for so long that their open requests will never end; they are forgotten. */
  takeGone(nowMs: number): string[] {
    const gone = [...this.lost].filter(([, at]) => nowMs - at >= MISSED_MS).map(([proxy]) => proxy);
    for (const proxy of gone) this.lost.delete(proxy);
    return gone;
  }

  counts(): { live: number; total: number } {
    const live = new Set([...this.streams].map((stream) => stream.proxy)).size;
    return { live, total: live + this.lost.size };
  }

  /** Whether everything that ended before `endMs` has arrived: all streams reported later requests, or are quiet. */
  allReported(endMs: number, nowMs: number): boolean {
    if (nowMs < endMs + FLUSH_MS) return false;
    for (const stream of this.streams) {
      if (stream.kind !== 'log' || stream.reportedMs >= endMs) continue;
      if (stream.open > 0 || nowMs < endMs + QUIET_MS) return false;
    }
    return true;
  }
}
