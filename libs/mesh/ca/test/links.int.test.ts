import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Client, type MethodDefinition, Server, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { type TlsListener, dial, listenTls } from '@tidegate/grpc-link';
import { type Logger, silentLogger } from '@tidegate/kernel';
import { waitFor } from '@tidegate/testing';
import { type KeyPair, issueAuthority, issueLeaf } from '../src/index.js';
import { writeTlsFolder } from './tls-folder.js';

const bytes = (text: string): Buffer => Buffer.from(text);
const text = (from: Buffer): string => from.toString();
const echo: MethodDefinition<string, string> = {
  path: '/test.Echo/Say',
  requestStream: false,
  responseStream: false,
  requestSerialize: bytes,
  requestDeserialize: text,
  responseSerialize: bytes,
  responseDeserialize: text,
};
const warnings: string[] = [];
const log: Logger = silentLogger.child({});
log.warn = (_about: unknown, message?: string) => void warnings.push(message ?? '');
const options = { log, pollMs: 20 };
const QUICK = { 'grpc.initial_reconnect_backoff_ms': 20, 'grpc.max_reconnect_backoff_ms': 50 };

let folder: string;
let authority: KeyPair;
let server: Server;
let listener: TlsListener;
const at = (name: string): string => path.join(folder, name);

async function give(name: string, names: readonly string[], by = authority, trusts = [authority]): Promise<string> {
  writeTlsFolder(at(name), await issueLeaf(by, names, Date.now()), trusts.map((a) => `${a.certificate}\n`).join(''));
  return at(name);
}

function link(tls: string, name = 'telemetry.tidegate'): Client {
  return dial({ host: '127.0.0.1', port: listener.port, tls, name }, { ...options, channel: QUICK });
}

function say(client: Client, ms = 3000): Promise<string> {
  return new Promise((resolve) => {
    const { path: method, requestSerialize, responseDeserialize } = echo;
    const deadline = new Date(Date.now() + ms);
    client.makeUnaryRequest(method, requestSerialize, responseDeserialize, 'hello', { deadline }, (error, answer) =>
      resolve(error ? error.details : (answer ?? '')),
    );
  });
}

beforeEach(async () => {
  warnings.length = 0;
  folder = mkdtempSync(path.join(tmpdir(), 'tg-links-'));
  authority = await issueAuthority(Date.now());
  server = new Server();
  server.addService(
    { Say: echo },
    { Say: ({ request }: ServerUnaryCall<string, string>, done: sendUnaryData<string>) => done(null, request) },
  );
  const tls = await give('server', ['telemetry.tidegate']);
  listener = await listenTls(server, { host: '127.0.0.1', port: 0, tls }, { ...options, expects: ['api.tidegate', 'autoscaler.tidegate'] });
});
afterEach(() => {
  listener.stop();
  server.forceShutdown();
  rmSync(folder, { recursive: true, force: true });
});

it('a client that is expected is answered', async () => {
  const client = link(await give('client', ['x.svc', 'api.tidegate']));
  expect(await say(client)).toBe('hello');
  client.close();
});

const refused: { name: string; client: () => Promise<string>; asks?: string }[] = [
  { name: 'a client with a certificate for another name', client: () => give('client', ['gateway.tidegate']) },
  { name: 'a client with a name that only begins alike', client: () => give('client', ['api.tidegate.example']) },
  {
    name: 'a client of another authority',
    client: async () => {
      const foreign = await issueAuthority(Date.now());
      return give('client', ['api.tidegate'], foreign, [authority, foreign]);
    },
  },
  {
    name: 'a server of another authority than the client trusts',
    client: async () => give('client', ['api.tidegate'], authority, [await issueAuthority(Date.now())]),
  },
  { name: 'a server with another name', client: () => give('client', ['api.tidegate']), asks: 'mesh.tidegate' },
];
it.each(refused)('refused: $name', async ({ client, asks }) => {
  const connection = link(await client(), asks);
  expect(await say(connection, 1500)).not.toBe('hello');
  connection.close();
});

it('a client without a certificate is refused', async () => {
  const { connect } = await import('node:tls');
  const told = await new Promise<string>((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      port: listener.port,
      ca: authority.certificate,
      servername: 'telemetry.tidegate',
      ALPNProtocols: ['h2'],
    });
    socket.on('data', () => resolve('it was answered'));
    socket.on('error', (error) => resolve(error.message));
    socket.on('close', () => resolve('it was closed'));
  });
  expect(told).toContain('certificate required');
});

it('both ends take up new certificates and another authority without a restart', async () => {
  const tls = await give('client', ['api.tidegate']);
  const client = link(tls);
  expect(await say(client)).toBe('hello');
  const next = await issueAuthority(Date.now());
  await give('server', ['telemetry.tidegate'], next, [next]);
  // The old client's certificate is of an authority that nobody trusts now; it learns of the new one like the server, from its folder.
  const stranger = link(await give('old', ['api.tidegate']));
  await waitFor('the server shows the new certificate', async () => (await say(stranger, 500)) !== 'hello');
  stranger.close();
  await give('client', ['api.tidegate'], next, [next]);
  const fresh = link(tls);
  expect(await say(fresh)).toBe('hello');
  // A connection that is there goes on.
  expect(await say(client)).toBe('hello');
  listener.stop();
  server.forceShutdown();
  server = new Server();
  server.addService({ Say: echo }, { Say: (_: unknown, done: sendUnaryData<string>) => done(null, 'again') });
  listener = await listenTls(
    server,
    { host: '127.0.0.1', port: listener.port, tls: at('server') },
    { ...options, expects: ['api.tidegate'] },
  );
  // The same client, made when the first authority was in force, connects again with what its folder holds now.
  await waitFor('the first client is back', async () => (await say(client, 500)) === 'again');
  client.close();
  fresh.close();
});

it('files that do not belong together are passed over', async () => {
  const tls = await give('client', ['api.tidegate']);
  const other = await issueLeaf(authority, ['api.tidegate'], Date.now());
  const client = link(tls);
  expect(await say(client)).toBe('hello');
  writeTlsFolder(at('server'), { certificate: other.certificate, key: authority.key }, authority.certificate);
  await waitFor('the server has seen them', () => warnings.includes('certificates changed and cannot be used; the earlier ones stay'));
  const again = link(await give('second', ['autoscaler.tidegate']));
  expect(await say(again)).toBe('hello');
  again.close();
  client.close();
});

it('says in words that a folder cannot be used', () => {
  expect(() => dial({ host: '127.0.0.1', port: 1, tls: at('nowhere'), name: 'x' }, options)).toThrow(
    /The certificate in .*nowhere cannot be used/,
  );
});
