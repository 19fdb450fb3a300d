import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';
import { MAX_LAYER_BYTES, MAX_LAYER_ENTRIES } from './pack-folder.js';
import { type ReadEntry, readTar } from './tar-reader.js';

const WHITEOUT = '.wh.';

/**
 * Unpacks one layer file into `root`. Names that leave the root, go through links or are devices are refused; sizes and counts are bounded.
 * Throws IMAGE_LAYER_INVALID.
 */
export async function unpackLayer(file: string, mediaType: string, digest: string, root: string): Promise<void> {
  verifyDigest(file, digest);
  const plain = mediaType.endsWith('+gzip') ? await gunzip(file, `${root}.tar`) : file;
  const fd = openSync(plain, 'r');
  try {
    let entries = 0;
    let bytes = 0;
    for (const entry of readTar(fd)) {
      entries++;
      bytes += entry.size;
      if (entries > MAX_LAYER_ENTRIES || bytes > MAX_LAYER_BYTES) throw refused('it is larger than an image may be');
      unpackEntry(entry, root);
    }
  } finally {
    closeSync(fd);
    if (plain !== file) rmSync(plain, { force: true });
  }
}

function unpackEntry(entry: ReadEntry, root: string): void {
  const parts = entry.path.split('/').filter((p) => p !== '' && p !== '.');
  if (parts.length === 0) return;
  if (entry.path.startsWith('/') || parts.includes('..') || entry.path.includes('\0'))
    throw refused(`the name ${JSON.stringify(entry.path)} leaves its root`);
  const name = parts.pop() ?? '';
  const folder = safeFolder(root, parts);
  const place = path.join(folder, name);
  if (name.startsWith(WHITEOUT)) return void rmSync(path.join(folder, name.slice(WHITEOUT.length)), { recursive: true, force: true });
  const existing = lstatSync(place, { throwIfNoEntry: false });
  if (entry.type === 'folder') {
    if (existing?.isDirectory()) return;
    rmSync(place, { recursive: true, force: true });
    return void mkdirSync(place, { mode: 0o755 });
  }
  rmSync(place, { recursive: true, force: true });
  if (entry.type === 'link') {
    const target = path.resolve(path.dirname(place), entry.target);
    if (path.isAbsolute(entry.target) || path.relative(root, target).startsWith('..'))
      throw refused(`the link ${entry.path} leaves its root`);
    return void symlinkSync(entry.target, place);
  }
  if (entry.type !== 'file') throw refused(`${entry.path} is neither file, folder nor link`);
  // No write bits: pods share these files by hard links.
  const fd = openSync(place, 'wx', (entry.mode & 0o111) === 0 ? 0o444 : 0o555);
  try {
    entry.content((piece) => writeSync(fd, piece));
  } finally {
    closeSync(fd);
  }
}

/** Makes the folders of a name one by one and never walks through a link, so that no entry can be written elsewhere. */
function safeFolder(root: string, parts: string[]): string {
  let folder = root;
  for (const part of parts) {
    folder = path.join(folder, part);
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (!stat) mkdirSync(folder, { mode: 0o755 });
    else if (!stat.isDirectory()) throw refused(`${path.relative(root, folder)} is used as a folder but is none`);
  }
  return folder;
}

function verifyDigest(file: string, digest: string): void {
  const hash = createHash('sha256');
  const fd = openSync(file, 'r');
  const piece = Buffer.alloc(1 << 20);
  try {
    for (let got = readSync(fd, piece); got > 0; got = readSync(fd, piece)) hash.update(piece.subarray(0, got));
  } finally {
    closeSync(fd);
  }
  if (`sha256:${hash.digest('hex')}` !== digest) throw refused('its content is not what its digest says');
}

async function gunzip(file: string, target: string): Promise<string> {
  let size = 0;
  const limit = new Transform({
    transform(piece: Buffer, _encoding, done) {
      size += piece.length;
      done(size > MAX_LAYER_BYTES ? refused('it is larger than an image may be') : null, piece);
    },
  });
  try {
    await pipeline(createReadStream(file), createGunzip(), limit, createWriteStream(target, { mode: 0o600 }));
  } catch (error) {
    if (existsSync(target)) rmSync(target, { force: true });
    throw error instanceof TidegateError ? error : refused('it is not gzip', error);
  }
  return target;
}

function refused(why: string, cause?: unknown): TidegateError {
  return new TidegateError(codes.IMAGE_LAYER_INVALID, `A layer was refused: ${why}.`, {
    remedy: 'Build the image again from its folder.',
    cause,
  });
}
