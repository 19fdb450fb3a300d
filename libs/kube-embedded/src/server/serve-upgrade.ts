import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, createWebSocketStream } from 'ws';
import type { ApiError } from '../api/api-error.js';
import { badRequest } from '../api/api-error.js';
import { serveSpdyCommand, serveSpdyPorts } from '../streaming/spdy-sessions.js';
import type { StreamSession } from '../streaming/stream-session.js';
import { serveWebsocketCommand } from '../streaming/websocket-command.js';
import { serveWebsocketPorts } from '../streaming/websocket-ports.js';

const SPDY = 'SPDY/3.1';
const TUNNELED_SPDY = 'SPDY/3.1+portforward.k8s.io';
/** Protocols over websockets in the order of our preference. */
const COMMAND_CHANNELS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const PORT_CHANNELS = ['v4.channel.k8s.io', 'portforward.k8s.io'];
/** Over SPDY only these are spoken; every client since Kubernetes 1.4 knows them. */
const SPDY_COMMAND = 'v4.channel.k8s.io';
const SPDY_PORTS = 'portforward.k8s.io';
const LARGEST_MESSAGE_BYTES = 3 * 1024 * 1024;

/** How the streams of one request travel. */
export type Wire = { over: 'websocket'; protocol: string } | { over: 'spdy'; protocol: string };

/** Chooses what both ends speak. Throws 400 with both sides of the mismatch. */
export function chooseWire(headers: IncomingMessage['headers'], session: StreamSession): Wire {
  const upgrade = (headers.upgrade ?? '').toLowerCase();
  if (upgrade === 'websocket') {
    const offered = listOf(headers['sec-websocket-protocol']);
    const known = session.kind === 'command' ? COMMAND_CHANNELS : [TUNNELED_SPDY, ...PORT_CHANNELS];
    return { over: 'websocket', protocol: chosen(offered, known) };
  }
  if (upgrade !== SPDY.toLowerCase()) throw badRequest('unable to upgrade: missing upgrade headers in request: websocket or SPDY/3.1');
  const offered = listOf(headers['x-stream-protocol-version']);
  const known = session.kind === 'command' ? SPDY_COMMAND : SPDY_PORTS;
  // Port forwarding of old clients names none.
  if (offered.length === 0 && session.kind === 'ports') return { over: 'spdy', protocol: known };
  return { over: 'spdy', protocol: chosen(offered, [known]) };
}

function listOf(header: string | string[] | undefined): string[] {
  return [header ?? ''].flat().flatMap((text) => text.split(',').flatMap((word) => word.trim() || []));
}

function chosen(offered: readonly string[], known: readonly string[]): string {
  const protocol = known.find((name) => offered.includes(name));
  if (protocol === undefined)
    throw badRequest(
      `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${known.join(' ')}]`,
    );
  return protocol;
}

/** Turns HTTP connections into streams. */
export class Upgrader {
  private readonly websockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => [TUNNELED_SPDY, ...COMMAND_CHANNELS, ...PORT_CHANNELS].find((name) => offered.has(name)) ?? false,
  });

  /** From here on the connection carries the session. */
  serve(request: IncomingMessage, socket: Duplex, head: Buffer, wire: Wire, session: StreamSession): void {
    if (wire.over === 'spdy') return serveSpdy(socket, head, wire.protocol, session);
    this.websockets.handleUpgrade(request, socket, head, (websocket) => {
      if (session.kind === 'command') void serveWebsocketCommand(websocket, session);
      else if (wire.protocol === TUNNELED_SPDY) serveSpdyPorts(createWebSocketStream(websocket), session);
      else void serveWebsocketPorts(websocket, session);
    });
  }
}

function serveSpdy(socket: Duplex, head: Buffer, protocol: string, session: StreamSession): void {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', `Upgrade: ${SPDY}`, `X-Stream-Protocol-Version: ${protocol}`];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
  if (session.kind === 'command') serveSpdyCommand(socket, session);
  else serveSpdyPorts(socket, session);
}

/** The connection cannot become streams: the answer is an ordinary one, and the last. */
export function refuseUpgrade(socket: Duplex, error: ApiError): void {
  const body = `${JSON.stringify(error.toStatus())}\n`;
  const head = [
    `HTTP/1.1 ${error.code} ${error.reason || 'Error'}`,
    'Content-Type: application/json',
    'Cache-Control: no-cache, private',
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
