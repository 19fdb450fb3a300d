import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '@tidegate/testing';
import { startLoad, NO_VERSION, type LoadOptions, type LoadResult, type RunningLoad } from '../src/index.js';

let server: Server;
let url: string;
const loads: RunningLoad[] = [];

function begin(options: LoadOptions): RunningLoad {
  const load = startLoad(options);
  loads.push(load);
  return load;
}

async function serve(listener: RequestListener): Promise<void> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/productpage?x=1`;
}
afterEach(async () => {
  const stopping = loads.splice(0).map((load) => load.stop());
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await Promise.all(stopping);
});

describe('startLoad', () => {
  it('counts versions, failures on purpose and other failures apart', async () => {
    let n = 0;
    await serve((request, response) => {
      n++;
      expect(request.url).toBe('/productpage?x=1');
      expect(request.headers['host']).toBe('shop.example');
      if (n % 4 === 0) return void response.writeHead(500, { 'x-served-by': 'reviews-v2', 'x-fault': 'injected' }).end('no');
      if (n % 4 === 1) return void response.writeHead(503, { 'x-response-flags': 'UH' }).end('no');
      if (n % 4 === 2) return void request.socket.destroy();
      response.writeHead(200, { 'x-served-by': 'reviews-v1' }).end('ok');
    });
    const results: LoadResult[] = [];
    const load = begin({
      url,
      ratePerSecond: 400,
      arrivals: 'fixed',
      // A busy machine may be slow; only what the server does on purpose counts here.
      timeoutMs: 120_000,
      headers: { host: 'shop.example' },
      onResult: (r) => results.push(r),
    });
    await waitFor('40 results', () => results.length >= 40);
    const report = await load.stop();
    expect(report.inFlight).toBe(0);
    expect(report.scheduled).toBe(report.completed + report.dropped);
    expect(report.byVersion['reviews-v1']?.failed).toBe(0);
    expect(report.byVersion['reviews-v2']).toMatchObject({ failed: 0, statuses: { '500': report.byVersion['reviews-v2']?.count } });
    expect(Object.keys(report.byVersion[NO_VERSION]?.causes ?? {}).sort()).toEqual(['http-503 UH', 'reset']);
    expect(results.every((r) => r.latencyMs >= 0)).toBe(true);
  });

  it('never waits for answers: arrivals beyond the bound are dropped and counted, latency counts from the schedule', async () => {
    const waiting: (() => void)[] = [];
    await serve((_request, response) => void waiting.push(() => response.end()));
    const load = begin({ url, ratePerSecond: 1000, arrivals: 'fixed', maxInFlight: 5, timeoutMs: 20_000 });
    await waitFor('drops', () => load.report().dropped >= 20);
    expect(load.report()).toMatchObject({ inFlight: 5, completed: 0 });
    const stopping = load.stop();
    await waitFor('all five to arrive', () => waiting.length === 5);
    for (const answer of waiting) answer();
    const report = await stopping;
    expect(report.completed).toBe(5);
    // Twenty drops at one each millisecond: the first of the five waited at least so long.
    expect(report.byVersion[NO_VERSION]?.latency.maxMs).toBeGreaterThanOrEqual(20);
  });

  it('tells a timeout from a refused connection', async () => {
    await serve(() => undefined);
    const slow = begin({ url, ratePerSecond: 200, timeoutMs: 50 });
    await waitFor('timeouts', () => (slow.report().byVersion[NO_VERSION]?.causes['timeout'] ?? 0) > 3);
    await slow.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const refused = begin({ url, ratePerSecond: 200 });
    await waitFor('refusals', () => (refused.report().byVersion[NO_VERSION]?.causes['connect'] ?? 0) > 3);
    await refused.stop();
  });

  it('gives arrivals to users, who keep their cookies', async () => {
    const seen = new Map<string, Set<string>>();
    await serve((request, response) => {
      const user = String(request.headers['x-user']);
      const cookies = seen.get(user) ?? new Set();
      cookies.add(request.headers.cookie ?? '');
      seen.set(user, cookies);
      const version = user === 'user-0' ? 'v2' : 'v1';
      response.writeHead(200, { 'x-served-by': version, 'set-cookie': `cohort=${version}; Path=/` }).end();
    });
    const load = begin({ url, ratePerSecond: 500, users: { count: 4 } });
    await waitFor('everybody to come back', () => [...seen.values()].filter((c) => c.size > 1).length === 4);
    const report = await load.stop();
    expect(report.users).toEqual({ count: 4, active: 4, metVersion: { v1: 3, v2: 1 }, metInjected: 0, metFailed: 0 });
    expect([...(seen.get('user-0') ?? [])].sort()).toEqual(['', 'cohort=v2']);
  });
});
