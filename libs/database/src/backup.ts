import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { TidegateError } from '@tidegate/kernel';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { z } from 'zod';
import { codes } from './errors.js';
import { migrate, readMigrations } from './migrate.js';
import { type DatabaseAddress, poolConfig } from './open-database.js';

/**
 * A backup is gzip of lines: a header, then for each table a line that names it, its rows as PostgreSQL's COPY text, and `\.`; at last `end`.
 * All of it is one snapshot of the database. Rows keep their order of tables so that references hold while restoring.
 */
const Header = z.strictObject({ tidegateBackup: z.literal(1), at: z.string(), migrations: z.array(z.string()) });
const Section = z.strictObject({ table: z.string(), columns: z.array(z.string()) });
const END_OF_ROWS = '\\.';
const END = '{"end":true}';

/** Referenced tables first. */
const TABLES = [
  'accounts',
  'groups',
  'memberships',
  'provider_identities',
  'sessions',
  'tokens',
  'login_failures',
  'audit_entries',
  'release_records',
] as const;

export interface BackupSummary {
  rows: Record<string, number>;
}

/** Writes a consistent snapshot to `file` (mode 0600), whole or not at all; Tidegate may run meanwhile. */
export async function backUp(address: DatabaseAddress, file: string, now: Date): Promise<BackupSummary> {
  const half = `${file}.${process.pid}.tmp`;
  const client = new pg.Client(poolConfig(address));
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<{ name: string }>('SELECT migration_name AS name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL ORDER BY 1');
    const gzip = createGzip();
    const written = pipeline(gzip, createWriteStream(half, { mode: 0o600 }));
    const header: z.infer<typeof Header> = { tidegateBackup: 1, at: now.toISOString(), migrations: rows.map((r) => r.name) };
    gzip.write(`${JSON.stringify(header)}\n`);
    const summary: BackupSummary = { rows: {} };
    for (const table of TABLES) summary.rows[table] = await writeTable(client, table, gzip);
    gzip.end(`${END}\n`);
    await written;
    await rename(half, file);
    return summary;
  } finally {
    await client.end();
    await rm(half, { force: true });
  }
}

async function columnsOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum',
    [table],
  );
  return rows.map((r) => r.name);
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function writeTable(client: pg.Client, table: string, out: Writable): Promise<number> {
  const columns = await columnsOf(client, table);
  out.write(`${JSON.stringify({ table, columns } satisfies z.infer<typeof Section>)}\n`);
  const copy = client.query(copyTo(`COPY ${quoted(table)} (${columns.map(quoted).join(', ')}) TO STDOUT`));
  for await (const chunk of copy) if (!out.write(chunk)) await once(out, 'drain');
  out.write(`${END_OF_ROWS}\n`);
  return copy.rowCount ?? 0;
}

/**
 * Restores a backup into an empty database, in one transaction. A backup of an older schema is brought up to date afterwards.
 * Throws DB_BACKUP_UNREADABLE, DB_BACKUP_MISFIT or DB_RESTORE_NOT_EMPTY; nothing is changed then.
 */
export async function restore(address: DatabaseAddress, file: string): Promise<BackupSummary> {
  const reader = linesOf(file);
  const client = new pg.Client(poolConfig(address));
  await client.connect();
  try {
    const header = parsed(Header, await nextLine(reader, file), file);
    const known = await readMigrations();
    if (header.migrations.some((name) => !known.some((m) => m.name === name))) {
      throw new TidegateError(codes.DB_BACKUP_MISFIT, `${file} was made by a newer Tidegate.`, { remedy: 'Restore it with that version or a newer one.' });
    }
    await migrate(client, known.filter((m) => header.migrations.includes(m.name)));
    await requireEmpty(client);
    await client.query('BEGIN');
    const summary = await restoreTables(client, reader, file);
    await client.query(`SELECT setval(pg_get_serial_sequence('audit_entries', 'id'), greatest((SELECT max(id) FROM audit_entries), 1))`);
    await client.query('COMMIT');
    await migrate(client, known);
    return summary;
  } finally {
    await reader.return(undefined);
    await client.end();
  }
}

async function requireEmpty(client: pg.Client): Promise<void> {
  for (const table of TABLES) {
    const { rowCount } = await client.query(`SELECT 1 FROM ${quoted(table)} LIMIT 1`);
    if (rowCount === 0) continue;
    throw new TidegateError(codes.DB_RESTORE_NOT_EMPTY, `The database is not empty: it has rows in ${table}.`, {
      remedy: 'Restore into a new instance (tidegate up --data NEW --empty, then tidegate restore FILE --data NEW) or an empty database.',
    });
  }
}

type Lines = AsyncGenerator<string, undefined>;

/** Rejects where the file cannot be read or unpacked. */
async function* linesOf(file: string): Lines {
  const text = createGunzip();
  // A failure of either half reaches the loop as the error of `text`.
  pipeline(createReadStream(file), text).catch(() => undefined);
  text.setEncoding('utf8');
  let rest = '';
  for await (const chunk of text as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  return undefined;
}

async function nextLine(reader: Lines, file: string): Promise<string> {
  const next = await reader.next().catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  if (next.done === true) throw unreadable(file, undefined);
  return next.value;
}

const unreadable = (file: string, cause: unknown): TidegateError =>
  new TidegateError(codes.DB_BACKUP_UNREADABLE, `${file} is not a backup of Tidegate, or is not whole.`, {
    remedy: 'Give a file that tidegate backup wrote. The database is as it was before.',
    cause,
  });

function parsed<T>(schema: z.ZodType<T>, line: string, file: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function restoreTables(client: pg.Client, reader: Lines, file: string): Promise<BackupSummary> {
  const summary: BackupSummary = { rows: {} };
  for (let line = await nextLine(reader, file); line !== END; line = await nextLine(reader, file)) {
    const { table, columns } = parsed(Section, line, file);
    if (!TABLES.some((t) => t === table)) throw unreadable(file, new Error(`a table ${JSON.stringify(table)}`));
    const copy = client.query(copyFrom(`COPY ${quoted(table)} (${columns.map(quoted).join(', ')}) FROM STDIN`));
    const done = finished(copy as Writable | Readable);
    let rows = 0;
    for (let row = await nextLine(reader, file); row !== END_OF_ROWS; row = await nextLine(reader, file)) {
      rows += 1;
      if (!copy.write(`${row}\n`)) await once(copy, 'drain');
    }
    copy.end();
    await done;
    summary.rows[table] = rows;
  }
  return summary;
}
