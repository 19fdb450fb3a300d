import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface WrkOptions {
  url: string;
  connections: number;
  seconds: number;
  /** Name in the Host header, where it is not the URL's. */
  host?: string;
}

export interface WrkReading {
  requests: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers other than 2xx and 3xx. */
  notGood: number;
  /** Connections that broke and answers that did not come. */
  broken: number;
}

/** As many requests as `connections` callers, each waiting for its answer, get done; one thread. Needs `wrk` on PATH. */
export async function wrk({ url, connections, seconds, host }: WrkOptions): Promise<WrkReading> {
  const header = host === undefined ? [] : ['-H', `Host: ${host}`];
  const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...header, url]);
  return {
    requests: Number(/(\d+) requests in/.exec(stdout)?.[1]),
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p50Ms: milliseconds(/50%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
    p99Ms: milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
    notGood: Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0),
    broken: [.../(?:connect|read|write|timeout) (\d+)/g[Symbol.matchAll](stdout)].reduce((n, found) => n + Number(found[1]), 0),
  };
}

function milliseconds(found: RegExpExecArray | null): number {
  const factor = { us: 0.001, ms: 1, s: 1_000 }[found?.[2] ?? ''] ?? NaN;
  return Number(found?.[1]) * factor;
}
