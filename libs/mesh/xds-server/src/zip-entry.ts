import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';

interface Entry {
  method: number;
  compressed: number;
  offset: number;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
/** The end record, and the longest comment that may follow it. */
const END_BYTES = 22 + 65_535;
const DIRECTORY_LIMIT = 16 * 1024 * 1024;

/**
 * Writes one file of a zip archive (stored or deflated, PKWARE APPNOTE 6.3, no zip64) to `target`, as a stream. Throws
 * MESH_ENVOY_ARCHIVE_BROKEN. Sums are not checked: the caller knows the archive's sha256.
 */
export async function extractZipEntry(archive: string, name: string, target: string): Promise<void> {
  const entry = await findEntry(archive, name);
  if (!entry) throw broken(`${archive} holds no file ${name}`);
  const source = createReadStream(archive, { start: entry.offset, end: entry.offset + entry.compressed - 1 });
  const sink = createWriteStream(target, { mode: 0o755 });
  if (entry.method === 0) await pipeline(source, sink);
  else if (entry.method === 8) await pipeline(source, createInflateRaw(), sink);
  else throw broken(`${name} in ${archive} is packed with method ${entry.method}`);
}

function broken(what: string): TidegateError {
  return new TidegateError(codes.MESH_ENVOY_ARCHIVE_BROKEN, `${what}.`, { remedy: 'Delete the file and start again: it is fetched anew.' });
}

async function findEntry(archive: string, name: string): Promise<Entry | undefined> {
  await using file = await open(archive, 'r');
  const { size } = await file.stat();
  const tail = Buffer.alloc(Math.min(size, END_BYTES));
  await file.read(tail, 0, tail.length, size - tail.length);
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (at < 0 || tail.readUInt32LE(at) !== END_SIGNATURE) throw broken(`${archive} is no zip archive`);
  const bytes = tail.readUInt32LE(at + 12);
  const start = tail.readUInt32LE(at + 16);
  if (bytes > DIRECTORY_LIMIT || start + bytes > size) throw broken(`${archive} has no directory that can be read`);
  const directory = Buffer.alloc(bytes);
  await file.read(directory, 0, bytes, start);
  const found = inDirectory(directory, name);
  if (!found) return undefined;
  // Names and extra fields of the local header have lengths of their own.
  const local = Buffer.alloc(30);
  await file.read(local, 0, 30, found.offset);
  return { ...found, offset: found.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28) };
}

function inDirectory(directory: Buffer, name: string): Entry | undefined {
  let at = 0;
  while (at + 46 <= directory.length && directory.readUInt32LE(at) === ENTRY_SIGNATURE) {
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
    if (directory.toString('utf8', at + 46, nameEnd) === name) {
      return {
        method: directory.readUInt16LE(at + 10),
        compressed: directory.readUInt32LE(at + 20),
        offset: directory.readUInt32LE(at + 42),
      };
    }
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return undefined;
}
