import { open, type FileHandle } from 'node:fs/promises';
import { encodeFrame, encodeHeader } from './frame.js';

/** An append-only file: each `append` is durable when it resolves. After a failed one the file is cut back to its last durable byte. */
export class LogFile {
  readonly path: string;
  private readonly handle: FileHandle;
  private end: number;
  private torn = false;

  private constructor(path: string, handle: FileHandle, end: number) {
    this.path = path;
    this.handle = handle;
    this.end = end;
  }

  static async create(path: string): Promise<LogFile> {
    const handle = await open(path, 'w', 0o600);
    const header = encodeHeader('log');
    await handle.write(header, 0, header.length, 0);
    await handle.sync();
    return new LogFile(path, handle, header.length);
  }

  /** Continues after byte `end`; what lies behind it is cut off. */
  static async continue(path: string, end: number): Promise<LogFile> {
    const handle = await open(path, 'r+');
    await handle.truncate(end);
    await handle.sync();
    return new LogFile(path, handle, end);
  }

  get size(): number {
    return this.end;
  }

  async append(lines: string[]): Promise<void> {
    const frame = encodeFrame(lines);
    if (this.torn) await this.cutBack();
    this.torn = true;
    for (let written = 0; written < frame.length;) {
      const { bytesWritten } = await this.handle.write(frame, written, frame.length - written, this.end + written);
      written += bytesWritten;
    }
    await this.handle.datasync();
    this.torn = false;
    this.end += frame.length;
  }

  /** What a failed append may have left must never be read as a write that was acknowledged. */
  async cutBack(): Promise<void> {
    await this.handle.truncate(this.end);
    await this.handle.datasync();
    this.torn = false;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
