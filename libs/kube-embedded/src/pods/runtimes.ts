import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';

const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * Puts this program's own Node where the pods' users may run it, and returns the PATH for pods. Other users cannot reach a Node under
 * /root or in somebody's home, so root's instance keeps a link or copy in its public folder.
 */
export function prepareRuntimes(dir: string, asRoot: boolean): string {
  const bin = path.join(dir, 'bin');
  mkdirSync(bin, { recursive: true, mode: 0o755 });
  const source = realpathSync(process.execPath);
  const target = asRoot && !reachableByOthers(source) ? provideCopy(dir, source) : source;
  const link = path.join(bin, 'node');
  const temporary = `${link}.${process.pid}`;
  rmSync(temporary, { force: true });
  symlinkSync(target, temporary);
  renameSync(temporary, link);
  return [bin, ...SYSTEM_PATH].join(':');
}

function provideCopy(dir: string, source: string): string {
  const { size, mtimeMs } = statSync(source);
  const name = `node-${process.version}-${size}-${Math.round(mtimeMs)}`;
  const target = path.join(dir, name);
  for (const old of readdirSync(dir)) if (old.startsWith('node-') && old !== name) rmSync(path.join(dir, old), { force: true });
  if (existsSync(target)) return target;
  try {
    linkSync(source, target);
  } catch {
    // Another file system: a copy, whole or not at all.
    const temporary = `${target}.tmp`;
    copyFileSync(source, temporary, constants.COPYFILE_FICLONE);
    chmodSync(temporary, 0o755);
    renameSync(temporary, target);
  }
  return target;
}

/** Whether every folder on the way may be passed by anybody, and the file run by anybody. */
function reachableByOthers(file: string): boolean {
  for (let at = file; ; at = path.dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

/** The file that runs for the first word of a command: a path is taken inside the container's root first, a name is looked up in PATH. */
export function findProgram(word: string, options: { searchPath: string; rootDir: string; cwd: string }): string | undefined {
  if (word.includes('/')) {
    const inside = path.isAbsolute(word) ? path.join(options.rootDir, word) : path.resolve(options.cwd, word);
    return [inside, ...(path.isAbsolute(word) ? [word] : [])].find(isProgram);
  }
  return options.searchPath
    .split(':')
    .map((dir) => path.join(dir, word))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
