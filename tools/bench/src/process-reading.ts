import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Resident memory of a process in MB (2^20 bytes), from /proc. */
export function residentMb(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? NaN) / 1024;
}

/** As resident memory, but a page that several processes share is divided among them: these may be added up. */
export function proportionalMb(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kilobytes ?? NaN) / 1024;
}

/** Seconds of processor time (user and system) since the process began. */
export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold spaces: fields are counted from behind it. utime and stime are the 14th and 15th of all.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Process that listens on a TCP port of this machine. */
export function listenerAt(port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1));
  const columns = rows.map((row) => row.trim().split(/\s+/));
  const listening = columns.find((c) => c[1]?.endsWith(suffix) && c[3] === '0A');
  const wanted = `socket:[${listening?.[9]}]`;
  const found = readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && openFiles(entry).includes(wanted));
  if (found === undefined) throw new Error(`No process that may be looked at listens on port ${port}.`);
  return Number(found);
}

function openFiles(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    // It ended meanwhile, or belongs to somebody else.
    return [];
  }
}
