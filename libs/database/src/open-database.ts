import { readFile } from 'node:fs/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import { type Logger, TidegateError, backoffMs, causeChain, pause } from '@tidegate/kernel';
import pg from 'pg';
import { codes } from './errors.js';
import { PrismaClient } from './generated/client.js';
import { migrate, readMigrations } from './migrate.js';

/** Where the database is: a URL (`postgresql://user:password@host:5432/name?sslmode=verify-full`), or the embedded one's socket. */
export type DatabaseAddress = { url: string } | { socketFolder: string; user: string; passwordFile: string; database: string };

export interface Database {
  prisma: PrismaClient;
  /** Whether the last statement that Tidegate sent as a check was answered. */
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  log: Logger;
  /** Most connections of this process; default 8. */
  connections?: number;
  signal?: AbortSignal;
}

const CONNECT_LIMIT_MS = 5_000;
const RETRY = { baseMs: 100, maxMs: 5_000, jitter: 0.2 };

export const poolConfig = (address: DatabaseAddress): pg.PoolConfig =>
  'url' in address
    ? { connectionString: address.url }
    : {
        host: address.socketFolder,
        user: address.user,
        // Asked at each connection: the file may be made after this process has started.
        password: async () => (await readFile(address.passwordFile, 'utf8')).trim(),
        database: address.database,
      };

/**
 * Waits until the database answers (for as long as `signal` allows), brings its schema up to date and opens it.
 * Throws DB_MIGRATION_FAILED or DB_NEWER at once, DB_UNREACHABLE when aborted. The URL and its password reach no log.
 */
export async function openDatabase(address: DatabaseAddress, options: OpenDatabaseOptions): Promise<Database> {
  const config = { ...poolConfig(address), connectionTimeoutMillis: CONNECT_LIMIT_MS, max: options.connections ?? 8 };
  const applied = await migrateOnceReachable(config, options);
  if (applied.length > 0) options.log.info({ migrations: applied }, 'the database schema is brought up to date');
  const pool = new pg.Pool(config);
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => options.log.warn({ err: causeChain(error) }, 'an idle connection to the database broke'));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    prisma,
    isReachable: () =>
      pool.query('SELECT 1').then(
        () => true,
        () => false,
      ),
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

async function migrateOnceReachable(config: pg.PoolConfig, { log, signal }: OpenDatabaseOptions): Promise<string[]> {
  const migrations = await readMigrations();
  for (let attempt = 0; ; attempt += 1) {
    const client = new pg.Client(config);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await migrate(client, migrations);
    } catch (error) {
      if (error instanceof TidegateError) throw error;
      if (signal?.aborted) throw unreachable(error);
      if (attempt === 5) log.warn({ err: causeChain(error) }, 'the database does not answer yet; people and history wait for it');
    } finally {
      await client.end().catch(() => undefined);
    }
    await pause(backoffMs(attempt, RETRY, Math.random()), signal).catch(() => undefined);
    if (signal?.aborted) throw unreachable(undefined);
  }
}

const unreachable = (cause: unknown): TidegateError =>
  new TidegateError(codes.DB_UNREACHABLE, 'The database does not answer.', {
    remedy: 'Check the address of the database and that PostgreSQL runs.',
    cause,
  });
