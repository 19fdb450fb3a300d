import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import type { Terminals } from './terminals.js';

/** Of GraphQL's documents too, which share the server of WebSockets. */
const LARGEST_MESSAGE_BYTES = 1024 * 1024;
/** Above it a client that asks for answers and does not read them gets no more. */
const MOST_UNREAD_BYTES = 64 * 1024;

/** `GET /terminal` as a WebSocket. Before the routes that are served by the same WebSocket server. */
export async function serveTerminals(fastify: FastifyInstance, terminals: Terminals): Promise<void> {
  await fastify.register(websocket, { options: { maxPayload: LARGEST_MESSAGE_BYTES, autoPong: false } });
  fastify.websocketServer.on('connection', (client: WebSocket) => {
    client.on('ping', (data) => client.bufferedAmount < MOST_UNREAD_BYTES && client.pong(data));
  });
  fastify.get('/terminal', { websocket: true }, (client, request) => terminals.serve(client, request));
}
