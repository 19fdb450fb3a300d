import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';

export interface TarEntry {
  /** Relative, with '/' between parts and no leading or trailing one. */
  path: string;
  type: 'file' | 'folder' | 'link';
  executable?: boolean;
  /** Bytes, for files. */
  size?: number;
  /** For links: where it points. */
  target?: string;
}

const BLOCK = 512;
const TYPE_FLAG = { file: '0', link: '2', folder: '5' } as const;

/** The ustar header of one entry, always the same for the same entry: no owner, time zero, mode by executability alone. */
export function tarHeader(entry: TarEntry): Buffer {
  const header = Buffer.alloc(BLOCK);
  const name = entry.type === 'folder' ? `${entry.path}/` : entry.path;
  const { prefix, rest } = splitName(name);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(rest, 0, 100);
  header.write(octal(entry.type === 'file' && !entry.executable ? 0o644 : 0o755, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(entry.type === 'file' ? (entry.size ?? 0) : 0, 11), 124);
  header.write(octal(0, 11), 136);
  header.write('        ', 148);
  header.write(TYPE_FLAG[entry.type], 156);
  if (entry.target !== undefined) header.write(bounded(entry.target, 100, entry.path), 157);
  header.write('ustar\u000000', 257);
  header.write(prefix, 345, 155);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** Bytes to add after a file's content. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** Two empty blocks end an archive. */
export const tarEnd = Buffer.alloc(2 * BLOCK);

/** ustar keeps up to 100 bytes of the name and up to 155 of the folders before it. */
function splitName(name: string): { prefix: string; rest: string } {
  if (Buffer.byteLength(name) <= 100) return { prefix: '', rest: name };
  for (let i = name.indexOf('/'); i > 0; i = name.indexOf('/', i + 1)) {
    const prefix = name.slice(0, i);
    const rest = name.slice(i + 1);
    if (rest !== '' && Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(rest) <= 100) return { prefix, rest };
  }
  throw new TidegateError(codes.IMAGE_SOURCE_INVALID, `The path ${name} is too long for an image layer.`, {
    remedy: 'Shorten it below 255 bytes.',
  });
}

function bounded(text: string, limit: number, path: string): string {
  if (Buffer.byteLength(text) <= limit) return text;
  throw new TidegateError(codes.IMAGE_SOURCE_INVALID, `The link ${path} points too far.`, {
    remedy: `Shorten its target below ${limit} bytes.`,
  });
}
