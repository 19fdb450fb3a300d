import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { originIsForeign } from './origin.js';
import type { Sessions } from './session.js';

const SIGN_IN = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in - Tidegate</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<body style="font:16px/1.5 system-ui;max-width:34rem;margin:4rem auto;padding:0 1rem"><h1>Sign in</h1>
<p>Open the console's address as <code>tidegate status</code> prints it: it carries the token of this instance.</p></body></html>`;

const NOT_SIGNED_IN = {
  errors: [{ message: 'Sign in first: send the token as "Authorization: Bearer TOKEN".', extensions: { code: 'API_NOT_SIGNED_IN' } }],
};

/** How long a request to become a WebSocket may take. */
const UPGRADE_LIMIT_MS = 5_000;

/**
 * Every request must name this server and be signed in. `/?token=...` opens a session and leaves the token out of the address
 * at once.
 */
export function guardHttp(fastify: FastifyInstance, sessions: Sessions, port: () => number, hosts: readonly string[]): void {
  // Whatever answers it, a refused upgrade must not keep its socket. `ws` lifts the limit from those that it takes.
  fastify.server.on('upgrade', ({ socket }) => socket.setTimeout(UPGRADE_LIMIT_MS, () => socket.destroy()));
  fastify.addHook('onRequest', async (request, reply) => {
    const { headers } = request;
    if (originIsForeign(headers, port(), hosts)) {
      return refuse(request, reply).code(403).type('text/plain').send('This server answers only to its own address.\n');
    }
    const url = URL.parse(`http://127.0.0.1${request.url}`);
    if (!url) return refuse(request, reply).code(400).type('text/plain').send('The address is not valid.\n');
    const token = url.searchParams.get('token');
    if (request.method === 'GET' && token !== null) {
      if (!sessions.tokenIsRight(token)) return refuse(request, reply).code(403).type('text/html').send(SIGN_IN);
      // One slash only: `//name` would lead to another site.
      const location = url.pathname.replace(/^\/+/, '/');
      const answer = { 'set-cookie': sessions.open(), location, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' };
      return refuse(request, reply).code(303).headers(answer).send();
    }
    if (sessions.isSignedIn(headers)) return undefined;
    const answer = refuse(request, reply).code(401);
    return request.method === 'GET' && url.pathname !== '/graphql' ? answer.type('text/html').send(SIGN_IN) : answer.send(NOT_SIGNED_IN);
  });
}

/** Makes sure that the socket of a request for a WebSocket closes with the answer. */
function refuse(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.headers.upgrade !== undefined) reply.raw.once('finish', () => request.raw.socket.destroySoon());
  return reply.header('x-content-type-options', 'nosniff');
}
