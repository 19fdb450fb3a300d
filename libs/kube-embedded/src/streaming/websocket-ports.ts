import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { channelOf } from './websocket-command.js';
import type { PortSession } from './stream-session.js';

const NORMAL = 1000;

/**
 * port-forward of clients other than kubectl: the request names the ports; the n-th has channel 2n for its data and 2n + 1 for its
 * trouble, and the first message of either names the port in two bytes, the low one first. One connection for each port.
 */
export async function serveWebsocketPorts(socket: WebSocket, session: PortSession): Promise<void> {
  socket.on('error', () => undefined);
  const ends = new Map<number, Socket>();
  let open = session.ports.length;
  const over = (): void => {
    if (--open === 0) socket.close(NORMAL);
  };
  socket.once('close', () => {
    for (const end of ends.values()) end.destroy();
  });
  socket.on('message', (message: Buffer) => {
    const end = ends.get(message[0] ?? 0);
    if (!end?.writable || end.write(message.subarray(1))) return;
    socket.pause();
    end.once('drain', () => socket.resume());
    end.once('close', () => socket.resume());
  });
  for (const [n, port] of session.ports.entries()) {
    const number = Buffer.from([port & 0xff, port >> 8]);
    const [data, trouble] = [channelOf(socket, 2 * n), channelOf(socket, 2 * n + 1)];
    data.write(number);
    trouble.write(number);
    try {
      const end = await session.connect(port);
      ends.set(2 * n, end);
      end.on('error', (error) => trouble.write(error.message));
      // This protocol has no half-closed connections.
      end.once('end', () => end.end());
      end.once('close', () => data.end(over));
      end.pipe(data, { end: false });
      if (socket.readyState !== socket.OPEN) end.destroy();
    } catch (error) {
      trouble.end(error instanceof Error ? error.message : String(error), over);
    }
  }
}
