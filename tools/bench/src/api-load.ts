import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { parse } from 'yaml';
import { quantile } from './judge-table.js';

export interface ApiTarget {
  url: string;
  connect: { ca?: string; cert?: string; key?: string };
  /** With each request. */
  headers?: Record<string, string>;
}

/** Reads an administrator's kubeconfig: client certificate in data or in files. */
export function targetOf(kubeconfig: string): ApiTarget {
  const config = parse(readFileSync(kubeconfig, 'utf8')) as {
    clusters: { cluster: Record<string, string> }[];
    users: { user: Record<string, string> }[];
  };
  const [cluster, user] = [config.clusters[0]?.cluster ?? {}, config.users[0]?.user ?? {}];
  const pem = (from: Record<string, string>, name: string): string => {
    const data = from[`${name}-data`];
    return data === undefined ? readFileSync(from[name] ?? '', 'utf8') : Buffer.from(data, 'base64').toString();
  };
  return {
    url: cluster['server'] ?? '',
    connect: { ca: pem(cluster, 'certificate-authority'), cert: pem(user, 'client-certificate'), key: pem(user, 'client-key') },
  };
}

export interface Reply {
  status: number;
  text: string;
}

/** Keeps one connection for each client, as that many programs would. */
export class ApiLoad {
  private readonly pools: Pool[] = [];

  constructor(private readonly target: ApiTarget) {}

  async call(client: number, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Reply> {
    const { statusCode, body: answer } = await this.pool(client).request({
      method,
      path,
      headers: { ...this.target.headers, accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: statusCode, text: await answer.text() };
  }

  /** Throws unless it was answered with success. */
  async must(client: number, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<string> {
    const { status, text } = await this.call(client, method, path, body);
    if (status > 299) throw new Error(`${method} ${path} was answered with ${status}: ${text.slice(0, 300)}`);
    return text;
  }

  /** Lines of a watch as they come; ends with the signal. */
  async watch(client: number, path: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    const { body } = await this.pool(client).request({ method: 'GET', path, headers: { accept: 'application/json' }, signal, bodyTimeout: 0 });
    const read = async (): Promise<void> => {
      let rest = '';
      for await (const chunk of body) {
        rest += (chunk as Buffer).toString('utf8');
        const lines = rest.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      }
    };
    read().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  /** `clients` do `one` over and over for some seconds. */
  async rate(clients: number, seconds: number, one: (client: number, n: number) => Promise<unknown>): Promise<{ perSecond: number; p50: number; p95: number; p99: number }> {
    const tookMs: number[] = [];
    const end = performance.now() + seconds * 1000;
    const began = performance.now();
    let n = 0;
    const run = async (client: number): Promise<void> => {
      while (performance.now() < end) {
        const start = performance.now();
        await one(client, n++);
        tookMs.push(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: clients }, (_, client) => run(client)));
    return { perSecond: tookMs.length / ((performance.now() - began) / 1000), p50: quantile(tookMs, 0.5), p95: quantile(tookMs, 0.95), p99: quantile(tookMs, 0.99) };
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.destroy()));
  }

  private pool(client: number): Pool {
    return (this.pools[client] ??= new Pool(this.target.url, { connections: 1, pipelining: 1, connect: this.target.connect }));
  }
}
