import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials } from '@grpc/grpc-js';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { waitFor } from '@tidegate/testing';
import { PeerLink } from '../src/replicas/peer-link.js';
import type { PeerAnswer, PeerRequest } from '../src/replicas/peer-messages.js';
import { type PeerServer, servePeers } from '../src/replicas/peer-server.js';

let folder: string;
let address: { socket: string };
let server: PeerServer;
let heard: string[];
let requests: PeerRequest[];
const links: PeerLink[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tg-share-'));
  address = { socket: join(folder, 'p.sock') };
  heard = [];
  requests = [];
  server = await listen();
});
afterEach(async () => {
  for (const link of links.splice(0)) link.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function listen(): Promise<PeerServer> {
  return servePeers(
    { listen: address },
    {
      onJoined: ({ identity, address: at }) => heard.push(`${identity} joined, at ${at}`),
      onParted: (identity) => heard.push(`${identity} parted`),
      onRequest: (_, request) => {
        requests.push(request);
        if (request.is === 'bye') throw new Error('a listener fails');
      },
    },
    silentLogger,
  );
}

/** A link of replica `a`; what it hears is said by `link:`. */
function connect(answers: PeerAnswer[] = []): PeerLink {
  const link = new PeerLink({
    self: { identity: 'a', address: 'unix:/a' },
    address,
    clock: systemClock,
    log: silentLogger,
    onOpen: () => heard.push('link: open'),
    onClosed: () => heard.push('link: closed'),
    onAnswer: (answer) => answers.push(answer),
  });
  links.push(link);
  return link;
}

const said = (words: string): Promise<unknown> => waitFor(words, () => heard.includes(words));
const ask = (id: number): PeerRequest => ({ is: 'ask', id, namespace: 'shop', revision: 'cart-1', holdTimeoutMs: 1000, waitedMs: 0.5 });

it('carries requests and answers as they are, in order, a burst of them too', async () => {
  const answers: PeerAnswer[] = [];
  const link = connect(answers);
  expect([link.send(ask(0)), server.answer('a', { is: 'moved', id: 0 })]).toEqual([false, false]);
  await said('link: open');
  const view: PeerRequest = {
    is: 'view',
    view: { seq: 3, seen: 0, members: ['a', 'b'] },
    opens: [{ key: 'shop/cart-1', slot: 'r-0.7', address: '10.0.0.7:8080' }],
  };
  const all = [view, ...Array.from({ length: 3_000 }, (_, id) => ask(id)), { is: 'lost' } as const];
  for (const request of all) expect(link.send(request)).toBe(true);
  await waitFor('all are heard', () => requests.length === all.length);
  expect(requests).toEqual(all);
  expect(heard).toContain('a joined, at unix:/a');
  const granted = { destination: '10.0.0.7:8080', alternative: '10.0.0.8:8080', slot: 'r-0.8' };
  const denied = { denial: 'overflow' as const, sentence: 'too many', retryAfterSeconds: 2 };
  const sent: PeerAnswer[] = [
    { is: 'answer', id: 1, answer: { granted } },
    { is: 'answer', id: 2, answer: { denied } },
    { is: 'moved', id: 3 },
  ];
  for (const answer of sent) expect(server.answer('a', answer)).toBe(true);
  await waitFor('all answers', () => answers.length === sent.length);
  expect(answers).toEqual(sent);
});

it('opens the stream again when it has broken, and says so', async () => {
  const link = connect();
  await said('link: open');
  link.send(ask(0));
  await said('a joined, at unix:/a');
  await server.stop();
  await said('link: closed');
  expect(link.send(ask(1))).toBe(false);
  heard = [];
  server = await listen();
  await said('link: open');
  link.send(ask(2));
  await waitFor('it is heard', () => requests.some((r) => r.is === 'ask' && r.id === 2));
  expect(requests).not.toContainEqual(ask(1));
});

it('says the last words of one that closes, and that it is gone', async () => {
  const link = connect();
  await said('link: open');
  link.send(ask(0));
  await said('a joined, at unix:/a');
  link.send({ is: 'bye', opens: [] });
  link.close();
  await said('a parted');
  expect(requests.at(-1)).toEqual({ is: 'bye', opens: [] });
  expect(server.answer('a', { is: 'moved', id: 0 })).toBe(false);
});

it('takes a new stream of a replica for the old one', async () => {
  const first = connect();
  await said('link: open');
  first.send(ask(0));
  await said('a joined, at unix:/a');
  heard = [];
  const answers: PeerAnswer[] = [];
  const second = connect(answers);
  await said('link: open');
  second.send(ask(1));
  await waitFor('the old one is parted from before the new one joins', () => heard.includes('a joined, at unix:/a'));
  expect(heard.filter((words) => words.startsWith('a '))).toEqual(['a parted', 'a joined, at unix:/a']);
  server.answer('a', { is: 'moved', id: 1 });
  await waitFor('the new one is answered', () => answers.length === 1);
});

it.each([
  { name: 'no JSON', body: 'x' },
  { name: 'an unknown word', body: JSON.stringify({ from: { identity: 'z', address: 'unix:/z' }, items: [{ is: 'other' }] }) },
  { name: 'nobody', body: JSON.stringify({ items: [] }) },
  {
    name: 'too many at once',
    body: JSON.stringify({ from: { identity: 'z', address: 'unix:/z' }, items: Array.from({ length: 1_001 }, () => ({ is: 'lost' })) }),
  },
])('refuses $name', async ({ body }) => {
  const raw = new Client(`unix:${address.socket}`, credentials.createInsecure());
  const stream = raw.makeBidiStreamRequest(
    '/tidegate.activator.v1.Peers/Share',
    (text: string) => Buffer.from(text),
    (bytes: Buffer) => bytes,
  );
  const failure = new Promise<Error>((resolve) => stream.on('error', resolve));
  stream.write(body);
  expect((await failure).message).not.toBe('');
  expect([requests, heard]).toEqual([[], []]);
  raw.close();
});
