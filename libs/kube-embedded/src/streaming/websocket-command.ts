import { PassThrough, Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { failedStatus } from './end-status.js';
import type { CommandSession, EndStatus, TerminalSize } from './stream-session.js';
import { parseTerminalSize } from './terminal-size.js';

/** The first byte of every message names its channel; v5 adds CLOSE, whose second byte names the channel that ends. */
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;
const CLOSE = 255;

const NORMAL = 1000;

/** exec and attach over a websocket (protocols v4.channel.k8s.io and v5.channel.k8s.io). */
export async function serveWebsocketCommand(socket: WebSocket, session: CommandSession): Promise<void> {
  const { wants } = session;
  const client = new AbortController();
  const stdin = wants.stdin ? new PassThrough() : undefined;
  const sizes = new SizeListeners();
  socket.once('close', () => {
    client.abort();
    stdin?.end();
  });
  socket.on('error', () => undefined);
  socket.on('message', (message: Buffer) => {
    const [channel] = message;
    if (channel === STDIN && stdin?.writable && !stdin.write(message.subarray(1))) {
      socket.pause();
      stdin.once('drain', () => socket.resume());
    } else if (channel === CLOSE && message[1] === STDIN) stdin?.end();
    else if (channel === RESIZE) sizes.heard(message.toString('utf8', 1));
  });
  // An empty message on the first output tells the client that the streams are open.
  socket.send(Buffer.from([wants.stdout ? STDOUT : wants.stderr ? STDERR : ERROR]));
  const stdout = wants.stdout ? channelOf(socket, STDOUT) : undefined;
  const stderr = wants.stderr ? channelOf(socket, STDERR) : undefined;
  const status = await endOf(session.run({ stdin, stdout, stderr, onResize: (listener) => sizes.add(listener), signal: client.signal }));
  stdin?.resume();
  await Promise.all([finished(stdout), finished(stderr)]);
  socket.send(Buffer.concat([Buffer.from([ERROR]), Buffer.from(JSON.stringify(status))]), () => socket.close(NORMAL));
}

/** The end may not overtake the output. */
function finished(channel: Writable | undefined): Promise<void> {
  return new Promise((resolve) => (channel ? channel.end(resolve) : resolve()));
}

async function endOf(run: Promise<EndStatus>): Promise<EndStatus> {
  try {
    return await run;
  } catch (error) {
    return failedStatus(error instanceof Error ? error.message : String(error));
  }
}

/** As fast as the client reads. What comes after it has gone is dropped. */
export function channelOf(socket: WebSocket, channel: number): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (socket.readyState !== socket.OPEN) return done();
      socket.send(Buffer.concat([Buffer.from([channel]), chunk]), () => done());
    },
  });
}

/** The last size is kept for a listener that comes later. */
class SizeListeners {
  private listener: ((size: TerminalSize) => void) | undefined;
  private last: TerminalSize | undefined;

  add(listener: (size: TerminalSize) => void): void {
    this.listener = listener;
    if (this.last) listener(this.last);
  }

  heard(text: string): void {
    const size = parseTerminalSize(text);
    if (!size) return;
    this.last = size;
    this.listener?.(size);
  }
}
