import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { codes } from '../errors.js';
import type { InstancePaths } from './paths.js';

/** Raised when the layout of the data folder changes in a way that an older or newer Tidegate cannot read. */
export const DATA_FORMAT = 1;

/** Makes the folders with their rights. Throws CLI_DATA_FOLDER or CLI_DATA_VERSION; changes nothing in a folder it refuses. */
export function openDataFolder(paths: InstancePaths, uid: number): void {
  try {
    mkdirSync(paths.data, { recursive: true, mode: 0o755 });
    refuseOtherFormat(paths);
    for (const [folder, mode] of [
      [paths.private, 0o700],
      [paths.public, 0o755],
      [paths.logs, 0o700],
      [paths.run, 0o700],
    ] as const) {
      mkdirSync(folder, { recursive: true, mode });
      const found = lstatSync(folder);
      if (!found.isDirectory() || found.uid !== uid) {
        throw new TidegateError(codes.CLI_DATA_FOLDER, `${folder} belongs to somebody else.`, {
          remedy: 'Choose another folder with --data DIR.',
        });
      }
      chmodSync(folder, mode);
    }
    if (uid === 0) openForPods(paths.data);
    writeFileSync(path.join(paths.data, 'format'), `${DATA_FORMAT}\n`);
  } catch (error) {
    if (error instanceof TidegateError) throw error;
    throw new TidegateError(codes.CLI_DATA_FOLDER, `The data folder ${paths.data} cannot be used: ${(error as Error).message}.`, {
      remedy: 'Free disk space, mend its rights, or choose another folder with --data DIR.',
      cause: error,
    });
  }
}

const OTHERS_MAY_ENTER = 0o001;

/** As root, pods run as users of their own and must be able to reach the public half; the folders above are not ours to open. */
function openForPods(data: string): void {
  const mode = lstatSync(data).mode & 0o777;
  chmodSync(data, mode | 0o011);
  for (let at = path.dirname(data); ; at = path.dirname(at)) {
    if ((statSync(at).mode & OTHERS_MAY_ENTER) === 0) {
      throw new TidegateError(codes.CLI_DATA_FOLDER, `As root, pods run as users of their own, and ${at} is closed to them.`, {
        remedy: `Choose a data folder elsewhere (the default is /var/lib/tidegate), or open it: chmod o+x ${at}`,
      });
    }
    if (at === path.dirname(at)) return;
  }
}

function refuseOtherFormat(paths: InstancePaths): void {
  let text: string;
  try {
    text = readFileSync(path.join(paths.data, 'format'), 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (text === String(DATA_FORMAT)) return;
  throw new TidegateError(
    codes.CLI_DATA_VERSION,
    `The data folder ${paths.data} has format "${text}"; this Tidegate reads and writes format ${DATA_FORMAT}.`,
    {
      remedy: `Use the Tidegate that made it, or start anew with --data DIR. Nothing was changed.`,
    },
  );
}

/** Writes a file whole or not at all. */
export function writeFileAtomically(file: string, text: string, mode = 0o600): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode });
  renameSync(temporary, file);
}
