import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type DatabaseAddress, preparePostgres } from '@tidegate/database';

/** A PostgreSQL of the test's own. */
export async function startPostgres(): Promise<{ address: DatabaseAddress; kill(): Promise<void>; restart(): void; end(): Promise<void> }> {
  const folder = mkdtempSync('/tmp/tg-api-db-');
  chmodSync(folder, 0o755);
  const prepared = await preparePostgres({
    dataFolder: path.join(folder, 'database'),
    socketFolder: path.join(folder, 's'),
    stageFolder: path.join(folder, 'public'),
    passwordFile: path.join(folder, 'password'),
    uid: process.getuid?.() ?? 0,
  });
  const start = (): ChildProcess => spawn(prepared.command, prepared.args, { env: prepared.env, stdio: 'ignore' });
  let server = start();
  const gone = (): Promise<unknown> => (server.exitCode !== null || server.signalCode !== null ? Promise.resolve() : new Promise((r) => server.once('exit', r)));
  return {
    address: prepared.address,
    kill: async () => {
      server.kill('SIGINT');
      await gone();
    },
    restart: () => {
      server = start();
    },
    end: async () => {
      server.kill('SIGINT');
      await gone();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
