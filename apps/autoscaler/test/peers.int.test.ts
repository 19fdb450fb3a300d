import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials } from '@grpc/grpc-js';
import { silentLogger, systemClock } from '@tidegate/kernel';
import type { LoadReport } from '@tidegate/serving-autoscale';
import { PeerClient } from '../src/peers/peer-client.js';
import { servePeers } from '../src/peers/peer-server.js';
import type { PeerReport, PeerWake } from '../src/peers/peer-service.js';

let folder: string;
let address: { socket: string };
let server: { stop(): Promise<void> };
let client: PeerClient;
let heard: (PeerReport | PeerWake)[];
let room = true;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tg-peers-'));
  address = { socket: join(folder, 'p.sock') };
  heard = [];
  room = true;
  const listener = {
    report: (from: string, told: LoadReport) => (heard.push({ from, report: told }), room),
    wake: (wake: PeerWake) => heard.push(wake),
    ask: (wake: PeerWake) => heard.push(wake),
  };
  server = await servePeers(address, listener, silentLogger);
  client = new PeerClient(address, systemClock, silentLogger);
});
afterEach(async () => {
  client.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const report: LoadReport = {
  atMs: 1_000.5,
  through: 0,
  blindUntilMs: 4_000,
  revisions: [
    { namespace: 'shop', revision: 'cart-00001', seconds: [[0, 0.25, 1]], open: 2, upstreams: { '10.0.0.7': 1 }, unplacedSinceMs: 7 },
  ],
};

it('carries reports and wakes as they are', async () => {
  await client.report({ from: 'one', report });
  await client.wake({ namespace: 'shop', name: 'cart-00001', waiting: 3 });
  expect(heard).toEqual([
    { from: 'one', report },
    { namespace: 'shop', name: 'cart-00001', waiting: 3 },
  ]);
});

it('says when there is no room, and when nobody answers', async () => {
  room = false;
  await expect(client.report({ from: 'one', report })).rejects.toThrow('too many receivers');
  await server.stop();
  await expect(client.report({ from: 'one', report })).rejects.toThrow();
  await expect(client.wake({ namespace: 'shop', name: 'cart-00001', waiting: 3 })).rejects.toThrow();
});

it('sends no report before the last one was answered', async () => {
  const first = client.report({ from: 'one', report });
  await expect(client.report({ from: 'one', report })).rejects.toThrow('has not answered');
  await first;
});

it.each([
  { name: 'no JSON', body: 'x' },
  { name: 'another shape', body: '{"from":"one","report":{"revisions":[{}]}}' },
  {
    name: 'a negative count',
    body: JSON.stringify({ from: 'one', report: { ...report, revisions: [{ ...report.revisions[0], open: -1 }] } }),
  },
])('refuses $name', async ({ body }) => {
  const raw = new Client(`unix:${address.socket}`, credentials.createInsecure());
  const call = new Promise((resolve, reject) => {
    const path = '/tidegate.autoscaler.v1.Peers/Report';
    raw.makeUnaryRequest(
      path,
      (text: string) => Buffer.from(text),
      (bytes: Buffer) => bytes,
      body,
      (error, answer) => (error ? reject(error) : resolve(answer)),
    );
  });
  await expect(call).rejects.toThrow();
  expect(heard).toEqual([]);
  raw.close();
});

it.each([{ socket: '/nowhere/at/all.sock' }, { host: '127.0.0.1', port: 0, tls: '/nowhere' }])('does not listen on %p', async (wrong) => {
  const listener = { report: () => true, wake: () => undefined, ask: () => undefined };
  await expect(servePeers(wrong, listener, silentLogger)).rejects.toMatchObject({ code: 'AUTOSCALER_ADDRESS_UNUSABLE' });
});
