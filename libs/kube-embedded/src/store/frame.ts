import { crc32 } from 'node:zlib';
import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';

/**
 * Files of the store: a header of 16 bytes, then frames. One frame is one group commit, so that a crash can only tear the last one:
 *
 *   header   "TIDEGATE" · u32 format · u32 kind (1 log, 2 snapshot)
 *   frame    u32 mark · u32 length · u32 crc32 of the payload · payload: JSON lines
 */
export const FORMAT = 1;
export const HEADER_BYTES = 16;
const MAGIC = Buffer.from('TIDEGATE', 'latin1');
const MARK = Buffer.from([0xf5, 0x54, 0x47, 0x01]);
const FRAME_HEAD = 12;
/** A batch is cut at 16 MiB and one object is bounded by the request size; a longer length is damage. */
const MAX_PAYLOAD = 64 * 1024 * 1024;

export type FileKind = 'log' | 'snapshot';
const KIND_NUMBER: Record<FileKind, number> = { log: 1, snapshot: 2 };

export function encodeHeader(kind: FileKind): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(FORMAT, 8);
  header.writeUInt32LE(KIND_NUMBER[kind], 12);
  return header;
}

export function encodeFrame(lines: string[]): Buffer {
  const payload = Buffer.from(lines.join('\n'), 'utf8');
  const head = Buffer.alloc(FRAME_HEAD);
  MARK.copy(head);
  head.writeUInt32LE(payload.length, 4);
  head.writeUInt32LE(crc32(payload), 8);
  return Buffer.concat([head, payload]);
}

/** Throws STORE_FORMAT_UNKNOWN for another format, STORE_CORRUPTED for what is no file of ours. */
export function checkHeader(bytes: Buffer, kind: FileKind, path: string): void {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC) || bytes.readUInt32LE(12) !== KIND_NUMBER[kind]) {
    throw new TidegateError(codes.STORE_CORRUPTED, `${path} is not a ${kind} of the embedded cluster's store.`, {
      remedy: 'Restore the data folder from a copy, or move it away to begin with an empty cluster.',
    });
  }
  const format = bytes.readUInt32LE(8);
  if (format === FORMAT) return;
  const age = format > FORMAT ? 'newer' : 'older';
  throw new TidegateError(
    codes.STORE_FORMAT_UNKNOWN,
    `${path} has the ${age} store format ${format}; this version of Tidegate reads format ${FORMAT}.`,
    { remedy: `Start it with the ${age} Tidegate that wrote it, or use another data folder (--data DIR).` },
  );
}

export interface ReadFrames {
  frames: string[][];
  /** Bytes up to here are intact. */
  end: number;
}

/**
 * All intact frames. What follows the last intact one is a torn tail unless an intact frame follows it: then acknowledged writes
 * were damaged later, and going on would lose them silently, so STORE_CORRUPTED is thrown.
 */
export function readFrames(bytes: Buffer, path: string): ReadFrames {
  const frames: string[][] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const payload = payloadAt(bytes, at);
    if (!payload) break;
    frames.push(payload.toString('utf8').split('\n'));
    at += FRAME_HEAD + payload.length;
  }
  for (let next = bytes.indexOf(MARK, at + 1); next >= 0; next = bytes.indexOf(MARK, next + 1)) {
    if (!payloadAt(bytes, next)) continue;
    throw new TidegateError(codes.STORE_CORRUPTED, `${path} is damaged at byte ${at}, and intact data follows at byte ${next}.`, {
      remedy:
        'The disk or another program changed the file. Restore the data folder from a copy, or move it away to begin with an empty cluster.',
    });
  }
  return { frames, end: at };
}

function payloadAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + FRAME_HEAD > bytes.length || bytes.compare(MARK, 0, MARK.length, at, at + MARK.length) !== 0) return undefined;
  const length = bytes.readUInt32LE(at + 4);
  if (length > MAX_PAYLOAD || at + FRAME_HEAD + length > bytes.length) return undefined;
  const payload = bytes.subarray(at + FRAME_HEAD, at + FRAME_HEAD + length);
  return crc32(payload) === bytes.readUInt32LE(at + 8) ? payload : undefined;
}
