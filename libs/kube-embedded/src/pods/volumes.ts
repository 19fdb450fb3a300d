import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import type { Pod } from '@tidegate/kube';
import type { References } from './container-environment.js';
import { codes } from './errors.js';
import { podField, resourceField } from './pod-fields.js';

type Volume = NonNullable<NonNullable<Pod['spec']>['volumes']>[number];
type Projection = NonNullable<NonNullable<Volume['projected']>['sources']>[number];
type Files = Map<string, { bytes: Buffer; mode: number }>;

export interface VolumeContext {
  pod: Pod;
  /** Folder under which each volume gets its own. */
  dir: string;
  uid?: number;
  podIP: string;
  hostIP: string;
  references: References;
}

/** Bytes that the files of one volume may have together: Kubernetes bounds each source to 1 MiB. */
const MAX_FILES_BYTES = 8 * 2 ** 20;
const DATA_LINK = '..data';
const DEFAULT_TOKEN_S = 3600;

/** Makes or refreshes one volume; returns its folder. Throws POD_CONFIG_INVALID, POD_VOLUME_PENDING or POD_VOLUME_UNSUPPORTED with a sentence for the pod's event. */
export async function provideVolume(volume: Volume, context: VolumeContext): Promise<string> {
  const dir = path.join(context.dir, volume.name);
  if (volume.hostPath) return volume.hostPath.path;
  if (volume.persistentVolumeClaim) return context.references.claimFolder(volume.persistentVolumeClaim.claimName);
  if (volume.emptyDir) {
    podFolder(dir, context.uid);
    return dir;
  }
  nodeFolder(dir, context.uid);
  const files = await volumeFiles(volume, context);
  swapFiles(dir, files, context.uid);
  return dir;
}

/** Volumes whose files follow their objects. */
export function followsObjects(volume: Volume): boolean {
  return Boolean(volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI);
}

async function volumeFiles(volume: Volume, context: VolumeContext): Promise<Files> {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return configMapFiles(configMap.name ?? '', configMap.items, configMap.optional, configMap.defaultMode, context);
  if (secret) return secretFiles(secret.secretName ?? '', secret.items, secret.optional, secret.defaultMode, context);
  if (downwardAPI) return downwardFiles(downwardAPI.items, downwardAPI.defaultMode, context);
  if (projected) {
    const all: Files = new Map();
    for (const source of projected.sources ?? [])
      for (const [name, file] of await projectedFiles(source, projected.defaultMode, context)) all.set(name, file);
    return all;
  }
  const sort = Object.keys(volume).find((k) => k !== 'name') ?? 'no source';
  throw new TidegateError(
    codes.POD_VOLUME_UNSUPPORTED,
    `volume "${volume.name}" is of the sort ${sort}, which a pod that is a local process cannot have`,
    {
      remedy: 'Use emptyDir, persistentVolumeClaim, configMap, secret, downwardAPI, projected or hostPath.',
    },
  );
}

async function projectedFiles(source: Projection, mode: number | undefined, context: VolumeContext): Promise<Files> {
  if (source.configMap)
    return configMapFiles(source.configMap.name ?? '', source.configMap.items, source.configMap.optional, mode, context);
  if (source.secret) return secretFiles(source.secret.name ?? '', source.secret.items, source.secret.optional, mode, context);
  if (source.downwardAPI) return downwardFiles(source.downwardAPI.items, mode, context);
  if (source.serviceAccountToken) {
    const { audience, expirationSeconds = DEFAULT_TOKEN_S, path: name } = source.serviceAccountToken;
    const bytes = Buffer.from(await context.references.token(audience, expirationSeconds), 'utf8');
    // As a kubelet does for a user of the pod's own: nobody else may read it.
    return new Map([[name, { bytes, mode: 0o600 }]]);
  }
  return new Map();
}

type Items = { key: string; path: string; mode?: number }[] | undefined;

async function configMapFiles(
  name: string,
  items: Items,
  optional: boolean | undefined,
  mode: number | undefined,
  context: VolumeContext,
): Promise<Files> {
  const found = await context.references.configMap(name);
  if (!found && !optional) throw missing(`configmap "${name}" not found`);
  const content = new Map<string, Buffer>();
  for (const [key, text] of Object.entries(found?.data ?? {})) content.set(key, Buffer.from(text, 'utf8'));
  for (const [key, base64] of Object.entries(found?.binaryData ?? {})) content.set(key, Buffer.from(base64, 'base64'));
  return pick(content, items, optional ?? false, mode, `configmap "${name}"`);
}

