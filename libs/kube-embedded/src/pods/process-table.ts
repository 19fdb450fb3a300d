import { readFileSync, readdirSync } from 'node:fs';

/** One process as /proc shows it. */
export interface ProcessRow {
  pid: number;
  session: number;
  /** Clock ticks since boot; with the pid it names a process for good. */
  startTicks: number;
  cpuTicks: number;
  /** Memory that is the process's own, without what it shares with others of the same program. */
  ownBytes: number;
}

const PAGE_BYTES = 4096;
/** USER_HZ, the unit of /proc/<pid>/stat; 100 on every Linux that Node runs on. */
export const TICKS_PER_SECOND = 100;

/** Every process that is there now. One that ends meanwhile is left out. */
export function processTable(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
}

export function readProcess(pid: number): ProcessRow | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const memory = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return parseProcess(pid, stat, memory);
  } catch {
    return undefined;
  }
}

/** The second column is the program's name in parentheses and may hold anything; the rest is counted from the last parenthesis (proc(5)). */
export function parseProcess(pid: number, stat: string, memory: string[]): ProcessRow {
  const columns = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const column = (n: number): number => Number(columns[n - 3] ?? 0);
  return {
    pid,
    session: column(6),
    startTicks: column(22),
    cpuTicks: column(14) + column(15),
    ownBytes: Math.max(0, Number(memory[1] ?? 0) - Number(memory[2] ?? 0)) * PAGE_BYTES,
  };
}

/** Value of a variable in the environment that a process was started with; undefined when it is gone or not ours to read. */
export function environmentOf(pid: number, name: string): string | undefined {
  try {
    const found = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .find((v) => v.startsWith(`${name}=`));
    return found?.slice(name.length + 1);
  } catch {
    return undefined;
  }
}

export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
