import { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { SpdyConnection, type SpdyStream } from './spdy-connection.js';
import { failedStatus } from './end-status.js';
import type { CommandSession, EndStatus, PortSession, TerminalSize } from './stream-session.js';
import { parseTerminalSize } from './terminal-size.js';

/** A client that opens too few streams is sent away, as a kubelet does. */
const STREAMS_WAIT_MS = 30_000;
const LONGEST_SIZE_LINE = 200;

/**
 * exec and attach over SPDY: the client opens one stream for each of error, stdin, stdout, stderr and resize, named by the header
 * `streamtype`. The end goes to the error stream as a Status (protocol v4.channel.k8s.io).
 */
export function serveSpdyCommand(carrier: Duplex, session: CommandSession): void {
  const { stdin, stdout, stderr, tty } = session.wants;
  const expected = [
    'error',
    ...(stdin ? ['stdin'] : []),
    ...(stdout ? ['stdout'] : []),
    ...(stderr ? ['stderr'] : []),
    ...(tty ? ['resize'] : []),
  ];
  const streams = new Map<string, SpdyStream>();
  const client = new AbortController();
  const late = setTimeout(() => connection.close(), STREAMS_WAIT_MS);
  const connection = new SpdyConnection(carrier, (stream) => {
    const type = stream.headers.get('streamtype') ?? '';
    if (!expected.includes(type) || streams.has(type)) return void stream.destroy();
    streams.set(type, stream);
    if (streams.size < expected.length) return;
    clearTimeout(late);
    streams.get('error')?.resume();
    void run(session, streams, client.signal).finally(() => connection.close());
  });
  void connection.closed.then(() => {
    clearTimeout(late);
    client.abort();
  });
}

async function run(session: CommandSession, streams: ReadonlyMap<string, SpdyStream>, signal: AbortSignal): Promise<void> {
  const resize = streams.get('resize');
  const [stdout, stderr] = [streams.get('stdout'), streams.get('stderr')];
  stdout?.resume();
  stderr?.resume();
  let status: EndStatus;
  try {
    const onResize = (listener: (size: TerminalSize) => void): void => void (resize && readSizes(resize, listener));
    status = await session.run({ stdin: streams.get('stdin'), stdout, stderr, onResize, signal });
  } catch (error) {
    status = failedStatus(error instanceof Error ? error.message : String(error));
  }
  await Promise.all([ended(stdout, ''), ended(stderr, ''), ended(streams.get('error'), JSON.stringify(status))]);
}

function readSizes(source: Readable, listener: (size: TerminalSize) => void): void {
  // Go's encoder ends each value with a new line.
  createInterface({ input: source }).on('line', (line) => {
    const size = line.length > LONGEST_SIZE_LINE ? undefined : parseTerminalSize(line);
    if (size) listener(size);
  });
}

function ended(stream: SpdyStream | undefined, lastWords: string): Promise<void> {
  if (!stream || stream.destroyed || stream.writableEnded) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('close', resolve);
    stream.end(lastWords, () => resolve());
  });
}

/** port-forward over SPDY: for each connection one data and one error stream with the headers `port` and `requestid`. */
export function serveSpdyPorts(carrier: Duplex, session: PortSession): void {
  const waiting = new Map<string, SpdyStream>();
  const connection = new SpdyConnection(carrier, (stream) => {
    const id = stream.headers.get('requestid') ?? '';
    const type = stream.headers.get('streamtype');
    const other = waiting.get(id);
    if ((type !== 'data' && type !== 'error') || other?.headers.get('streamtype') === type) return void stream.destroy();
    stream.once('close', () => waiting.get(id) === stream && waiting.delete(id));
    if (!other) return void waiting.set(id, stream);
    waiting.delete(id);
    const [data, error] = type === 'data' ? [stream, other] : [other, stream];
    void forward(session, Number(stream.headers.get('port')), data, error);
  });
  void connection.closed.then(() => waiting.clear());
}

async function forward(session: PortSession, port: number, data: SpdyStream, error: SpdyStream): Promise<void> {
  error.resume();
  try {
    const socket = await session.connect(port);
    if (data.destroyed) return void socket.destroy();
    joined(data, socket);
    socket.once('close', () => error.end());
  } catch (reason) {
    error.end(reason instanceof Error ? reason.message : String(reason));
    data.end();
    data.resume();
  }
}

/** Bytes both ways, half-closed ends passed on, and either end's trouble the end of both. */
export function joined(client: Duplex, pod: Socket): void {
  client.pipe(pod);
  pod.pipe(client);
  client.once('close', () => pod.destroy());
  pod.once('error', () => client.destroy());
  pod.once('close', () => client.end());
}
