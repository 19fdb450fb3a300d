import {
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import type { Container, Pod } from '@tidegate/kube';
import { DEFAULT_ACCOUNT, TOKEN_PATH, TOKEN_VOLUME_PREFIX } from '../admission/service-account.js';
import { completeRoot } from './container-view.js';

/** Where a container sees a volume: a mount path of its manifest and the folder on this machine. */
export interface Mount {
  volume: string;
  mountPath: string;
  source: string;
  /** Nobody asked for it: it is no reason for a view of its own, and not worth a warning. */
  isIncidental: boolean;
}

export interface RootPlan {
  workingDir: string;
  mounts: readonly Mount[];
  /** As root: the pod's user. */
  uid: number | undefined;
  /** Whether a program may have a view of its own; asked when a mount path needs one. */
  viewsArePossible(): boolean;
}

export interface BuiltRoot {
  /** Mount paths that the program cannot reach under their own name. */
  outside: Mount[];
  /** The program has to start in the view of this root, where its mount paths are. */
  isView: boolean;
}

/** Where the root of a container lies in the container's folder. */
export function rootOf(dir: string): string {
  return path.join(dir, 'root');
}

/**
 * Builds the root of one run in the container's folder: folders of its own, files as hard links to the unpacked image (copies where links
 * are not possible), and each volume as a link at its mount path. The program starts in workingDir inside this root; the rest of the file
 * system is the machine's. A mount path outside workingDir needs a view in which this root is `/`. The root is built where the pod cannot
 * reach it and moved into place, since owners are changed on the way.
 */
export function buildContainerRoot(imageRoot: string, dir: string, plan: RootPlan): BuiltRoot {
  const { workingDir, mounts, uid } = plan;
  removeContainerRoot(dir);
  const root = path.join(workshop(dir), 'root');
  linkTree(imageRoot, root, uid);
  ensureFolders(root, workingDir, uid);
  const unplaced: Mount[] = [];
  const absolute: Mount[] = [];
  // The outer mount first, so that an inner one lands inside it.
  for (const mount of [...mounts].sort((a, b) => a.mountPath.length - b.mountPath.length)) {
    const place = path.join(root, path.resolve('/', workingDir, mount.mountPath));
    ensureFolders(root, path.dirname(path.relative(root, place)), uid);
    if (!lstatSync(path.dirname(place)).isDirectory()) {
      unplaced.push(mount);
      continue;
    }
    rmSync(place, { recursive: true, force: true });
    symlinkSync(mount.source, place);
    if (path.relative(workingDir, path.resolve('/', workingDir, mount.mountPath)).startsWith('..')) absolute.push(mount);
  }
  const isView = absolute.some((mount) => !mount.isIncidental) && plan.viewsArePossible();
  if (isView) completeRoot(root);
  renameSync(root, rootOf(dir));
  return { outside: isView ? unplaced : [...unplaced, ...absolute], isView };
}

/** Takes the root of the last run away from the pod first, then removes it. */
export function removeContainerRoot(dir: string): void {
  const away = path.join(workshop(dir), 'gone');
  if (existsSync(rootOf(dir))) renameSync(rootOf(dir), away);
  rmSync(workshop(dir), { recursive: true, force: true });
}

/** Only the node may enter it. */
function workshop(dir: string): string {
  const folder = path.join(dir, '.workshop');
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  return folder;
}

/** The variable that tells a program where a volume lies, whatever its mount path: TIDEGATE_VOLUME_<NAME>. */
export function volumeVariable(volume: string): string {
  return `TIDEGATE_VOLUME_${volume.toUpperCase().replaceAll('-', '_')}`;
}

/** Mounts of a container whose volumes are there, with subPath applied. */
export function mountsOf(pod: Pod, container: Container, volumes: ReadonlyMap<string, string>): Mount[] {
  const asked = asksForToken(pod);
  return (container.volumeMounts ?? []).flatMap((mount) => {
    const dir = volumes.get(mount.name);
    if (dir === undefined) return [];
    const source = mount.subPath ? path.join(dir, path.join('/', mount.subPath)) : dir;
    const isIncidental = !asked && mount.mountPath === TOKEN_PATH && mount.name.startsWith(TOKEN_VOLUME_PREFIX);
    return [{ volume: mount.name, mountPath: mount.mountPath, source, isIncidental }];
  });
}

/** Every pod is given a token; one with an account of its own, or that says so itself, is going to use it. */
function asksForToken({ spec }: Pod): boolean {
  return spec?.automountServiceAccountToken === true || (spec?.serviceAccountName ?? DEFAULT_ACCOUNT) !== DEFAULT_ACCOUNT;
}

function linkTree(from: string, to: string, uid: number | undefined): void {
  mkdirSync(to, { recursive: true, mode: 0o755 });
  if (uid !== undefined) chownSync(to, uid, uid);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) linkTree(source, target, uid);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    // Another file system, or too many links to one file.
    copyFileSync(source, target);
  }
}

function ensureFolders(root: string, place: string, uid: number | undefined): void {
  let at = root;
  for (const part of place.split('/').filter((p) => p !== '' && p !== '.')) {
    at = path.join(at, part);
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (stat && !stat.isDirectory()) return;
    if (stat) continue;
    mkdirSync(at, { mode: 0o755 });
    if (uid !== undefined) chownSync(at, uid, uid);
  }
}
