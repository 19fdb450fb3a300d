import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { AuditEntry } from '@tidegate/access';
import { type Database, openDatabase, preparePostgres } from '@tidegate/database';
import { ManualClock, silentLogger } from '@tidegate/kernel';
import { type Identity, type IdentityOptions, openIdentity } from '../src/index.js';

export interface Stage {
  database: Database;
  clock: ManualClock;
  recorded: AuditEntry[];
  identity: Identity;
  open(more?: Partial<IdentityOptions>): Identity;
  close(): Promise<void>;
}

/** A real PostgreSQL, a clock that the test moves, and an audit log that keeps what it gets. */
export async function stage(more: Partial<IdentityOptions> = {}): Promise<Stage> {
  const folder = mkdtempSync('/tmp/tg-id-');
  chmodSync(folder, 0o755);
  const prepared = await preparePostgres({
    dataFolder: path.join(folder, 'database'),
    socketFolder: path.join(folder, 's'),
    stageFolder: path.join(folder, 'public'),
    passwordFile: path.join(folder, 'password'),
    uid: process.getuid?.() ?? 0,
  });
  const server: ChildProcess = spawn(prepared.command, prepared.args, { env: prepared.env, stdio: 'ignore' });
  const database = await openDatabase(prepared.address, { log: silentLogger, signal: AbortSignal.timeout(60_000) });
  const clock = new ManualClock(Date.now());
  const recorded: AuditEntry[] = [];
  const opened: Identity[] = [];
  const open = (given: Partial<IdentityOptions> = {}): Identity => {
    const identity = openIdentity({ database, clock, audit: { record: async (entry) => void recorded.push(entry) }, ...more, ...given });
    opened.push(identity);
    return identity;
  };
  return {
    database,
    clock,
    recorded,
    identity: open(),
    open,
    close: async () => {
      for (const identity of opened) identity.close();
      await database.close();
      server.kill('SIGINT');
      await new Promise((r) => server.once('exit', r));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
