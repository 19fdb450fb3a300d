import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { type Volume, type VolumeClaim, isOurs } from '../controllers/volume-kinds.js';
import { codes } from './errors.js';

export interface ClaimPlace {
  name: string;
  claim: VolumeClaim | undefined;
  volume: Volume | undefined;
  /** Folder in which volumes of our own have theirs. */
  dir: string;
  /** As root: the pod's user. */
  uid: number | undefined;
}

/** The folder behind a claim; made when it is one of ours. Throws POD_CONFIG_INVALID, POD_VOLUME_PENDING or POD_VOLUME_UNSUPPORTED. */
export function claimFolder({ name, claim, volume, dir, uid }: ClaimPlace): string {
  if (!claim) throw new TidegateError(codes.POD_CONFIG_INVALID, `persistentvolumeclaim "${name}" not found`, { remedy: 'Create it; the pod starts then by itself.' });
  if (claim.status?.phase !== 'Bound' || !volume)
    throw new TidegateError(codes.POD_VOLUME_PENDING, `persistentvolumeclaim "${name}" is not bound to a volume yet`, { remedy: 'kubectl describe pvc says what it waits for.' });
  if (isOurs(volume)) return ownFolder(path.join(dir, volume.metadata?.name ?? ''), uid);
  const place = volume.spec?.hostPath?.path ?? volume.spec?.local?.path;
  if (place !== undefined) return place;
  throw new TidegateError(codes.POD_VOLUME_UNSUPPORTED, `volume "${volume.metadata?.name}" of persistentvolumeclaim "${name}" is no folder of this machine`, {
    remedy: 'Use a volume of the sort hostPath or local, or the storage class "standard".',
  });
}

/** The parent is the node's alone, so nothing can be put in the folder's place. */
function ownFolder(folder: string, uid: number | undefined): string {
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o750 });
  if (uid !== undefined && lstatSync(folder).uid !== uid) chownSync(folder, uid, uid);
  return folder;
}

const MKDIR = ['/usr/bin/mkdir', '/bin/mkdir'].find((file) => existsSync(file));
const LIMIT_MS = 5000;

/** Makes a folder inside a volume that pods write, as their own user: what they have put there leads nobody else astray. */
export function makeInside(folder: string, uid: number | undefined): void {
  if (existsSync(folder) || MKDIR === undefined) return;
  spawnSync(MKDIR, ['-p', '--', folder], { env: {}, timeout: LIMIT_MS, ...(uid === undefined ? {} : { uid, gid: uid }) });
}