async function secretFiles(
  name: string,
  items: Items,
  optional: boolean | undefined,
  mode: number | undefined,
  context: VolumeContext,
): Promise<Files> {
  const found = await context.references.secret(name);
  if (!found && !optional) throw missing(`secret "${name}" not found`);
  const content = new Map(Object.entries(found?.data ?? {}).map(([key, base64]) => [key, Buffer.from(base64, 'base64')]));
  return pick(content, items, optional ?? false, mode, `secret "${name}"`);
}

type DownwardItems = NonNullable<Volume['downwardAPI']>['items'];

function downwardFiles(items: DownwardItems, mode: number | undefined, context: VolumeContext): Files {
  const files: Files = new Map();
  for (const item of items ?? []) {
    const container = context.pod.spec?.containers[0];
    const text = item.fieldRef
      ? podField(context.pod, item.fieldRef.fieldPath, context)
      : item.resourceFieldRef && container
        ? resourceField(context.pod, container, item.resourceFieldRef)
        : '';
    files.set(item.path, { bytes: Buffer.from(text, 'utf8'), mode: item.mode ?? mode ?? 0o644 });
  }
  return files;
}

function pick(content: Map<string, Buffer>, items: Items, optional: boolean, mode = 0o644, what = ''): Files {
  const files: Files = new Map();
  if (!items || items.length === 0) for (const [key, bytes] of content) files.set(key, { bytes, mode });
  for (const item of items ?? []) {
    const bytes = content.get(item.key);
    if (bytes) files.set(item.path, { bytes, mode: item.mode ?? mode });
    else if (!optional) throw missing(`references non-existent config key: ${item.key} (${what})`);
  }
  return files;
}

/**
 * Puts all files in place at one moment, as a kubelet does: they lie in a folder of their own, `..data` points to it, and names in the
 * volume point through `..data`. An unchanged volume is left alone.
 */
function swapFiles(dir: string, files: Files, uid: number | undefined): void {
  let total = 0;
  const hash = createHash('sha256');
  for (const [name, { bytes, mode }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (path.isAbsolute(name) || name.split('/').includes('..')) throw missing(`the path ${name} leaves its volume`);
    total += bytes.length;
    hash.update(`${name}\0${mode}\0${bytes.length}\0`).update(bytes);
  }
  if (total > MAX_FILES_BYTES) throw missing(`the files of volume ${path.basename(dir)} are larger than ${MAX_FILES_BYTES} bytes`);
  const version = `..${hash.digest('hex').slice(0, 20)}`;
  const link = path.join(dir, DATA_LINK);
  if (lstatSync(link, { throwIfNoEntry: false }) && readlinkSync(link) === version) return;
  const folder = path.join(dir, version);
  rmSync(folder, { recursive: true, force: true });
  nodeFolder(folder, uid);
  for (const [name, { bytes, mode }] of files) {
    const file = path.join(folder, name);
    let parent = folder;
    for (const part of name.split('/').slice(0, -1)) nodeFolder((parent = path.join(parent, part)), uid);
    writeFileSync(file, bytes);
    chmodSync(file, mode & 0o777);
    if (uid !== undefined) chownSync(file, uid, uid);
  }
  const temporary = path.join(dir, '..data_tmp');
  rmSync(temporary, { force: true });
  symlinkSync(version, temporary);
  renameSync(temporary, link);
  showNames(dir, files, version);
}

function showNames(dir: string, files: Files, version: string): void {
  const wanted = new Set([...files.keys()].map((name) => name.split('/')[0] ?? name));
  for (const name of wanted) {
    const link = path.join(dir, name);
    if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(path.join(DATA_LINK, name), link);
  }
  for (const name of readdirSync(dir)) {
    if (name === DATA_LINK || name === version || wanted.has(name)) continue;
    rmSync(path.join(dir, name), { recursive: true, force: true });
  }
}

/** A folder that the pod may write. Its parent is the node's, so that nothing can be put in its place meanwhile. */
export function podFolder(dir: string, uid: number | undefined): void {
  if (existsSync(dir)) return;
  mkdirSync(dir, { mode: 0o755 });
  if (uid !== undefined) chownSync(dir, uid, uid);
}

/**
 * A folder that the pod's user may pass and read, but where only the node writes: as root the node would otherwise change owners and
 * remove files behind links that a pod has put there.
 */
export function nodeFolder(dir: string, uid: number | undefined): void {
  if (existsSync(dir)) return;
  mkdirSync(dir, { mode: uid === undefined ? 0o700 : 0o750 });
  if (uid !== undefined) chownSync(dir, 0, uid);
}

function missing(sentence: string): TidegateError {
  return new TidegateError(codes.POD_CONFIG_INVALID, sentence, { remedy: 'Create it; the container starts then by itself.' });
}
