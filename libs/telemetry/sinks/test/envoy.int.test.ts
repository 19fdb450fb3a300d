import { silentLogger, systemClock } from '@tidegate/kernel';
import { LATENCY_BOUNDS_MS, OPEN_AGAIN_MS, type RequestEvent, type SignalBatch } from '@tidegate/signals';
import { waitFor } from '@tidegate/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, type Server, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Registry } from 'prom-client';
import { type RunningTelemetry, type SignalsConnection, connectSignals, startTelemetry } from '../src/index.js';
import { envoyConfig } from './envoy-config.js';

/** TIDEGATE_ENVOY, else `envoy` on PATH. */
function findEnvoy(): string | undefined {
  const candidates = [
    process.env['TIDEGATE_ENVOY'],
    ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'envoy')),
  ];
  return candidates.find((path) => {
    try {
      accessSync(path ?? '', constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const envoy = findEnvoy();
const reviews = { namespace: 'shop', service: 'reviews' };

(envoy ? describe : describe.skip)('telemetry with a real Envoy', () => {
  let folder: string;
  let upstream: Server;
  let part: RunningTelemetry;
  let proxy: ChildProcess;
  let signals: SignalsConnection;
  let port: number;
  const registry = new Registry();
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const batches: SignalBatch[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tg-tel-'));
    const paths = { admin: join(folder, 'a.sock'), telemetry: join(folder, 't.sock') };
    const signalsSocket = join(folder, 's.sock');
    upstream = createServer(answer).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const fatal = (error: unknown): void => void (process.exitCode = error ? 1 : 0);
    part = await startTelemetry(
      { clock: systemClock, log: silentLogger, registry, fatal },
      { listen: { socket: paths.telemetry }, signals: { socket: signalsSocket } },
    );
    signals = connectSignals({ socket: signalsSocket }, { clock: systemClock, log: silentLogger, random: Math.random });
    signals.subscribe(reviews, (batch) => batches.push(batch));
    const config = join(folder, 'envoy.json');
    await writeFile(config, JSON.stringify(envoyConfig(paths, (upstream.address() as AddressInfo).port)));
    proxy = spawn(envoy as string, ['-c', config, '--concurrency', '2', '--disable-hot-restart', '--log-level', 'error'], {
      stdio: 'ignore',
    });
    port = await waitFor('the listener of Envoy', () => listenerPort(paths.admin), 20_000);
    // The first seconds of telemetry are a gap by design.
    await waitFor('a first second', () => batches.some((batch) => batch.type === 'second'));
  }, 40_000);

  afterAll(async () => {
    signals.close();
    agent.destroy();
    if (proxy.exitCode === null && proxy.kill()) await once(proxy, 'exit');
    await part.stop();
    upstream.closeAllConnections();
    upstream.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('counts every request by version, class and failure', async () => {
    const paths = [
      ...new Array<string>(40).fill('/v1/ok'),
      ...new Array<string>(7).fill('/v1/missing'),
      ...new Array<string>(25).fill('/v2/ok'),
      ...new Array<string>(9).fill('/v2/broken'),
      ...new Array<string>(3).fill('/v2/reset'),
      ...new Array<string>(2).fill('/v2/slow'),
      ...new Array<string>(5).fill('/v2/grpc-unavailable'),
    ];
    const startedSecond = Math.floor(Date.now() / 1000);
    await Promise.all(paths.map((path) => get(port, path, agent)));
    await waitFor('all requests in closed seconds', () => total('v1') === 47 && total('v2') === 44);
    // [1xx, 2xx, 3xx, 4xx, 5xx, none]; Envoy answers 503 for a reset and 504 for a timeout.
    expect(classes('v1')).toEqual([0, 40, 0, 7, 0, 0]);
    expect(classes('v2')).toEqual([0, 30, 0, 0, 14, 0]);
    expect(failed('v1')).toBe(0);
    expect(failed('v2')).toBe(19);
    const seconds = batches
      .filter((batch) => batch.type === 'second')
      .filter((batch) => batch.versions.some(({ rule }) => rule === 'weighted'));
    for (const batch of seconds) {
      expect(batch.second).toBeGreaterThanOrEqual(startedSecond);
      expect(batch.second).toBeLessThanOrEqual(Math.floor(Date.now() / 1000));
      expect(batch.proxies).toEqual({ live: 1, total: 1 });
      for (const { latency, requests } of batch.versions) expect(latency.reduce((sum, n) => sum + n, 0)).toBe(requests);
    }
    expect(slowerThan('v2', 250)).toBe(2);
    const recent = await signals.recent(reviews, 60);
    expect(
      recent
        .flatMap(({ versions }) => versions)
        .filter(({ version }) => version === 'v1')
        .reduce((sum, { requests }) => sum + requests, 0),
    ).toBe(47);
    expect(await registry.metrics()).toContain('tidegate_requests_total{namespace="shop",service="reviews",version="v2",class="5xx"} 14');
  }, 30_000);

  it('shows failures to guardrails before their second closes', async () => {
    const before = batches.length;
    await Promise.all(new Array<string>(4).fill('/v2/broken').map((path) => get(port, path, agent)));
    await waitFor('a partial batch', () =>
      batches.slice(before).some((batch) => batch.type === 'partial' && batch.versions.some(({ failed: k }) => k > 0)),
    );
    const heard = batches.slice(before);
    const partialAt = heard.findIndex((batch) => batch.type === 'partial');
    const closedAt = heard.findIndex(
      (batch) => batch.type === 'second' && batch.versions.some(({ version, rule }) => version === 'v2' && rule === 'weighted'),
    );
    expect(closedAt === -1 || partialAt < closedAt).toBe(true);
  }, 30_000);

  it('shows a request that hangs as open, and its end', async () => {
    const hanging = get(port, '/v1/hang', agent);
    await waitFor('an open request', () => lastOpen()?.versions.some(({ version, open }) => version === 'v1' && open === 1));
    await hanging;
    await waitFor('no open request', () => lastOpen()?.versions.length === 0);
  }, 30_000);

  it('tells the life of one request: where it went, what was granted, how long it took', async () => {
    const heard: RequestEvent[] = [];
    const subscription = part.requestEvents.subscribe({ events: (batch) => heard.push(...batch), lost: () => undefined });
    const upstreamAddress = `127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const began = Date.now();
    await get(port, '/v1/hang', agent);
    await waitFor('the end', () => heard.some(({ phase }) => phase === 'end'));
    const ended = Date.now();
    subscription.close();
    expect(heard.map(({ phase }) => phase)).toEqual(['start', 'open', 'end']);
    expect(new Set(heard.map(({ streamId }) => streamId)).size).toBe(1);
    const [start, open, end] = heard;
    expect(start).toEqual({ ...names('v1'), phase: 'start', streamId: start?.streamId, atMs: start?.atMs });
    for (const later of [open, end]) expect(later).toMatchObject({ ...names('v1'), upstream: upstreamAddress, slot: 'slot-1', held: true });
    expect(start?.atMs).toBeGreaterThanOrEqual(began - 1);
    expect(end?.durationMs).toBeGreaterThanOrEqual(2_500);
    expect(end?.atMs).toBeLessThanOrEqual(ended);
  }, 30_000);

  it('tells a listener that comes late of requests that are open', async () => {
    const hanging = get(port, '/v2/hang', agent);
    const heard: RequestEvent[] = [];
    // v2 answers 504 after 0.3 s, v1 hangs on.
    const longer = get(port, '/v1/hang', agent);
    await hanging;
    const subscription = part.requestEvents.subscribe({ events: (batch) => heard.push(...batch), lost: () => undefined });
    await waitFor('the open request', () => heard.some(({ phase, version }) => phase === 'open' && version === 'v1'), OPEN_AGAIN_MS);
    await longer;
    await waitFor('its end', () => heard.some(({ phase, version }) => phase === 'end' && version === 'v1'));
    expect(heard.filter(({ version }) => version === 'v1').map(({ phase }) => phase)).toEqual(['open', 'end']);
    subscription.close();
  }, 30_000);

  it('counts copies by what the metrics service says', async () => {
    await waitFor('all copies', () => total('v3') === 50, 15_000);
    expect(classes('v3')).toEqual([0, 43, 0, 7, 0, 0]);
    expect(
      batches
        .filter((batch) => batch.type === 'second')
        .flatMap(({ versions }) => versions)
        .filter(({ version }) => version === 'v3')
        .map(({ rule }) => rule),
    ).toContain('mirrored');
  }, 30_000);

  const names = (version: string) => ({ proxy: 'gateway-1', namespace: 'shop', service: 'reviews', version });
  const versionsOf = (version: string) =>
    batches.filter((batch) => batch.type === 'second').flatMap((batch) => batch.versions.filter((v) => v.version === version));
  const total = (version: string): number => versionsOf(version).reduce((sum, { requests }) => sum + requests, 0);
  const failed = (version: string): number => versionsOf(version).reduce((sum, v) => sum + v.failed, 0);
  const classes = (version: string): number[] =>
    versionsOf(version).reduce((sums, v) => sums.map((sum, i) => sum + (v.classes[i] as number)), [0, 0, 0, 0, 0, 0]);
  const slowerThan = (version: string, ms: number): number =>
    versionsOf(version).reduce(
      (sum, { latency }) => sum + latency.slice(LATENCY_BOUNDS_MS.findIndex((b) => b >= ms) + 1).reduce((a, b) => a + b, 0),
      0,
    );
  const lastOpen = () => batches.filter((batch) => batch.type === 'open').at(-1);
});

/** The workload: what a path asks for. */
const answer: Parameters<typeof createServer>[1] = (incoming, response) => {
  const kind = incoming.url?.split('/')[2];
  if (kind === 'broken') return void response.writeHead(500).end();
  if (kind === 'missing') return void response.writeHead(404).end();
  if (kind === 'reset') return void incoming.socket.destroy();
  if (kind === 'slow') return;
  if (kind === 'hang') return void setTimeout(() => response.end('late'), 2_500);
  if (kind === 'grpc-unavailable') return void response.writeHead(200, { 'content-type': 'application/grpc', 'grpc-status': '14' }).end();
  response.end('ok');
};

function get(port: number, path: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, agent }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.once('error', reject).end();
  });
}

/** Asks Envoy's admin socket where the listener is bound. */
function listenerPort(admin: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: admin, path: '/listeners?format=json' }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.once('end', () => {
        const parsed = JSON.parse(text || '{}') as {
          listener_statuses?: { local_address?: { socket_address?: { port_value?: number } } }[];
        };
        resolve(parsed.listener_statuses?.[0]?.local_address?.socket_address?.port_value);
      });
    });
    outgoing.once('error', reject).end();
  });
}
