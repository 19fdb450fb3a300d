import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { silentLogger } from '@tidegate/kernel';
import pg from 'pg';
import { type DatabaseAddress, backUp, openDatabase, preparePostgres, restore } from '../src/index.js';
import { poolConfig } from '../src/open-database.js';

const folder = mkdtempSync('/tmp/tg-bk-');
chmodSync(folder, 0o755);
const file = path.join(folder, 'backup.gz');
let server: ChildProcess;
let address: DatabaseAddress;
const database = (name: string): DatabaseAddress => ({ ...(address as Extract<DatabaseAddress, { socketFolder: string }>), database: name });
const open = (at: DatabaseAddress) => openDatabase(at, { log: silentLogger, signal: AbortSignal.timeout(60_000) });

beforeAll(async () => {
  const prepared = await preparePostgres({
    dataFolder: path.join(folder, 'database'),
    socketFolder: path.join(folder, 's'),
    stageFolder: path.join(folder, 'public'),
    passwordFile: path.join(folder, 'password'),
    uid: process.getuid?.() ?? 0,
  });
  address = prepared.address;
  server = spawn(prepared.command, prepared.args, { env: prepared.env, stdio: 'ignore' });
  await (await open(address)).close();
  const client = new pg.Client(poolConfig(address));
  await client.connect();
  for (const name of ['source', 'target', 'broken']) await client.query(`CREATE DATABASE ${name}`);
  await client.end();
}, 120_000);

afterAll(async () => {
  server.kill('SIGINT');
  await new Promise((r) => server.once('exit', r));
  rmSync(folder, { recursive: true, force: true });
});

it('brings every row back, with line ends, quotes, bytes, JSON and references, and new ids go on after the old ones', async () => {
  const source = await open(database('source'));
  await source.prisma.account.create({ data: { id: 'ada', kind: 'Person', displayName: 'Ada\n\\."tab\t' } });
  await source.prisma.group.create({ data: { name: 'blue', memberships: { create: { accountId: 'ada' } } } });
  const secretHash = new Uint8Array([0, 1, 92, 10, 255]);
  await source.prisma.token.create({
    data: { id: crypto.randomUUID(), accountId: 'ada', name: 't', secretHash, scopes: ['read', 'a,"b"'], expiresAt: new Date('2030-01-01T00:00:00Z') },
  });
  for (let i = 0; i < 3; i += 1) await source.prisma.auditEntry.create({ data: { action: 'x.y', result: 'Succeeded', change: [{ op: 'add', path: '/a', value: 'ü\n' }] } });
  const summary = await backUp(database('source'), file, new Date());
  expect(summary.rows).toMatchObject({ accounts: 1, groups: 1, memberships: 1, tokens: 1, audit_entries: 3, sessions: 0 });
  expect(statSync(file).mode & 0o777).toBe(0o600);

  expect(await restore(database('target'), file)).toEqual(summary);
  const target = await open(database('target'));
  for (const table of ['account', 'group', 'membership', 'token', 'auditEntry'] as const) {
    const all = (d: typeof source): Promise<unknown> => (d.prisma[table].findMany as () => Promise<unknown>)();
    expect(await all(target)).toEqual(await all(source));
  }
  expect((await target.prisma.auditEntry.create({ data: { action: 'x.y', result: 'Denied' } })).id).toBe(4n);
  await expect(restore(database('target'), file)).rejects.toThrow('The database is not empty: it has rows in accounts.');
  await Promise.all([source.close(), target.close()]);
}, 60_000);

it.each([
  { name: 'a cut file', bytes: () => readFileSync(file).subarray(0, -40) },
  { name: 'a file without its end', bytes: () => gzipSync(gunzipSync(readFileSync(file)).toString().replace('{"end":true}\n', '')) },
  { name: 'another file', bytes: () => Buffer.from('hello') },
  { name: 'no file', bytes: () => undefined },
])('refuses $name and changes nothing', async ({ bytes }) => {
  const other = path.join(folder, 'other.gz');
  rmSync(other, { force: true });
  const content = bytes();
  if (content) writeFileSync(other, content);
  await expect(restore(database('broken'), other)).rejects.toThrow('is not a backup of Tidegate, or is not whole');
  const broken = await open(database('broken'));
  expect(await broken.prisma.account.count()).toBe(0);
  await broken.close();
}, 60_000);
