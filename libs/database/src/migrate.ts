import { createHash, randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { TidegateError } from '@tidegate/kernel';
import type { ClientBase } from 'pg';
import { codes } from './errors.js';

/** The lock of Prisma's own command line, so that it and several starting processes wait for one another. */
const MIGRATION_LOCK = 72_707_369;
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" TIMESTAMPTZ, "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT, "rolled_back_at" TIMESTAMPTZ, "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(), "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`;

export interface Migration {
  name: string;
  sql: string;
  /** sha256 of the text, as Prisma keeps it. */
  checksum: string;
}

/** What Prisma's table knows of one migration. */
export interface RecordedMigration {
  name: string;
  finished: boolean;
}

/** Folders `NNNN_name/migration.sql`, in order. */
export async function readMigrations(folder = MIGRATIONS_FOLDER): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((e) => e.isDirectory()).map((e) => e.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** Which migrations are to be applied. Throws DB_NEWER for a database that knows more than this program. */
export function plannedMigrations(known: readonly Migration[], recorded: readonly RecordedMigration[]): Migration[] {
  const stranger = recorded.find((r) => r.finished && !known.some((m) => m.name === r.name));
  if (stranger) {
    throw new TidegateError(codes.DB_NEWER, `The database has the change "${stranger.name}", which this Tidegate does not know.`, {
      remedy: 'Run the version of Tidegate that made it, or a newer one. Nothing was changed.',
    });
  }
  return known.filter((m) => !recorded.some((r) => r.finished && r.name === m.name));
}

/**
 * Brings the schema up to date, in one transaction per migration, under an advisory lock; Prisma's bookkeeping stays right. Returns the names applied.
 * Throws DB_MIGRATION_FAILED with the migration's name; what came before it stays.
 */
export async function migrate(db: ClientBase, migrations: readonly Migration[]): Promise<string[]> {
  await db.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  try {
    await db.query(BOOKKEEPING);
    const { rows } = await db.query<RecordedMigration>(
      'SELECT migration_name AS name, finished_at IS NOT NULL AS finished FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
    );
    const planned = plannedMigrations(migrations, rows);
    for (const migration of planned) await apply(db, migration);
    return planned.map((m) => m.name);
  } finally {
    await db.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  }
}

async function apply(db: ClientBase, { name, sql, checksum }: Migration): Promise<void> {
  await db.query('BEGIN');
  try {
    await db.query(sql);
    await db.query(
      'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)',
      [randomUUID(), checksum, name],
    );
    await db.query('COMMIT');
  } catch (error) {
    await db.query('ROLLBACK');
    throw new TidegateError(codes.DB_MIGRATION_FAILED, `The change "${name}" of the database could not be applied; the database is as it was before.`, {
      remedy: 'See the log for the reason. The database user needs the right to create tables in its database.',
      cause: error,
    });
  }
}
