import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pause } from '@tidegate/kernel';

const run = promisify(execFile);

/** A process as it can be recognised after our own death: a pid is reused, a pid with its start time is not. */
export interface ProcessRecord {
  pid: number;
  startedAt: string;
}

/** When the process started, in the system's own words; undefined when there is none with this pid. */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    try {
      // Field 22 of /proc/<pid>/stat, counted behind the name, which may contain spaces and parentheses (proc(5)).
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  return run('ps', ['-o', 'lstart=', '-p', String(pid)]).then(
    ({ stdout }) => stdout.trim() || undefined,
    () => undefined,
  );
}

export async function writeRecord(file: string, pid: number): Promise<void> {
  const startedAt = await startTimeOf(pid);
  if (startedAt !== undefined) await writeFile(file, JSON.stringify({ pid, startedAt }), { mode: 0o600 });
}

/** Ends the process that the record names, if it is still the same one, and forgets the record. True when there was one to end. */
export async function endRecorded(file: string, graceMs: number): Promise<boolean> {
  const record = await readFile(file, 'utf8').then(toRecord, () => undefined);
  await rm(file, { force: true });
  if (!record || (await startTimeOf(record.pid)) !== record.startedAt) return false;
  const isThere = async (): Promise<boolean> => (await startTimeOf(record.pid)) === record.startedAt;
  signal(record.pid, 'SIGTERM');
  for (let waited = 0; waited < graceMs && (await isThere()); waited += 20) await pause(20);
  if (await isThere()) signal(record.pid, 'SIGKILL');
  for (let waited = 0; waited < 2000 && (await isThere()); waited += 20) await pause(20);
  return true;
}

function toRecord(text: string): ProcessRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return undefined;
    const { pid, startedAt } = value;
    return typeof pid === 'number' && pid > 1 && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}
