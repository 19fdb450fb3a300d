import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readSync, readdirSync, readlinkSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { DESCRIPTION_FILE } from './image-description.js';
import { codes } from './errors.js';
import { type TarEntry, tarEnd, tarHeader, tarPadding } from './tar-writer.js';

export const MAX_LAYER_BYTES = 2 * 2 ** 30;
export const MAX_LAYER_ENTRIES = 100_000;
const NEVER_PACKED = new Set(['.git', DESCRIPTION_FILE]);
const PIECE = 1 << 20;

interface Found extends TarEntry {
  /** Where the content lies on this machine. */
  source: string;
}

/**
 * Writes a folder as a tar layer under `prefix` (no leading slash), the same bytes for the same content: sorted by name, no times, no
 * owners. Returns the sha256 (hex) and the size in bytes. Throws IMAGE_SOURCE_INVALID.
 */
export function packFolder(dir: string, prefix: string, files: string[] | undefined, target: string): { sha256: string; size: number } {
  const entries = [...parents(prefix, dir), ...collect(dir, prefix, files)];
  const hash = createHash('sha256');
  let size = 0;
  const fd = openSync(target, 'w', 0o644);
  const write = (piece: Buffer): void => {
    hash.update(piece);
    size += piece.length;
    if (size > MAX_LAYER_BYTES) throw tooLarge(dir);
    writeSync(fd, piece);
  };
  try {
    for (const entry of entries) {
      write(tarHeader(entry));
      if (entry.type !== 'file') continue;
      copyFile(entry, write);
      write(tarPadding(entry.size ?? 0));
    }
    write(tarEnd);
  } finally {
    closeSync(fd);
  }
  return { sha256: hash.digest('hex'), size };
}

function parents(prefix: string, source: string): Found[] {
  const parts = prefix.split('/').filter((p) => p !== '');
  return parts.map((_, i) => ({ path: parts.slice(0, i + 1).join('/'), type: 'folder', source }));
}

function collect(dir: string, prefix: string, files: string[] | undefined): Found[] {
  const found: Found[] = [];
  const root = path.resolve(dir);
  const visit = (source: string): void => {
    const relative = path.relative(root, source);
    if (relative.startsWith('..')) throw invalid(`${source} lies outside ${root}.`, 'List only files inside the folder.');
    const place = [prefix, relative]
      .filter((p) => p !== '')
      .join('/')
      .split(path.sep)
      .join('/');
    const stat = lstatSync(source, { throwIfNoEntry: false });
    if (!stat) throw invalid(`${source} does not exist.`, `Correct "files" in ${DESCRIPTION_FILE}, or build the program first.`);
    if (found.length > MAX_LAYER_ENTRIES) throw tooLarge(dir);
    if (stat.isSymbolicLink()) found.push(packLink(root, source, place));
    else if (stat.isFile()) found.push({ path: place, type: 'file', size: stat.size, executable: (stat.mode & 0o111) !== 0, source });
    else if (stat.isDirectory()) {
      if (relative !== '') found.push({ path: place, type: 'folder', source });
      for (const name of readdirSync(source).sort(byBytes)) if (relative !== '' || !NEVER_PACKED.has(name)) visit(path.join(source, name));
    }
  };
  if (!files) visit(root);
  for (const name of [...(files ?? [])].sort(byBytes)) {
    const parts = path.normalize(name).split(path.sep).slice(0, -1);
    for (const [i] of parts.entries()) {
      const folder = parts.slice(0, i + 1).join('/');
      const place = prefix === '' ? folder : `${prefix}/${folder}`;
      if (!found.some((f) => f.path === place)) found.push({ path: place, type: 'folder', source: path.join(root, folder) });
    }
    visit(path.resolve(root, name));
  }
  return found;
}

/** A link inside the folder stays a link; one to the outside would point nowhere in the image. */
function packLink(root: string, source: string, place: string): Found {
  const target = readlinkSync(source);
  const resolved = path.resolve(path.dirname(source), target);
  if (path.isAbsolute(target) || path.relative(root, resolved).startsWith('..')) {
    throw invalid(`The link ${source} points to ${target}, outside the folder.`, 'Replace it by a copy, or bundle the program.');
  }
  return { path: place, type: 'link', target, source };
}

function copyFile(entry: Found, write: (piece: Buffer) => void): void {
  const size = entry.size ?? 0;
  const fd = openSync(entry.source, 'r');
  try {
    for (let done = 0; done < size;) {
      const piece = Buffer.alloc(Math.min(PIECE, size - done));
      const got = readSync(fd, piece, 0, piece.length, done);
      if (got === 0) throw invalid(`${entry.source} became shorter while it was packed.`, 'Build again once nothing writes to it.');
      write(piece.subarray(0, got));
      done += got;
    }
    if (statSync(entry.source).size !== size)
      throw invalid(`${entry.source} changed while it was packed.`, 'Build again once nothing writes to it.');
  } finally {
    closeSync(fd);
  }
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function invalid(sentence: string, remedy: string): TidegateError {
  return new TidegateError(codes.IMAGE_SOURCE_INVALID, sentence, { remedy });
}

function tooLarge(dir: string): TidegateError {
  return invalid(
    `${dir} has more than ${MAX_LAYER_ENTRIES} files or ${MAX_LAYER_BYTES / 2 ** 30} GiB.`,
    'Name what the program needs in "files".',
  );
}
