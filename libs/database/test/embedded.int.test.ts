import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { silentLogger } from '@tidegate/kernel';
import { waitFor } from '@tidegate/testing';
import { type PreparedPostgres, openDatabase, preparePostgres } from '../src/index.js';
import { reachableBinaries, packagedBinaries } from '../src/embedded/binaries.js';

const folder = mkdtempSync('/tmp/tg-db-');
chmodSync(folder, 0o755);
const options = {
  dataFolder: path.join(folder, 'database'),
  socketFolder: path.join(folder, 's'),
  stageFolder: path.join(folder, 'public'),
  passwordFile: path.join(folder, 'password'),
  uid: process.getuid?.() ?? 0,
};
let server: ChildProcess | undefined;

const start = (prepared: PreparedPostgres): ChildProcess => spawn(prepared.command, prepared.args, { env: prepared.env, stdio: 'ignore' });
const gone = (child: ChildProcess): Promise<unknown> => (child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((r) => child.once('exit', r)));
const open = (prepared: PreparedPostgres) => openDatabase(prepared.address, { log: silentLogger, signal: AbortSignal.timeout(60_000) });

afterAll(async () => {
  if (server) {
    server.kill('SIGINT');
    await gone(server);
  }
  rmSync(folder, { recursive: true, force: true });
});

it('starts from nothing, migrates once, keeps what was acknowledged through kill -9, and is closed to others', async () => {
  const prepared = await preparePostgres(options);
  expect(statSync(options.dataFolder).mode & 0o777).toBe(0o700);
  expect(statSync(options.passwordFile).mode & 0o777).toBe(0o600);
  server = start(prepared);
  const first = await open(prepared);
  await first.prisma.account.create({ data: { id: 'ada', kind: 'Person', displayName: 'Ada' } });
  expect(await first.isReachable()).toBe(true);
  server.kill('SIGKILL');
  await gone(server);
  // What the killed server had forked answers until it notices.
  await waitFor('an end of its answers', async () => !(await first.isReachable()));
  await first.close();

  const again = await preparePostgres(options);
  expect(again).toEqual(prepared);
  // The killed server's own children may hold the data for a moment: it is started again until it stays, as the supervisor does.
  const opening = open(again);
  let isOpen = false;
  void opening.finally(() => (isOpen = true)).catch(() => undefined);
  while (!isOpen) {
    server = start(again);
    await Promise.race([gone(server), opening]);
  }
  const second = await opening;
  expect(await second.prisma.account.findMany({ select: { id: true } })).toEqual([{ id: 'ada' }]);
  const wrongFile = path.join(folder, 'wrong');
  writeFileSync(wrongFile, 'wrong\n');
  const wrong = { ...again.address, passwordFile: wrongFile };
  await expect(openDatabase(wrong, { log: silentLogger, signal: AbortSignal.timeout(500) })).rejects.toThrow('The database does not answer.');
  await second.close();
}, 180_000);

it('is staged where another user can run it when the package is in a closed folder', async () => {
  const staged = await reachableBinaries(packagedBinaries(), options.stageFolder, true);
  const closed = path.join(folder, 'closed');
  execFileSync('mkdir', ['-m', '700', closed]);
  execFileSync('cp', ['-a', path.join(packagedBinaries(), '..'), path.join(closed, 'package')]);
  const copy = await reachableBinaries(path.join(closed, 'package', 'native'), options.stageFolder, true);
  expect(copy.startsWith(options.stageFolder)).toBe(true);
  expect(execFileSync(path.join(copy, 'bin', 'postgres'), ['--version'], { env: { LD_LIBRARY_PATH: path.join(copy, 'lib') } }).toString()).toMatch(/PostgreSQL\) 18/);
  expect(await reachableBinaries(path.join(closed, 'package', 'native'), options.stageFolder, true)).toBe(copy);
  expect(await reachableBinaries(packagedBinaries(), options.stageFolder, false)).toBe(packagedBinaries());
  expect(staged).toBeTruthy();
}, 120_000);
