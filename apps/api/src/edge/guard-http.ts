import type { FastifyInstance } from 'fastify';
import { originIsForeign } from './origin.js';
import type { Sessions } from './session.js';

const SIGN_IN = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tidegate</title>
<body style="font:16px system-ui;max-width:34rem;margin:4rem auto"><h1>Sign in</h1>
<p>Open the console's address as <code>tidegate status</code> prints it: it carries the token of this instance.</p></body></html>`;

/**
 * Every request must name this server and be signed in. `/?token=...` opens a session and leaves the token out of the address
 * at once; health is open.
 */
export function guardHttp(fastify: FastifyInstance, sessions: Sessions, port: () => number): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const { headers } = request;
    if (originIsForeign(headers, port())) return reply.code(403).send('This server answers only to its own address.\n');
    const url = new URL(request.url, 'http://127.0.0.1');
    const token = url.searchParams.get('token');
    if (request.method === 'GET' && token !== null) {
      if (!sessions.tokenIsRight(token)) return reply.code(403).type('text/html').send(SIGN_IN);
      return reply.code(303).headers({ 'set-cookie': sessions.open(), location: url.pathname, 'referrer-policy': 'no-referrer' }).send();
    }
    if (sessions.isSignedIn(headers)) return undefined;
    if (request.method === 'GET' && url.pathname !== '/graphql') return reply.code(401).type('text/html').send(SIGN_IN);
    return reply.code(401).send({ errors: [{ message: 'Sign in first: send the token as "Authorization: Bearer TOKEN".', extensions: { code: 'API_NOT_SIGNED_IN' } }] });
  });
}
