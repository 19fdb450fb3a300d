import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startActivator } from '@tidegate/activator';
import { startAutoscaler } from '@tidegate/autoscaler';
import { dial } from '@tidegate/grpc-link';
import { type PartContext, type RunningPart, silentLogger, systemClock } from '@tidegate/kernel';
import { KubeClient } from '@tidegate/kube';
import { issueAuthority, issueLeaf } from '@tidegate/mesh-ca';
import { startMesh } from '@tidegate/mesh-controller';
import { startTelemetry } from '@tidegate/telemetry-sinks';
import { ScriptedTransport } from '@tidegate/testing';
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

it('a client does not take another part of the platform for the one that it calls', async () => {
  expect(await ask('telemetry', 'gateway', 'api.tidegate')).toBe('refused');
});
