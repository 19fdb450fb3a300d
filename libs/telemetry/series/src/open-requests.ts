import type { Bin } from './subject-series.js';
import type { ProxyStream } from './proxy-streams.js';

const LIMIT = 200_000;
/** An END that was lost must not leave a request open for ever; longer real ones are no longer counted as open. */
const LONGEST_MS = 3_600_000;

/** Pairs START and END entries. Bounded: at the limit further STARTs are not followed, and counted. */
export class OpenRequests {
  private size = 0;
  unfollowed = 0;

  start(bin: Bin, key: string, startMs: number, stream: ProxyStream): void {
    if (bin.open.has(key)) return;
    if (this.size >= LIMIT) {
      this.unfollowed += 1;
      return;
    }
    bin.open.set(key, { startMs, stream });
    stream.open += 1;
    this.size += 1;
  }

  end(bin: Bin, key: string): void {
    const known = bin.open.get(key);
    if (!known) return;
    bin.open.delete(key);
    known.stream.open -= 1;
    this.size -= 1;
  }

  /** Forgets requests of proxies that are gone, and those open for over an hour. */
  sweep(bin: Bin, goneProxies: readonly string[], nowMs: number): void {
    for (const [key, { startMs, stream }] of bin.open) {
      const old = nowMs - startMs > LONGEST_MS;
      if (old || goneProxies.includes(stream.proxy)) this.end(bin, key);
      else if (goneProxies.length === 0) return;
    }
  }

  /** Forgets everything of a bin that goes away. */
  forget(bin: Bin): void {
    for (const key of [...bin.open.keys()]) this.end(bin, key);
  }
}
