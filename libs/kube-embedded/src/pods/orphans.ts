import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from '@tidegate/kernel';
import { bootId, environmentOf, processTable, readProcess } from './process-table.js';

export const INSTANCE_VARIABLE = 'TIDEGATE_INSTANCE';
export const POD_VARIABLE = 'TIDEGATE_POD';

/**
 * Remembers the process groups of this instance on disk, so that the next start finds what a crash left behind. A process counts as ours
 * only when its environment carries this instance's random id, or when it is in the session of a recorded process that still has the
 * recorded start time. Pids that were given to somebody else meanwhile pass neither test.
 */
export class ProcessRecords {
  private readonly dir: string;
  private readonly instanceId: string;

  constructor(dir: string, instanceId: string) {
    this.dir = dir;
    this.instanceId = instanceId;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  add(pid: number): void {
    const startTicks = readProcess(pid)?.startTicks;
    if (startTicks === undefined) return;
    writeFileSync(path.join(this.dir, String(pid)), JSON.stringify({ startTicks, boot: bootId() }), { mode: 0o600 });
  }

  remove(pid: number): void {
    rmSync(path.join(this.dir, String(pid)), { force: true });
  }

  /** Ends what is left of an earlier run and forgets its records. Returns how many processes were ended. */
  endOrphans(log: Logger): number {
    const boot = bootId();
    const leaders = new Set<number>();
    for (const name of readdirSync(this.dir)) {
      const pid = Number(name);
      const record = readRecord(path.join(this.dir, name));
      if (record?.boot === boot && readProcess(pid)?.startTicks === record.startTicks) leaders.add(pid);
    }
    let ended = 0;
    for (const { pid, session } of processTable()) {
      if (pid === process.pid || (!leaders.has(session) && environmentOf(pid, INSTANCE_VARIABLE) !== this.instanceId)) continue;
      try {
        process.kill(pid, 'SIGKILL');
        ended++;
      } catch {
        // Ended by itself.
      }
    }
    for (const name of readdirSync(this.dir)) rmSync(path.join(this.dir, name), { force: true });
    if (ended > 0) log.info({ ended }, 'ended processes of pods that an earlier run left behind');
    return ended;
  }
}

function readRecord(file: string): { startTicks: number; boot: string } | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof json !== 'object' || json === null || !('startTicks' in json) || !('boot' in json)) return undefined;
    return { startTicks: Number(json.startTicks), boot: String(json.boot) };
  } catch {
    return undefined;
  }
}

/** Ends every process of one pod that left its group (a daemon that made a session of its own). */
export function endStragglers(podUid: string): void {
  for (const { pid } of processTable()) {
    if (environmentOf(pid, POD_VARIABLE) !== podUid) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Ended by itself.
    }
  }
}
