import { existsSync } from 'node:fs';
import path from 'node:path';
import { type BackupSummary, type DatabaseAddress, backUp, restore } from '@tidegate/database';
import { embeddedAddress } from '@tidegate/database/embedded';
import { TidegateError } from '@tidegate/kernel';
import { type CommandContext, readOptions, usage } from '../commands/run-command.js';
import { codes } from '../errors.js';

/** `tidegate backup FILE`: people and history, as they are at one moment; what Kubernetes holds is in its own store. */
export async function backupCommand(context: CommandContext): Promise<number> {
  const file = fileOf(context, 'backup');
  if (existsSync(file)) throw new TidegateError(codes.CLI_FILE_EXISTS, `${file} exists.`, { remedy: 'Give another name, or move it away.' });
  say(context, await withDatabase(context, (address) => backUp(address, file, new Date())), `Backup in ${file} (keep it secret: it has password hashes)`);
  return 0;
}

/** `tidegate restore FILE`: into an instance that has no people yet. */
export async function restoreCommand(context: CommandContext): Promise<number> {
  const file = fileOf(context, 'restore');
  say(context, await withDatabase(context, (address) => restore(address, file)), `Restored ${file}`);
  return 0;
}

function fileOf(context: CommandContext, command: string): string {
  const { positionals } = readOptions(context.argv, {});
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw usage(`${command} needs one file.`);
  return path.resolve(file);
}

async function withDatabase(context: CommandContext, work: (address: DatabaseAddress) => Promise<BackupSummary>): Promise<BackupSummary> {
  const url = process.env['DATABASE_URL'];
  const { socket, passwordFile } = context.paths.database;
  try {
    return await work(url ? { url } : embeddedAddress({ socketFolder: socket, passwordFile }));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!['ENOENT', 'ECONNREFUSED', 'ENOTFOUND', '57P03', 'EACCES'].includes(code)) throw error;
    throw new TidegateError(codes.CLI_NOT_RUNNING, 'The database does not answer.', { remedy: 'Start the platform ("tidegate up --detach"), or set DATABASE_URL.', cause: error });
  }
}

function say(context: CommandContext, { rows }: BackupSummary, title: string): void {
  const words = Object.entries(rows).flatMap(([table, n]) => (n === 0 ? [] : [`${n} ${table.replaceAll('_', ' ')}`]));
  context.out(`${title}: ${words.length === 0 ? 'nothing in it' : words.join(', ')}.`);
}
