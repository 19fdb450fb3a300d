import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '@tidegate/kernel';

export type Stream = 'stdout' | 'stderr';
type Listener = (line: string) => void;

/** A file is turned over at this size; the one before is kept. So one run of a container costs at most twice this on the disk. */
export const LOG_FILE_BYTES = 10 * 2 ** 20;
/** CRI cuts longer lines into parts. */
const MAX_LINE = 16 * 1024;

/**
 * Writes what a container says in the CRI's line format: `<RFC 3339 time> <stdout|stderr> <F|P> <text>`.
 * Writing is synchronous: a program that floods its output slows this down, never fills memory. A full disk drops lines and counts them.
 */
export class ContainerLog {
  dropped = 0;
  readonly file: string;
  private fd: number | undefined;
  private size = 0;
  private readonly rest = { stdout: '', stderr: '' };
  private readonly decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  private readonly listeners = new Set<Listener>();
  private readonly endListeners = new Set<() => void>();
  private readonly clock: Clock;
  private readonly limit: number;

  constructor(file: string, clock: Clock, limit = LOG_FILE_BYTES) {
    this.file = file;
    this.clock = clock;
    this.limit = limit;
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    this.open();
  }

  write(stream: Stream, chunk: Buffer): void {
    const lines = (this.rest[stream] + this.decoders[stream].write(chunk)).split('\n');
    this.rest[stream] = lines.pop() ?? '';
    const out: string[] = [];
    for (const line of lines) this.format(stream, line, true, out);
    while (this.rest[stream].length > MAX_LINE) {
      this.format(stream, this.rest[stream].slice(0, MAX_LINE), false, out);
      this.rest[stream] = this.rest[stream].slice(MAX_LINE);
    }
    this.append(out);
  }

  /** Writes unfinished lines and ends. Followers are told. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.rest[stream] === '') continue;
      const out: string[] = [];
      this.format(stream, this.rest[stream], true, out);
      this.rest[stream] = '';
      this.append(out);
    }
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
    for (const listener of [...this.endListeners]) listener();
    this.listeners.clear();
    this.endListeners.clear();
  }

  /** Calls back with each formatted line (without its end) from now on, and once at the end. Returns the way to stop. */
  follow(onLine: Listener, onEnd: () => void): () => void {
    if (this.fd === undefined) {
      onEnd();
      return () => undefined;
    }
    this.listeners.add(onLine);
    this.endListeners.add(onEnd);
    return () => {
      this.listeners.delete(onLine);
      this.endListeners.delete(onEnd);
    };
  }

  private format(stream: Stream, text: string, full: boolean, out: string[]): void {
    const time = new Date(this.clock.now()).toISOString().replace('Z', '000000Z');
    for (let i = 0; i === 0 || i < text.length; i += MAX_LINE) {
      const last = i + MAX_LINE >= text.length;
      out.push(`${time} ${stream} ${full && last ? 'F' : 'P'} ${text.slice(i, i + MAX_LINE)}`);
    }
  }

  private append(lines: string[]): void {
    if (lines.length === 0) return;
    try {
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      if (this.size + bytes.length > this.limit) this.turnOver();
      if (this.fd !== undefined) this.size += writeSync(this.fd, bytes);
    } catch {
      this.dropped += lines.length;
    }
    for (const listener of this.listeners) for (const line of lines) listener(line);
  }

  private turnOver(): void {
    if (this.fd === undefined) return;
    closeSync(this.fd);
    this.fd = undefined;
    renameSync(this.file, `${this.file}.1`);
    this.open();
  }

  private open(): void {
    this.fd = openSync(this.file, 'a', 0o600);
    this.size = fstatSync(this.fd).size;
  }
}
