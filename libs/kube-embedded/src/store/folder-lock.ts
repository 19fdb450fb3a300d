import { closeSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { codes, isCode } from './errors.js';

/** Node has no flock: the lock is a file that names its holder, and counts only while that very process lives (pid and start time). */
export interface FolderLock {
  release(): void;
}

/** Throws STORE_FOLDER_IN_USE while another process, or another store of this one, holds the folder. */
export function lockFolder(dir: string): FolderLock {
  const path = join(dir, 'lock');
  const mine = `${process.pid} ${startTimeOf(process.pid) ?? ''}`;
  const draft = `${path}.${process.pid}`;
  writeDraft(draft, mine);
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        // link(2) makes the lock appear whole or not at all.
        linkSync(draft, path);
        return { release: () => unlinkIfMine(path, mine) };
      } catch (error) {
        if (!isCode(error, 'EEXIST')) throw error;
        removeIfStale(path, dir);
      }
    }
  } finally {
    unlinkSync(draft);
  }
  throw inUse(dir, 'another process');
}

function writeDraft(draft: string, text: string): void {
  const fd = openSync(draft, 'w', 0o600);
  writeSync(fd, text);
  fsyncSync(fd);
  closeSync(fd);
}

function removeIfStale(path: string, dir: string): void {
  const holder = read(path);
  if (holder === undefined) return;
  const [pid = '', started = ''] = holder.split(' ');
  if (isAlive(Number(pid), started)) throw inUse(dir, `process ${pid}`);
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

function isAlive(pid: number, started: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!isCode(error, 'EPERM')) return false;
  }
  const now = startTimeOf(pid);
  return now === undefined || started === '' || now === started;
}

/** Clock ticks since boot, field 22 of /proc/PID/stat; a process that ended and waits to be collected (Z) counts as gone. Undefined off Linux. */
function startTimeOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? 'ended' : fields[19];
}

function unlinkIfMine(path: string, mine: string): void {
  if (read(path) === mine) unlinkSync(path);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function inUse(dir: string, holder: string): TidegateError {
  return new TidegateError(codes.STORE_FOLDER_IN_USE, `The data folder ${dir} is in use by ${holder}.`, {
    remedy: 'Stop that instance first (tidegate down), or give this one another folder with --data DIR.',
  });
}
