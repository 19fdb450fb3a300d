import { readSync } from 'node:fs';
import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';

export interface ReadEntry {
  path: string;
  /** Types other than these (devices, hard links) are reported as `other`. */
  type: 'file' | 'folder' | 'link' | 'other';
  mode: number;
  size: number;
  target: string;
  /** Reads the whole content; `write` gets pieces of at most 1 MiB. */
  content(write: (piece: Buffer) => void): void;
}

const BLOCK = 512;
const PIECE = 1 << 20;
/** A pax header or GNU long name above this is nothing but an attack. */
const MAX_EXTENSION = 1 << 20;

/** Walks a tar file (ustar, with pax and GNU long names) from an open descriptor. Throws IMAGE_LAYER_INVALID for damage. */
export function* readTar(fd: number): Generator<ReadEntry> {
  let at = 0;
  let longPath: string | undefined;
  let longTarget: string | undefined;
  for (;;) {
    const header = readBlock(fd, at);
    if (header === undefined || header.every((b) => b === 0)) return;
    verifyChecksum(header);
    at += BLOCK;
    const size = octal(header, 124, 12);
    const flag = String.fromCharCode(header[156] ?? 0);
    const start = at;
    at += Math.ceil(size / BLOCK) * BLOCK;
    if ('xgLK'.includes(flag)) {
      const text = readExtension(fd, start, size);
      const pax = flag === 'x' ? parsePax(text) : {};
      longPath = flag === 'L' ? text.replace(/\0+$/, '') : (pax['path'] ?? longPath);
      longTarget = flag === 'K' ? text.replace(/\0+$/, '') : (pax['linkpath'] ?? longTarget);
      continue;
    }
    const prefix = field(header, 345, 155);
    const name = field(header, 0, 100);
    yield {
      path: (longPath ?? (prefix === '' ? name : `${prefix}/${name}`)).replace(/\/+$/, ''),
      type: flag === '0' || flag === '\0' ? 'file' : flag === '5' ? 'folder' : flag === '2' ? 'link' : 'other',
      mode: octal(header, 100, 8),
      size,
      target: longTarget ?? field(header, 157, 100),
      content: (write) => copyOut(fd, start, size, write),
    };
    longPath = undefined;
    longTarget = undefined;
  }
}

function readBlock(fd: number, at: number): Buffer | undefined {
  const block = Buffer.alloc(BLOCK);
  const got = readSync(fd, block, 0, BLOCK, at);
  if (got === 0) return undefined;
  if (got < BLOCK) throw damaged('it ends in the middle of an entry');
  return block;
}

function copyOut(fd: number, start: number, size: number, write: (piece: Buffer) => void): void {
  for (let done = 0; done < size;) {
    const piece = Buffer.alloc(Math.min(PIECE, size - done));
    const got = readSync(fd, piece, 0, piece.length, start + done);
    if (got === 0) throw damaged('it ends in the middle of a file');
    write(piece.subarray(0, got));
    done += got;
  }
}

function readExtension(fd: number, start: number, size: number): string {
  if (size > MAX_EXTENSION) throw damaged('a header extension is larger than 1 MiB');
  const pieces: Buffer[] = [];
  copyOut(fd, start, size, (piece) => pieces.push(piece));
  return Buffer.concat(pieces).toString('utf8');
}

/** Records of the form `<length> <key>=<value>\n`. */
function parsePax(text: string): Record<string, string> {
  const records: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const match = /^\d+ ([^=]+)=(.*)$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) records[match[1]] = match[2];
  }
  return records;
}

function verifyChecksum(header: Buffer): void {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : (header[i] ?? 0);
  if (sum !== octal(header, 148, 8)) throw damaged('the checksum of an entry is wrong');
}

function field(header: Buffer, start: number, length: number): string {
  const text = header.subarray(start, start + length);
  const end = text.indexOf(0);
  return text.subarray(0, end < 0 ? length : end).toString('utf8');
}

function octal(header: Buffer, start: number, length: number): number {
  const text = field(header, start, length).trim();
  if (text === '') return 0;
  if (!/^[0-7]+$/.test(text)) throw damaged('a number in an entry is not octal');
  return parseInt(text, 8);
}

function damaged(why: string): TidegateError {
  return new TidegateError(codes.IMAGE_LAYER_INVALID, `A layer is damaged: ${why}.`, { remedy: 'Build the image again.' });
}
