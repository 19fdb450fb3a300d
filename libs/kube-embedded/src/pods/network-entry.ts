import { closeSync, fchownSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NSENTER } from '../network/pod-network.js';

/** Where the first program of the pod's user finds its environment; above those that a terminal uses. */
export const ENVIRONMENT_FD = 4;

const SETPRIV = '/usr/bin/setpriv';
const READ_ENVIRONMENT = `. /dev/fd/${ENVIRONMENT_FD}; exec ${ENVIRONMENT_FD}<&-; exec "$@"`;

/** The command, for root without an environment, that runs `argv` as `uid` in a network namespace. */
export function inNetwork(network: string, uid: number, argv: readonly string[]): string[] {
  const asUser = [SETPRIV, `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--no-new-privs', '--pdeathsig=SIGKILL', '--'];
  return [NSENTER, `--net=${network}`, '--', ...asUser, '/bin/sh', '-c', READ_ENVIRONMENT, 'sh', ...argv];
}

/** Text for a shell. A name that no shell takes (with dots or dashes) is left out, as every shell on the way would. */
export function environmentScript(environment: ReadonlyMap<string, string>): string {
  return [...environment]
    .filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join('');
}

/** An open file with the environment that only `uid` may read, and that has no name any more. Close it once the program has started. */
export function environmentFile(environment: ReadonlyMap<string, string>, uid: number): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'environment-'));
  try {
    const file = path.join(folder, 'sh');
    writeFileSync(file, environmentScript(environment), { mode: 0o600 });
    const opened = openSync(file, 'r');
    try {
      fchownSync(opened, uid, uid);
      return opened;
    } catch (error) {
      closeSync(opened);
      throw error;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
