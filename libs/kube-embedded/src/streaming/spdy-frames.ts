/** The frames of SPDY/3.1 that Kubernetes' clients send and expect (draft-mbelshe-httpbis-spdy-00, section 2.2 and 2.6). */
export type SpdyFrame =
  | { type: 'data'; stream: number; fin: boolean; payload: Buffer }
  | { type: 'syn-stream'; stream: number; fin: boolean; headerBlock: Buffer }
  | { type: 'reset'; stream: number }
  | { type: 'ping'; id: number }
  | { type: 'goaway' }
  /** Settings and window updates: flow is controlled by the connection underneath, as in Go's implementation. */
  | { type: 'other' };

const HEADER_BYTES = 8;
/** Go's clients write 32 KiB at a time. */
const LARGEST_FRAME_BYTES = 1024 * 1024;
const VERSION = 3;
const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;
const FIN = 1;

/** Frames of a connection, one after the other. Throws on what is no SPDY/3 and on frames above 1 MiB. */
export async function* readFrames(source: AsyncIterable<Buffer>): AsyncGenerator<SpdyFrame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      if (rest.length < HEADER_BYTES) break;
      const length = rest.readUIntBE(5, 3);
      if (length > LARGEST_FRAME_BYTES) throw new Error(`a frame of ${length} bytes is too large`);
      if (rest.length < HEADER_BYTES + length) break;
      yield parseFrame(rest.subarray(0, HEADER_BYTES), rest.subarray(HEADER_BYTES, HEADER_BYTES + length));
      rest = rest.subarray(HEADER_BYTES + length);
    }
  }
}

function parseFrame(head: Buffer, payload: Buffer): SpdyFrame {
  const first = head.readUInt32BE(0);
  const fin = ((head[4] ?? 0) & FIN) !== 0;
  if (first < 0x8000_0000) return { type: 'data', stream: first, fin, payload };
  const version = (first >>> 16) & 0x7fff;
  if (version !== VERSION) throw new Error(`SPDY/${version} is not spoken here`);
  const id = (): number => payload.readUInt32BE(0) & 0x7fff_ffff;
  switch (first & 0xffff) {
    case SYN_STREAM:
      return { type: 'syn-stream', stream: id(), fin, headerBlock: payload.subarray(10) };
    case RST_STREAM:
      return { type: 'reset', stream: id() };
    case PING:
      return { type: 'ping', id: payload.readUInt32BE(0) };
    case GOAWAY:
      return { type: 'goaway' };
    default:
      return { type: 'other' };
  }
}

export function dataHead(stream: number, length: number, fin: boolean): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt32BE(stream, 0);
  head.writeUInt32BE(length, 4);
  head[4] = fin ? FIN : 0;
  return head;
}

export function synReply(stream: number, headerBlock: Buffer): Buffer {
  return control(SYN_REPLY, [stream], headerBlock);
}

export const RESET_REFUSED = 3;
export const RESET_CANCEL = 5;

export function reset(stream: number, code: typeof RESET_REFUSED | typeof RESET_CANCEL): Buffer {
  return control(RST_STREAM, [stream, code]);
}

export function ping(id: number): Buffer {
  return control(PING, [id]);
}

export function goaway(lastStream: number): Buffer {
  return control(GOAWAY, [lastStream, 0]);
}

function control(type: number, numbers: number[], rest: Buffer = Buffer.alloc(0)): Buffer {
  const frame = Buffer.alloc(HEADER_BYTES + numbers.length * 4);
  frame.writeUInt32BE(0x8000_0000 + VERSION * 0x1_0000 + type, 0);
  frame.writeUInt32BE(numbers.length * 4 + rest.length, 4);
  for (const [i, number] of numbers.entries()) frame.writeUInt32BE(number, HEADER_BYTES + i * 4);
  return Buffer.concat([frame, rest]);
}
