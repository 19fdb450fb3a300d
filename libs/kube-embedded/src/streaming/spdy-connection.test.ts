import { Duplex, duplexPair } from 'node:stream';
import { constants, createDeflate } from 'node:zlib';
import { SpdyConnection, type SpdyStream } from './spdy-connection.js';
import { spdyDictionary } from './spdy-dictionary.js';
import { type SpdyFrame, dataHead, ping, readFrames } from './spdy-frames.js';

/** The client's end, written frame by frame. */
class Client {
  readonly frames: SpdyFrame[] = [];
  readonly streams: SpdyStream[] = [];
  readonly connection: SpdyConnection;
  private readonly deflate = createDeflate({ dictionary: spdyDictionary(), flush: constants.Z_SYNC_FLUSH });
  private readonly end: Duplex;
  readonly over: Promise<void>;

  constructor() {
    const [ours, theirs] = duplexPair();
    this.end = ours;
    this.connection = new SpdyConnection(theirs, (stream) => void this.streams.push(stream));
    this.over = (async () => {
      for await (const frame of readFrames(ours)) this.frames.push(frame);
    })().catch(() => undefined);
  }

  async open(id: number, headers: Record<string, string>): Promise<void> {
    const number = (n: number): Buffer => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(n);
      return bytes;
    };
    const text = (t: string): Buffer => Buffer.concat([number(t.length), Buffer.from(t)]);
    const entries = Object.entries(headers);
    const block = Buffer.concat([number(entries.length), ...entries.flatMap(([name, value]) => [text(name), text(value)])]);
    const chunks: Buffer[] = [];
    this.deflate.on('data', (chunk: Buffer) => chunks.push(chunk));
    await new Promise<void>((resolve) => this.deflate.write(block, () => resolve()));
    this.deflate.removeAllListeners('data');
    const compressed = Buffer.concat(chunks);
    this.write(number(0x8003_0001), number(10 + compressed.length), number(id), number(0), Buffer.from([0, 0]), compressed);
  }

  write(...parts: Buffer[]): void {
    this.end.write(Buffer.concat(parts));
  }

  async until(test: () => boolean): Promise<void> {
    while (!test()) await new Promise((resolve) => setImmediate(resolve));
  }

  hangUp(): void {
    this.end.end();
  }
}

describe('a SPDY/3.1 connection', () => {
  it('opens streams by their headers, which are compressed across frames, and answers each', async () => {
    const client = new Client();
    await client.open(1, { streamtype: 'data', port: '8080', requestid: '0' });
    await client.open(3, { streamtype: 'error', port: '8080', requestid: '0' });
    await client.until(() => client.streams.length === 2 && client.frames.length === 2);
    expect(client.streams.map((s) => Object.fromEntries(s.headers))).toEqual([
      { streamtype: 'data', port: '8080', requestid: '0' },
      { streamtype: 'error', port: '8080', requestid: '0' },
    ]);
    client.hangUp();
    await client.connection.closed;
  });

  it('carries data both ways, closes each direction by itself, and answers pings', async () => {
    const client = new Client();
    await client.open(1, { streamtype: 'data' });
    await client.until(() => client.streams.length === 1);
    const [stream] = client.streams;
    const heard: Buffer[] = [];
    const ended = new Promise((resolve) => stream?.on('data', (chunk: Buffer) => heard.push(chunk)).once('end', resolve));
    // A frame may come in pieces and several in one.
    const frames = Buffer.concat([dataHead(1, 5, false), Buffer.from('hello'), ping(7), dataHead(1, 0, true)]);
    client.write(frames.subarray(0, 3));
    client.write(frames.subarray(3));
    await ended;
    expect(Buffer.concat(heard).toString()).toBe('hello');
    stream?.write('answer');
    stream?.end();
    await client.until(() => client.frames.some((f) => f.type === 'data' && f.fin));
    expect(client.frames.filter((f) => f.type === 'data').map((f) => f.payload.toString())).toEqual(['answer', '']);
    expect(client.frames).toContainEqual({ type: 'ping', id: 7 });
    // Both directions are closed: no reset follows.
    client.connection.close();
    await client.until(() => client.frames.some((f) => f.type === 'goaway'));
    expect(client.frames.some((f) => f.type === 'reset')).toBe(false);
    client.hangUp();
  });

  it('holds up a client whose stream nobody reads, after a bounded amount', async () => {
    const client = new Client();
    await client.open(1, { streamtype: 'data' });
    await client.until(() => client.streams.length === 1);
    const chunk = Buffer.alloc(64 * 1024);
    for (let i = 0; i < 64; i++) client.write(dataHead(1, chunk.length, false), chunk);
    await client.until(() => (client.streams[0]?.readableLength ?? 0) >= 1024 * 1024);
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(client.streams[0]?.readableLength).toBeLessThan(1.2 * 1024 * 1024);
    client.streams[0]?.resume();
    client.write(dataHead(1, 0, true));
    await new Promise((resolve) => client.streams[0]?.once('end', resolve));
    client.hangUp();
  });

  it.each([
    { name: 'another protocol', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\nxxxxxxxxxxxxxxx') },
    { name: 'another version', bytes: Buffer.from([0x80, 2, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1]) },
    { name: 'a frame without end', bytes: Buffer.from([0x80, 3, 0, 1, 0, 0xff, 0xff, 0xff]) },
    { name: 'headers that are no zlib', bytes: Buffer.concat([Buffer.from([0x80, 3, 0, 1, 0, 0, 0, 20]), Buffer.alloc(20, 0xff)]) },
  ])('ends at $name', async ({ bytes }) => {
    const client = new Client();
    client.write(bytes);
    await client.connection.closed;
    expect(client.streams).toEqual([]);
  });
});
