import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Database, openDatabase, preparePostgres } from '@tidegate/database';
import { silentLogger } from '@tidegate/kernel';
import { PostgresAuditLog } from '../src/index.js';

const folder = mkdtempSync('/tmp/tg-au-');
chmodSync(folder, 0o755);
let now = new Date('2030-01-01T00:00:00Z');
let server: ChildProcess;
let database: Database;
let log: PostgresAuditLog;

beforeAll(async () => {
  const prepared = await preparePostgres({
    dataFolder: path.join(folder, 'database'),
    socketFolder: path.join(folder, 's'),
    stageFolder: path.join(folder, 'public'),
    passwordFile: path.join(folder, 'password'),
    uid: process.getuid?.() ?? 0,
  });
  server = spawn(prepared.command, prepared.args, { env: prepared.env, stdio: 'ignore' });
  database = await openDatabase(prepared.address, { log: silentLogger, signal: AbortSignal.timeout(60_000) });
  log = new PostgresAuditLog(database.prisma, () => now, 30);
}, 120_000);

afterAll(async () => {
  log.close();
  await database.close();
  server.kill('SIGINT');
  await new Promise((r) => server.once('exit', r));
  rmSync(folder, { recursive: true, force: true });
});

const caller = { id: 'ada', user: 'tidegate:ada', groups: ['tidegate:blue'], credential: { kind: 'Token' as const, id: 't1' }, address: '::1' };

it('keeps who did what, on one line, and finds it by what is asked', async () => {
  const object = { group: 'apps', resource: 'deployments', namespace: 'shop', name: 'web' };
  await log.record({ caller, action: 'kubernetes.patch', object, workspace: 'blue', result: 'Succeeded', change: [{ op: 'add', path: '/a', value: 1 }] });
  await log.record({ attempted: 'eve\n2030 ada signed in', address: '192.0.2.1', action: 'account.login', result: 'Denied', reason: 'x'.repeat(5_000) });
  await log.record({ caller, action: 'kubernetes.delete', object, workspace: 'red', result: 'Failed' });
  const all = await log.list({}, { first: 10 });
  expect(all.rows.map((r) => r.action)).toEqual(['kubernetes.delete', 'account.login', 'kubernetes.patch']);
  expect(all.rows[1]).toMatchObject({ attempted: 'eve 2030 ada signed in', reason: 'x'.repeat(1_000), account: null });
  const actions = async (filter: Parameters<typeof log.list>[0]): Promise<string[]> => (await log.list(filter, { first: 10 })).rows.map((r) => r.action);
  expect(await actions({ workspace: 'blue' })).toEqual(['kubernetes.patch']);
  expect(await actions({ action: 'kubernetes.' })).toEqual(['kubernetes.delete', 'kubernetes.patch']);
  expect(await actions({ result: 'Denied' })).toEqual(['account.login']);
  expect(await actions({ account: 'ada', until: now })).toEqual([]);
});

it('is read page by page, exported whole, and forgets what is too old', async () => {
  const first = await log.list({}, { first: 2 });
  expect(first.hasMore).toBe(true);
  const second = await log.list({}, { first: 2, before: first.rows.at(-1)?.id });
  expect([...first.rows, ...second.rows].map((r) => r.action)).toEqual(['kubernetes.delete', 'account.login', 'kubernetes.patch']);
  expect(second.hasMore).toBe(false);
  const exported = [];
  for await (const entry of log.export({ account: 'ada' })) exported.push(entry.action);
  expect(exported).toEqual(['kubernetes.patch', 'kubernetes.delete']);
  now = new Date('2030-02-01T00:00:00Z');
  await log.forgetOld();
  expect((await log.list({}, { first: 10 })).rows).toEqual([]);
});
