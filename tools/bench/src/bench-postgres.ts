import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type DatabaseAddress, preparePostgres } from '@tidegate/database';

/** The embedded PostgreSQL in a folder of its own. */
export async function startPostgres(): Promise<{ address: DatabaseAddress; end(): Promise<void> }> {
  const folder = mkdtempSync('/tmp/tg-bench-db-');
  // As root the server runs as another user.
  chmodSync(folder, 0o755);
  const prepared = await preparePostgres({
    dataFolder: path.join(folder, 'database'),
    socketFolder: path.join(folder, 's'),
    stageFolder: path.join(folder, 'public'),
    passwordFile: path.join(folder, 'password'),
    uid: process.getuid?.() ?? 0,
  });
  const server = spawn(prepared.command, prepared.args, { env: prepared.env, stdio: 'ignore' });
  return {
    address: prepared.address,
    end: async () => {
      server.kill('SIGINT');
      if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
