import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startActivator } from '@tidegate/activator';
import { startAutoscaler } from '@tidegate/autoscaler';
import { Server } from '@grpc/grpc-js';
import { dial, listenTls } from '@tidegate/grpc-link';
import { type PartContext, type RunningPart, silentLogger, systemClock } from '@tidegate/kernel';
import { KubeClient } from '@tidegate/kube';
import { issueAuthority, issueLeaf } from '@tidegate/mesh-ca';
import { startMesh } from '@tidegate/mesh-controller';
import { startTelemetry } from '@tidegate/telemetry-sinks';
import { ScriptedTransport, waitFor } from '@tidegate/testing';
import { createServer } from 'node:net';
import { Registry } from 'prom-client';
import { wantedLeaves } from '../src/cluster/components.js';

const COMPONENTS = [
  ...['gateway', 'traffic', 'control', 'mesh', 'telemetry', 'activator', 'autoscaler'],
  ...['strategy-controller', 'serving-controller', 'tenancy-controller', 'admission-webhook', 'api'],
];
const PROXIES = ['gateway'];

/** Every server of the platform, and the components that it answers. */
const servers = [
  { server: 'mesh', clients: PROXIES },
  { server: 'telemetry', clients: PROXIES },
  { server: 'activator', clients: PROXIES },
  {
    server: 'signals',
    clients: ['traffic', 'control', 'activator', 'autoscaler', 'strategy-controller', 'admission-webhook', 'api'],
  },
  { server: 'peers', clients: ['traffic', 'activator', 'autoscaler'] },
  { server: 'holds', clients: ['traffic', 'activator'] },
] as const;
type ServerName = (typeof servers)[number]['server'];
const NAMES: Readonly<Record<ServerName, string>> = {
  mesh: 'mesh.tidegate',
  telemetry: 'telemetry.tidegate',
  signals: 'telemetry.tidegate',
  activator: 'activator.tidegate',
  peers: 'autoscaler.tidegate',
  holds: 'activator.tidegate',
};

let folder: string;
const ports = new Map<ServerName, number>();
const parts: RunningPart[] = [];
const tls = (component: string): string => path.join(folder, component);

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return typeof address === 'object' && address ? address.port : 0;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tg-who-'));
  const authority = await issueAuthority(Date.now());
  for (const { component, names } of wantedLeaves(Object.fromEntries(COMPONENTS.map((c) => [c, [`tidegate-${c}`]])), 'tidegate-system')) {
    const leaf = await issueLeaf(authority, names, Date.now());
    mkdirSync(tls(component));
    const files = { 'tls.crt': leaf.certificate, 'tls.key': leaf.key, 'ca.crt': authority.certificate };
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(tls(component), file), text);
  }
  const at = async (server: ServerName) => {
    const port = await freePort();
    ports.set(server, port);
    return { host: '127.0.0.1', port, tls: tls('traffic') };
  };
  const context = (): PartContext => ({ log: silentLogger, clock: systemClock, registry: new Registry(), fatal: () => undefined });
  // Nobody answers: what is asked here is who gets as far as asking.
  const client = new KubeClient(new ScriptedTransport());
  const telemetry = await startTelemetry(context(), { listen: await at('telemetry'), signals: await at('signals') });
  const { requestEvents } = telemetry;
  const autoscaler = await startAutoscaler(context(), { client, requestEvents, peers: { listen: await at('peers') } });
  parts.push(telemetry, autoscaler);
  parts.push(await startMesh(context(), { client, listen: await at('mesh'), mode: 'kubernetes' }));
  const holds = { listen: await at('holds'), host: '127.0.0.1' };
  parts.push(await startActivator(context(), { client, listen: await at('activator'), wake: autoscaler, requestEvents, peers: holds }));
});
afterAll(async () => {
  for (const part of parts.reverse()) await part.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** `answered`: the server says that it has no such method, which it tells nobody whom it does not know. */
function ask(server: ServerName, component: string, name = NAMES[server]): Promise<'answered' | 'refused'> {
  const client = dial({ host: '127.0.0.1', port: ports.get(server) ?? 0, tls: tls(component), name }, { log: silentLogger });
  const deadline = new Date(Date.now() + 5_000);
  const none = (): Buffer => Buffer.alloc(0);
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      '/none.None/None',
      none,
      (bytes: Buffer) => bytes,
      {},
      { deadline },
      (error) => {
        client.close();
        resolve(error?.details.includes('does not implement the method') ? 'answered' : 'refused');
      },
    );
  });
}

it.each(servers)('$server answers $clients', async ({ server, clients }) => {
  const answers = await Promise.all(COMPONENTS.map(async (component) => [component, await ask(server, component)]));
  const wanted = COMPONENTS.map((component) => [component, (clients as readonly string[]).includes(component) ? 'answered' : 'refused']);
  expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(wanted));
});

it('asks clients to go elsewhere before it refuses anything', async () => {
  const server = new Server();
  let answer: (error: null, bytes: Buffer) => void = () => undefined;
  const same = (bytes: Buffer): Buffer => bytes;
  const method = { path: '/slow.Slow/Ask', requestStream: false, responseStream: false };
  const service = { Ask: { ...method, requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same } };
  server.addService(service, { Ask: (_: unknown, done: typeof answer) => void (answer = done) });
  const listening = await listenTls(server, { host: '127.0.0.1', port: 0, tls: tls('activator') }, { expects: ['gateway.tidegate'], log: silentLogger });
  const read = (file: string): Buffer => readFileSync(path.join(tls('gateway'), file));
  const files = { cert: read('tls.crt'), key: read('tls.key'), ca: read('ca.crt'), servername: 'activator.tidegate' };
  const client = connect(`https://127.0.0.1:${listening.port}`, files);
  const told: number[] = [];
  client.on('goaway', (_code, last) => told.push(last));
  try {
    const call = client.request({ ':method': 'POST', ':path': method.path, 'content-type': 'application/grpc', te: 'trailers' });
    call.end(Buffer.alloc(5));
    const answered = new Promise<string>((resolve, reject) => {
      call.on('trailers', (trailers) => resolve(String(trailers['grpc-status'])));
      call.on('error', reject).resume();
    });
    await waitFor('the question is there', () => answer.length > 0);
    listening.drain(10_000);
    await waitFor('both words', () => told.length > 1);
    // Every stream first, so that none is refused which is under way; then those that were taken.
    expect(told.slice(0, 2)).toEqual([2 ** 31 - 1, 1]);
    answer(null, Buffer.alloc(0));
    expect(await answered).toBe('0');
  } finally {
    client.destroy();
    listening.stop();
    server.forceShutdown();
  }
});

it('a client does not take another part of the platform for the one that it calls', async () => {
  expect(await ask('telemetry', 'gateway', 'api.tidegate')).toBe('refused');
});
