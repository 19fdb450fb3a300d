import { Duplex } from 'node:stream';
import { RESET_CANCEL, RESET_REFUSED, type SpdyFrame, dataHead, goaway, ping, readFrames, reset, synReply } from './spdy-frames.js';
import { HeaderReader, type SpdyHeaders, HeaderWriter } from './spdy-headers.js';

/** A forwarded connection takes two. */
const MOST_STREAMS = 1000;
/** What a stream that nobody reads may hold before it holds up the others of its connection. */
const STREAM_BUFFER_BYTES = 1024 * 1024;
/** For clients that do not hang up themselves. */
const GOODBYE_MS = 5000;

/** One stream that a client opened. Ending it closes our direction; destroying it resets it. */
export class SpdyStream extends Duplex {
  private roomAgain: () => void = () => undefined;
  private theirsIsOver: boolean;

  constructor(
    readonly id: number,
    readonly headers: SpdyHeaders,
    private readonly wire: { send(parts: Buffer[], done: (error?: Error | null) => void): void; forget(id: number): void },
    fin: boolean,
  ) {
    super({ readableHighWaterMark: STREAM_BUFFER_BYTES, allowHalfOpen: true });
    this.theirsIsOver = fin;
    this.on('error', () => undefined);
    if (fin) this.push(null);
  }

  /** Resolves when there is room for more. */
  receive(payload: Buffer, fin: boolean): Promise<void> | undefined {
    if (this.destroyed || this.theirsIsOver) return undefined;
    const hasRoom = payload.length === 0 || this.push(payload);
    if (fin) {
      this.theirsIsOver = true;
      this.push(null);
    }
    if (hasRoom || fin) return undefined;
    return new Promise((resolve) => {
      this.roomAgain = resolve;
      this.once('close', resolve);
    });
  }

  override _read(): void {
    this.roomAgain();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.wire.send([dataHead(this.id, chunk.length, false), chunk], done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.wire.send([dataHead(this.id, 0, true)], done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.wire.forget(this.id);
    this.roomAgain();
    if (!this.theirsIsOver || !this.writableFinished) this.wire.send([reset(this.id, RESET_CANCEL)], () => undefined);
    done(error);
  }
}

/** The serving end of a SPDY/3.1 connection over anything that carries bytes both ways. */
export class SpdyConnection {
  /** Resolves when the client has gone or `close` was called. */
  readonly closed: Promise<void>;
  private readonly streams = new Map<number, SpdyStream>();
  private readonly reader = new HeaderReader();
  private readonly writer = new HeaderWriter();
  private last = 0;

  constructor(
    private readonly carrier: Duplex,
    private readonly onStream: (stream: SpdyStream) => void,
  ) {
    carrier.on('error', () => undefined);
    this.closed = this.serve()
      .catch(() => undefined)
      .finally(() => this.drop());
  }

  /** Says goodbye once everything written so far is on its way. */
  close(): void {
    if (!this.carrier.writable) return;
    this.carrier.end(goaway(this.last));
    setTimeout(() => this.carrier.destroy(), GOODBYE_MS).unref();
  }

  private async serve(): Promise<void> {
    for await (const frame of readFrames(this.carrier)) {
      if (frame.type === 'goaway') return;
      await this.handle(frame);
    }
  }

  private async handle(frame: Exclude<SpdyFrame, { type: 'goaway' }>): Promise<void> {
    switch (frame.type) {
      case 'syn-stream':
        return this.open(frame);
      case 'data':
        return this.streams.get(frame.stream)?.receive(frame.payload, frame.fin);
      case 'reset':
        return void this.streams.get(frame.stream)?.destroy();
      case 'ping':
        // Clients count with odd numbers.
        if (frame.id % 2 === 1) this.send([ping(frame.id)], () => undefined);
        return;
      case 'other':
        return;
    }
  }

  private async open({ stream: id, fin, headerBlock }: Extract<SpdyFrame, { type: 'syn-stream' }>): Promise<void> {
    // Read even when refused: the next block builds on it.
    const headers = await this.reader.read(headerBlock);
    if (this.streams.size >= MOST_STREAMS || id <= this.last) return this.send([reset(id, RESET_REFUSED)], () => undefined);
    this.last = id;
    this.send([synReply(id, await this.writer.empty())], () => undefined);
    const wire = {
      send: (parts: Buffer[], done: (error?: Error | null) => void) => this.send(parts, done),
      forget: (gone: number) => void this.streams.delete(gone),
    };
    const stream = new SpdyStream(id, headers, wire, fin);
    this.streams.set(id, stream);
    this.onStream(stream);
  }

  private send(parts: Buffer[], done: (error?: Error | null) => void): void {
    if (!this.carrier.writable) return done();
    const last = parts.length - 1;
    this.carrier.cork();
    for (const [i, part] of parts.entries()) this.carrier.write(part, i === last ? done : () => undefined);
    this.carrier.uncork();
  }

  private drop(): void {
    for (const stream of [...this.streams.values()]) stream.destroy();
    this.reader.close();
    this.writer.close();
    this.carrier.destroy();
  }
}
