import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { TidegateError } from '@tidegate/kernel';
import { codes } from '../errors.js';
import type { DatabaseAddress } from '../open-database.js';
import { packagedBinaries, reachableBinaries } from './binaries.js';
import { type ServerUser, readServerUser } from './server-user.js';

const run = promisify(execFile);

export interface PreparePostgresOptions {
  /** Of the database: made at the first start, mode 0700, owned by the server's user. The folder above must be open to that user. */
  dataFolder: string;
  /** Of the socket, mode 0700; short, since a socket's path has 107 bytes at most. */
  socketFolder: string;
  /** Where the binaries are copied to when the server's user cannot reach the package. */
  stageFolder: string;
  /** File with the database user's password, mode 0600; made at the first start. */
  passwordFile: string;
  uid: number;
}

/** How to start the server, and how to reach it then. */
export interface PreparedPostgres {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  address: Extract<DatabaseAddress, { socketFolder: string }>;
}

const OWNER = 'tidegate';
const DATABASE = 'postgres';
const INIT_LIMIT_MS = 120_000;

/** Sized for a laptop: people and history are small. Durability is PostgreSQL's own default (fsync, synchronous commit). */
const SETTINGS: Record<string, string> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '40',
  shared_buffers: '16MB',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  max_wal_size: '128MB',
  min_wal_size: '32MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_worker_processes: '1',
  max_parallel_workers: '0',
  autovacuum_max_workers: '1',
  io_method: 'sync',
  jit: 'off',
  huge_pages: 'off',
  log_min_messages: 'warning',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Everything the embedded PostgreSQL needs before it starts: binaries its user can reach, folders, and at the first start a data folder.
 * May be called again at any time; a first start that was killed leaves nothing half made.
 * Throws DB_EMBEDDED_UNSUPPORTED, DB_EMBEDDED_VERSION or DB_EMBEDDED_FAILED with what to do.
 */
export async function preparePostgres(options: PreparePostgresOptions): Promise<PreparedPostgres> {
  const user = await readServerUser(options.uid);
  const isOther = user.uid !== options.uid;
  const binaries = await reachableBinaries(packagedBinaries(), options.stageFolder, isOther);
  const env = { LD_LIBRARY_PATH: path.join(binaries, 'lib'), LC_ALL: 'C', TZ: 'UTC' };
  await ownFolder(options.socketFolder, user);
  const password = await readOrMakePassword(options.passwordFile);
  const major = (await run(path.join(binaries, 'bin', 'postgres'), ['--version'], { env })).stdout.match(/(\d+)/)?.[1] ?? '';
  if (existsSync(path.join(options.dataFolder, 'PG_VERSION'))) await requireVersion(options.dataFolder, major);
  else await initialise(options, { user, binaries, env, password, isOther });
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: options.socketFolder }).flatMap(([k, v]) => ['-c', `${k}=${v}`]);
  const [command, ...args] = [...asUser(user, isOther), path.join(binaries, 'bin', 'postgres'), '-D', options.dataFolder, ...settings] as [string, ...string[]];
  return { command, args, env, address: embeddedAddress(options) };
}

/** How the embedded database is reached, also before it runs. */
export const embeddedAddress = ({ socketFolder, passwordFile }: Pick<PreparePostgresOptions, 'socketFolder' | 'passwordFile'>): PreparedPostgres['address'] => ({
  socketFolder,
  user: OWNER,
  passwordFile,
  database: DATABASE,
});

/** setpriv is part of every Debian: it drops root's rights, and has the kernel end the server (fast shutdown) when its parent is killed. */
function asUser(user: ServerUser, isOther: boolean): string[] {
  const setpriv = '/usr/bin/setpriv';
  if (!existsSync(setpriv)) {
    if (!isOther) return [];
    throw new TidegateError(codes.DB_EMBEDDED_UNSUPPORTED, 'The embedded PostgreSQL must not run as root, and setpriv, which changes the user, is missing.', {
      remedy: 'Install util-linux, or run Tidegate as an ordinary user, or set DATABASE_URL.',
    });
  }
  const change = isOther ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--no-new-privs'] : [];
  return [setpriv, ...change, '--pdeathsig', 'INT', '--'];
}

async function ownFolder(folder: string, user: ServerUser): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await chown(folder, user.uid, user.gid);
}

async function readOrMakePassword(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept.trim() !== '') return kept.trim();
  const password = randomBytes(24).toString('base64url');
  const half = `${file}.${process.pid}.tmp`;
  await writeFile(half, `${password}\n`, { mode: 0o600 });
  await rename(half, file);
  return password;
}

async function requireVersion(dataFolder: string, major: string): Promise<void> {
  const found = (await readFile(path.join(dataFolder, 'PG_VERSION'), 'utf8')).trim();
  if (found === major) return;
  throw new TidegateError(codes.DB_EMBEDDED_VERSION, `The data in ${dataFolder} was written by PostgreSQL ${found}; this Tidegate has ${major}.`, {
    remedy: 'Make a backup with the Tidegate that wrote it (tidegate backup FILE), move the folder away, start, and restore (tidegate restore FILE).',
  });
}

interface Initialisation {
  user: ServerUser;
  binaries: string;
  env: Record<string, string>;
  password: string;
  isOther: boolean;
}

/** initdb into a folder beside, renamed when whole. */
async function initialise({ dataFolder }: PreparePostgresOptions, { user, binaries, env, password, isOther }: Initialisation): Promise<void> {
  const half = `${dataFolder}.new`;
  const passwordFile = path.join(half, '..', `.initdb-${process.pid}`);
  await rm(half, { recursive: true, force: true });
  try {
    await ownFolder(half, user);
    await writeFile(passwordFile, password, { mode: 0o600 });
    await chown(passwordFile, user.uid, user.gid);
    const initdb = [path.join(binaries, 'bin', 'initdb'), '-D', half, '-U', OWNER, '--pwfile', passwordFile, '--auth=scram-sha-256'];
    const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions'];
    const [command, ...args] = [...asUser(user, isOther), ...initdb, ...locale] as [string, ...string[]];
    await run(command, args, { env, timeout: INIT_LIMIT_MS });
    await rename(half, dataFolder);
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').slice(-2).join(' ') : '';
    throw new TidegateError(codes.DB_EMBEDDED_FAILED, `The embedded PostgreSQL could not be set up in ${dataFolder}. ${words}`.trim(), {
      remedy: `Check free space and rights of ${path.dirname(dataFolder)}, then start again: nothing was kept.`,
      cause: error,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
}
