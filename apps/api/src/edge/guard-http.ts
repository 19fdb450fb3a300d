import { TidegateError } from '@tidegate/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import './caller.js';
import type { ClientAddress } from './client-address.js';
import { originIsForeign } from './origin.js';
import type { People } from './people.js';
import { sessionCookie } from './session-cookie.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For everybody: what the sign-in page needs. All other routes need a caller. */
    isPublic?: boolean;
  }
  interface FastifyRequest {
    clientAddress?: string;
  }
}

const NOT_SIGNED_IN = {
  errors: [{ message: 'Sign in first, or send a token as "Authorization: Bearer TOKEN".', extensions: { code: 'API_NOT_SIGNED_IN' } }],
};

const PASSWORD_EXPIRED = {
  errors: [{ message: 'Choose a new password first.', extensions: { code: 'API_PASSWORD_EXPIRED', remedy: 'POST /auth/password with the present and the next one.' } }],
};

/** How long a request to become a WebSocket may take. */
const UPGRADE_LIMIT_MS = 5_000;

export interface GuardOptions {
  people: People;
  port: () => number;
  /** Hosts (name, or name:port) under which people reach the api, beside localhost. */
  hosts: readonly string[];
  clientAddress: ClientAddress;
}

/**
 * Every request must name this server, and be signed in unless its route is public. The owner's link (`/?token=...`) opens a session and leaves the token out of
 * the address at once.
 */
export function guardHttp(fastify: FastifyInstance, { people, port, hosts, clientAddress }: GuardOptions): void {
  // Whatever answers it, a refused upgrade must not keep its socket. `ws` lifts the limit from those that it takes.
  fastify.server.on('upgrade', ({ socket }) => socket.setTimeout(UPGRADE_LIMIT_MS, () => socket.destroy()));
  fastify.addHook('onRequest', async (request, reply) => {
    const { headers } = request;
    if (originIsForeign(headers, port(), hosts)) {
      return refuse(request, reply).code(403).type('text/plain').send('This server answers only to its own address.\n');
    }
    const url = URL.parse(`http://127.0.0.1${request.url}`);
    if (!url) return refuse(request, reply).code(400).type('text/plain').send('The address is not valid.\n');
    request.clientAddress = clientAddress.of(request.socket.remoteAddress ?? '', headers['x-forwarded-for']);
    const token = url.searchParams.get('token');
    if (request.method === 'GET' && token !== null && people.ownerSessions) return openOwnerSession(request, reply, { people, url, token });
    return authenticate(request, reply, people);
  });
}

function openOwnerSession(request: FastifyRequest, reply: FastifyReply, { people, url, token }: { people: People; url: URL; token: string }): FastifyReply {
  if (!people.ownerSessions?.tokenIsRight(token)) {
    return refuse(request, reply).code(403).type('text/plain').send('The token in the address is not the one of this instance. "tidegate status" prints the right address.\n');
  }
  // One slash only: `//name` would lead to another site.
  const location = url.pathname.replace(/^\/+/, '/');
  const answer = { 'set-cookie': people.ownerSessions.open(), location, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' };
  return refuse(request, reply).code(303).headers(answer).send();
}

async function authenticate(request: FastifyRequest, reply: FastifyReply, people: People): Promise<FastifyReply | undefined> {
  const isPublic = request.routeOptions.config.isPublic === true;
  try {
    const found = await people.authenticate(request.headers, request.clientAddress ?? '');
    if (found) {
      request.caller = found.caller;
      request.mustChangePassword = found.mustChangePassword;
      if (found.mustChangePassword && !isPublic) return refuse(request, reply).code(403).send(PASSWORD_EXPIRED);
      if ('rotated' in found && found.rotated) reply.header('set-cookie', sessionCookie(found.rotated, request));
      return undefined;
    }
  } catch (error) {
    if (isPublic) return undefined;
    const known = error instanceof TidegateError;
    const message = known ? error.message : 'Who you are cannot be found out at this moment.';
    const extensions = { code: known ? error.code : 'API_INTERNAL', ...(known && error.remedy ? { remedy: error.remedy } : {}) };
    return refuse(request, reply).code(503).header('retry-after', '2').send({ errors: [{ message, extensions }] });
  }
  return isPublic ? undefined : refuse(request, reply).code(401).send(NOT_SIGNED_IN);
}

/** Makes sure that the socket of a request for a WebSocket closes with the answer. */
function refuse(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.headers.upgrade !== undefined) reply.raw.once('finish', () => request.raw.socket.destroySoon());
  return reply.header('x-content-type-options', 'nosniff');
}
