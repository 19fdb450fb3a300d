import { readFileSync } from 'node:fs';

/** What /proc says of a process; undefined when it is gone (or a zombie). CPU in clock ticks (1/100 s), memory in bytes. */
export interface ProcessReading {
  startTicks: number;
  cpuTicks: number;
  memoryBytes: number;
}

const PAGE_BYTES = 4096;

export function readProcess(pid: number): ProcessReading | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name may contain spaces and brackets: fields count from behind the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return {
      startTicks: Number(fields[19]),
      cpuTicks: Number(fields[11]) + Number(fields[12]),
      memoryBytes: Number(fields[21]) * PAGE_BYTES,
    };
  } catch {
    return undefined;
  }
}
