import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * A container's own view of the file system, for mount paths that are absolute: its root, and for everything that is not in it a link into
 * the machine's file system, which lies under /.host. It lives in a user and mount namespace of the container's user: nothing of it is
 * done with other rights than the pod has, and nothing outside sees it.
 */
const HOST = '.host';
const TOOLS = { unshare: '/usr/bin/unshare', setpriv: '/usr/bin/setpriv', mount: '/usr/bin/mount', pivot: '/usr/sbin/pivot_root' };
const ENTER = `set -e; root=$1; cwd=$2; shift 2; ${TOOLS.mount} --bind "$root" "$root"; ${TOOLS.pivot} "$root" "$root/${HOST}"; cd "$cwd"; exec "$@"`;

/** The command that runs `argv` inside the view of a completed root. Paths of `cwd` and `argv` are the machine's or the container's. */
export function inView(root: string, cwd: string, argv: readonly string[]): string[] {
  const namespaces = [TOOLS.unshare, '--user', '--map-current-user', '--keep-caps', '--mount', '--propagation', 'private', '--'];
  const withoutRights = [TOOLS.setpriv, '--no-new-privs', '--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all'];
  return [...namespaces, '/bin/sh', '-c', ENTER, 'sh', root, cwd, ...withoutRights, '--pdeathsig=SIGKILL', '--', ...argv];
}

/** Adds to a root what the machine has and it has not. The root stays as it is for its own entries, folders are merged. */
export function completeRoot(root: string): void {
  const fill = (place: string): void => {
    for (const name of readdirSync(path.join('/', place))) {
      const own = path.join(root, place, name);
      const stat = lstatSync(own, { throwIfNoEntry: false });
      if (!stat) symlinkSync(path.join('/', HOST, place, name), own);
      else if (stat.isDirectory() && isFolder(path.join('/', place, name))) fill(path.join(place, name));
    }
  };
  fill('');
  mkdirSync(path.join(root, HOST), { mode: 0o755 });
}

function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}

let possible: boolean | undefined;

/** Whether this machine lets ordinary users make such a view; tried once. */
export function viewsArePossible(): boolean {
  return (possible ??= tryView());
}

function tryView(): boolean {
  if (!Object.values(TOOLS).every((file) => existsSync(file))) return false;
  const root = mkdtempSync(path.join(tmpdir(), 'view-'));
  try {
    completeRoot(root);
    const [file = '', ...args] = inView(root, '/', ['/bin/sh', '-c', 'exit 0']);
    return spawnSync(file, args, { timeout: 5000 }).status === 0;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
