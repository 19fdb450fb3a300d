import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { codes } from '../errors.js';
import { writeFileAtomically } from '../instance/folder.js';
import type { InstancePaths } from '../instance/paths.js';
import { readProcess } from './process-table.js';

const lockFile = (paths: InstancePaths): string => path.join(paths.private, 'supervisor.pid');

/** A process is told from a later one with the same number by its start time. */
function processIn(file: string): number | undefined {
  try {
    const [pid, startTicks] = readFileSync(file, 'utf8').trim().split(' ').map(Number);
    return pid !== undefined && readProcess(pid)?.startTicks === startTicks ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** The supervisor of this data folder, if one is alive. */
export function runningSupervisor(paths: InstancePaths): number | undefined {
  return processIn(lockFile(paths));
}

/** Throws CLI_ALREADY_RUNNING. The lock of a supervisor that is gone is taken over. */
export function takeSupervisorLock(paths: InstancePaths): () => void {
  const holder = runningSupervisor(paths);
  if (holder !== undefined) {
    throw new TidegateError(codes.CLI_ALREADY_RUNNING, `Tidegate already runs for ${paths.data} (process ${holder}).`, {
      remedy: 'See it with "tidegate status", end it with "tidegate down", or start a second one with --data DIR.',
    });
  }
  rememberProcess(lockFile(paths), process.pid);
  return () => rmSync(lockFile(paths), { force: true });
}

export function rememberProcess(file: string, pid: number): void {
  writeFileAtomically(file, `${pid} ${readProcess(pid)?.startTicks ?? 0}\n`);
}

/** Ends what an earlier supervisor left behind after it was killed; a reused process number is left alone. */
export function endLeftover(file: string): boolean {
  const pid = processIn(file);
  if (pid === undefined) return false;
  process.kill(pid, 'SIGKILL');
  return true;
}
