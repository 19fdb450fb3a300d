import { TidegateError } from '@tidegate/kernel';
import { z } from 'zod';
import { codes } from './errors.js';

const Names = z.record(z.string(), z.string()).optional();
const Entry = z.looseObject({
  version: z.string().optional(),
  license: z.string().optional(),
  integrity: z.string().optional(),
  /** Of a link: the workspace's folder. */
  resolved: z.string().optional(),
  link: z.boolean().optional(),
  dependencies: Names,
  optionalDependencies: Names,
  peerDependencies: Names,
  peerDependenciesMeta: z.record(z.string(), z.looseObject({ optional: z.boolean().optional() })).optional(),
  os: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
});
/** The part of npm's package-lock.json (lockfileVersion 3) that is read here. */
export const LockFile = z.looseObject({ packages: z.record(z.string(), Entry) });
export type LockFile = z.infer<typeof LockFile>;
export type LockEntry = z.infer<typeof Entry>;

export interface Closure {
  /** Folders of workspaces, sorted. */
  workspaces: string[];
  /** Folders below node_modules, sorted. */
  packages: string[];
}

/**
 * What `roots` (folders of workspaces) need when they run on `platform`: Node's own look-up, over the lock file. Development dependencies
 * and optional peers are left out. Throws IMG_DEPENDENCY_MISSING when the lock file is not whole.
 */
export function productionClosure(lock: LockFile, roots: readonly string[], platform: { os: string; cpu: string }): Closure {
  const seen = new Set<string>();
  const waiting = [...roots];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const entry = lock.packages[folder];
    if (!entry || seen.has(folder)) continue;
    if (entry.link && entry.resolved !== undefined) {
      waiting.push(entry.resolved);
      continue;
    }
    seen.add(folder);
    for (const { name, optional } of needsOf(entry)) {
      const found = lookUp(lock, folder, name);
      if (found !== undefined && runsOn(lock.packages[found], platform)) waiting.push(found);
      else if (!optional) {
        throw new TidegateError(codes.IMG_DEPENDENCY_MISSING, `${folder} needs ${name}, which the lock file does not hold.`, {
          remedy: 'Run npm install, which completes package-lock.json.',
        });
      }
    }
  }
  const sorted = [...seen].sort();
  return {
    workspaces: sorted.filter((f) => !f.includes('node_modules/')),
    packages: sorted.filter((f) => f.includes('node_modules/')),
  };
}

function needsOf(entry: LockEntry): { name: string; optional: boolean }[] {
  const peers = Object.keys(entry.peerDependencies ?? {}).filter((name) => !entry.peerDependenciesMeta?.[name]?.optional);
  const optional = new Set(Object.keys(entry.optionalDependencies ?? {}));
  return [...Object.keys(entry.dependencies ?? {}), ...peers, ...optional].map((name) => ({ name, optional: optional.has(name) }));
}

/** `node_modules/NAME` of the folder itself, then of each folder above it. */
function lookUp(lock: LockFile, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock.packages[candidate]) return candidate;
    if (folder === '') return undefined;
  }
}

function runsOn(entry: LockEntry | undefined, platform: { os: string; cpu: string }): boolean {
  const allows = (list: string[] | undefined, value: string): boolean =>
    list === undefined || (!list.includes(`!${value}`) && (list.every((v) => v.startsWith('!')) || list.includes(value)));
  return allows(entry?.os, platform.os) && allows(entry?.cpu, platform.cpu);
}
