import { type Deflate, type Inflate, constants, createDeflate, createInflate } from 'node:zlib';
import { spdyDictionary } from './spdy-dictionary.js';

/** Kubernetes' headers are a handful of short words. */
const LARGEST_HEADERS_BYTES = 64 * 1024;

export type SpdyHeaders = ReadonlyMap<string, string>;

/** Header blocks of one connection in one direction: they share one zlib stream, so they must pass in the order of their frames. */
export class HeaderReader {
  private readonly inflate: Inflate = createInflate({ dictionary: spdyDictionary(), flush: constants.Z_SYNC_FLUSH });
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private tooLarge = false;

  constructor() {
    this.inflate.on('error', () => undefined);
    this.inflate.on('data', (chunk: Buffer) => {
      this.size += chunk.length;
      if (this.size > LARGEST_HEADERS_BYTES) this.tooLarge = true;
      else this.chunks.push(chunk);
    });
  }

  /** Rejects for a block that is no block, or too large. */
  async read(block: Buffer): Promise<SpdyHeaders> {
    await new Promise<void>((resolve, reject) => {
      // The callback of a write that fails is never called.
      this.inflate.once('error', reject);
      this.inflate.write(block, () => {
        this.inflate.off('error', reject);
        resolve();
      });
    });
    const bytes = Buffer.concat(this.chunks.splice(0));
    this.size = 0;
    if (this.tooLarge) throw new Error('a block of headers is too large');
    return parseHeaders(bytes);
  }

  close(): void {
    this.inflate.destroy();
  }
}

/** Headers as `count (length name length value)*`, all numbers of 32 bits. Several values of a name are joined by NUL; the first counts. */
function parseHeaders(bytes: Buffer): SpdyHeaders {
  const headers = new Map<string, string>();
  let at = 0;
  const number = (): number => {
    const value = bytes.readUInt32BE(at);
    at += 4;
    return value;
  };
  const text = (): string => {
    const length = number();
    if (at + length > bytes.length) throw new RangeError('a header is longer than its block');
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  for (let count = number(); count > 0; count--) {
    const name = text().toLowerCase();
    headers.set(name, text().split('\0')[0] ?? '');
  }
  return headers;
}

/** The same in the other direction. A server of streams has nothing to say in headers. */
export class HeaderWriter {
  private readonly deflate: Deflate = createDeflate({ dictionary: spdyDictionary(), flush: constants.Z_SYNC_FLUSH });
  private readonly chunks: Buffer[] = [];

  constructor() {
    this.deflate.on('error', () => undefined);
    this.deflate.on('data', (chunk: Buffer) => this.chunks.push(chunk));
  }

  /** A block without headers. */
  async empty(): Promise<Buffer> {
    await new Promise<void>((resolve) => this.deflate.write(Buffer.alloc(4), () => resolve()));
    return Buffer.concat(this.chunks.splice(0));
  }

  close(): void {
    this.deflate.destroy();
  }
}
