import { type From, type SignedIn, SignInDelayed } from '@tidegate/identity';
import { type Logger, TidegateError, causeChain } from '@tidegate/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { People } from '../edge/people.js';
import { noSessionCookies, ownOrigin, portOf, sessionCookie } from '../edge/session-cookie.js';

const name = z.string().min(1).max(63);
const password = z.string().min(1).max(512);
const Login = z.strictObject({ account: name, password });
const Change = z.strictObject({ present: password, next: password });
const Setup = z.strictObject({ token: z.string().min(1).max(200), account: name, displayName: z.string().max(200).default(''), password });

const STATUS: Record<string, number> = {
  ID_SIGN_IN_REFUSED: 401,
  ID_SIGN_IN_DELAYED: 429,
  ID_BUSY: 503,
  ID_SETUP_REFUSED: 403,
  ID_NOT_FOUND: 404,
  ID_PROVIDER_FAILED: 401,
  API_NO_DATABASE: 503,
};
const STATE_COOKIE_SECONDS = 600;
const NO_STORE = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
const open = { config: { isPublic: true } };
/** A form of another site can be sent without asking; JSON can't. */
const openForJson = {
  ...open,
  preValidation: async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> =>
    /^application\/json\b/i.test(request.headers['content-type'] ?? '')
      ? undefined
      : reply.code(415).send({ errors: [{ message: 'Send JSON (content-type: application/json).', extensions: { code: 'API_INPUT_INVALID' } }] }),
};

/** What sets cookies is beside GraphQL: signing in and out, the first administrator, and the way through an identity provider. */
export function serveSignIn(fastify: FastifyInstance, people: People, log: Logger): void {
  const from = (request: FastifyRequest): From => ({ address: request.clientAddress ?? '', userAgent: request.headers['user-agent'] ?? '' });

  /** What the sign-in page has to offer. */
  fastify.get('/auth/state', open, async (request, reply) => {
    const signedIn = request.caller ? { id: request.caller.id, displayName: request.caller.displayName, mustChangePassword: request.mustChangePassword === true } : null;
    const offers = await offersOf(people);
    return reply.headers(NO_STORE).send({ signedIn, ...offers });
  });

  fastify.post('/auth/login', openForJson, (request, reply) =>
    answering(reply, log, async () => {
      const { account, password: given } = parsed(Login, request.body);
      return signedIn(request, reply, await people.identity().signIn.withPassword(account, given, from(request)));
    }),
  );

  fastify.post('/auth/setup', openForJson, (request, reply) =>
    answering(reply, log, async () => signedIn(request, reply, await people.identity().signIn.setUp(parsed(Setup, request.body), from(request)))),
  );

  fastify.post('/auth/logout', openForJson, (request, reply) =>
    answering(reply, log, async () => {
      const { caller } = request;
      if (caller && caller.credential.kind === 'Session' && caller.credential.id !== 'owner') {
        await people.identity().sessions.end(caller.credential.id);
        await people.audit.record({ caller, action: 'account.logout', result: 'Succeeded' });
      }
      return reply.headers({ ...NO_STORE, 'set-cookie': noSessionCookies(request) }).send({});
    }),
  );

  /** Also for those who have to choose a new one before anything else. All other sessions of the account end. */
  fastify.post('/auth/password', openForJson, (request, reply) =>
    answering(reply, log, async () => {
      const { present, next } = parsed(Change, request.body);
      const { caller } = request;
      if (!caller || caller.credential.kind !== 'Session') throw new TidegateError('API_NOT_SIGNED_IN', 'Sign in first.');
      const { accounts, sessions } = people.identity();
      await accounts.changePassword(caller.id, present, next);
      await sessions.endAll(caller.id, caller.credential.id);
      await people.audit.record({ caller, action: 'account.changePassword', result: 'Succeeded' });
      return reply.headers(NO_STORE).send({});
    }),
  );

  const stateCookie = (request: FastifyRequest): string => `tidegate_oidc_${portOf(request)}`;

  fastify.get<{ Params: { provider: string }; Querystring: { return?: string } }>('/auth/oidc/:provider', open, (request, reply) =>
    answering(reply, log, async () => {
      const callback = `${ownOrigin(request)}/auth/oidc/${encodeURIComponent(request.params.provider)}/callback`;
      const { location, state } = await people.identity().oidc.begin(request.params.provider, callback, localPath(request.query.return));
      // Lax: the provider's page leads the browser back.
      const cookie = `${stateCookie(request)}=${state}; Path=/auth/oidc; HttpOnly; SameSite=Lax; Max-Age=${STATE_COOKIE_SECONDS}`;
      return reply.code(303).headers({ ...NO_STORE, 'set-cookie': cookie, location: location.href }).send();
    }),
  );

  fastify.get<{ Params: { provider: string } }>('/auth/oidc/:provider/callback', open, (request, reply) =>
    answering(reply, log, async () => {
      const { oidc, signIn } = people.identity();
      const kept = new RegExp(`(?:^|;\\s*)${stateCookie(request)}=([A-Za-z0-9_-]{1,100})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1];
      const { provider, person, returnTo } = await oidc.finish(request.params.provider, new URL(request.url, ownOrigin(request)), kept);
      const { session } = await signIn.withProvider(provider, person, from(request));
      // A redirect would still belong to the other site's navigation, and the strict cookie would not be sent along: the page itself goes on.
      const cookies = [sessionCookie(session, request), `${stateCookie(request)}=; Path=/auth/oidc; Max-Age=0`];
      const page = `<!doctype html><meta charset="utf-8"><title>Signed in</title><meta http-equiv="refresh" content="0;url=${escaped(returnTo)}"><a href="${escaped(returnTo)}">Go on</a>`;
      return reply.headers({ ...NO_STORE, 'set-cookie': cookies, 'content-security-policy': "default-src 'none'" }).type('text/html; charset=utf-8').send(page);
    }),
  );
}

async function offersOf(people: People): Promise<{ ready: boolean; because?: string; needsSetup: boolean; passwords: boolean; providers: { name: string; title: string }[] }> {
  try {
    const { signIn, oidc } = people.identity();
    const providers = oidc.providers.map((p) => ({ name: p.name, title: p.title ?? p.name }));
    return { ready: true, needsSetup: await signIn.needsSetup(), passwords: true, providers };
  } catch (error) {
    const because = error instanceof TidegateError ? `${error.message} ${error.remedy ?? ''}`.trim() : 'The database does not answer.';
    return { ready: false, because, needsSetup: false, passwords: false, providers: [] };
  }
}

function signedIn(request: FastifyRequest, reply: FastifyReply, { account, session }: SignedIn): FastifyReply {
  const { id, displayName, mustChangePassword } = account;
  return reply.headers({ ...NO_STORE, 'set-cookie': sessionCookie(session, request) }).send({ account: { id, displayName }, mustChangePassword });
}

/** A path of this server, whatever was asked for: sign-in must not lead to other sites. */
function localPath(wanted: string | undefined): string {
  if (wanted === undefined || wanted.length > 500) return '/';
  const url = URL.parse(wanted, 'http://here.invalid');
  return url?.host === 'here.invalid' && wanted.startsWith('/') ? url.pathname + url.search : '/';
}

const escaped = (text: string): string => text.replace(/[&"<>]/g, (c) => `&#${c.charCodeAt(0)};`);

class BadInput extends TidegateError {
  constructor(readonly field: string) {
    super('API_INPUT_INVALID', `The field "${field}" is missing, of the wrong type, or too long.`);
  }
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new BadInput(result.error.issues[0]?.path.join('.') || 'body');
}

/** Errors in the form of GraphQL's, so that clients read one form. */
async function answering(reply: FastifyReply, log: Logger, work: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SignInDelayed) reply.header('retry-after', String(error.retryAfterSeconds));
    if (!(error instanceof TidegateError)) {
      log.error({ because: causeChain(error) }, 'signing in failed');
      return reply.code(500).headers(NO_STORE).send({ errors: [{ message: 'Signing in failed because of a fault of the API.', extensions: { code: 'API_INTERNAL' } }] });
    }
    if (error.cause !== undefined) log.warn({ because: causeChain(error) }, 'signing in failed');
    const field = 'field' in error && typeof error.field === 'string' ? { field: error.field } : {};
    const extensions = { code: error.code, ...(error.remedy ? { remedy: error.remedy } : {}), ...field };
    return reply.code(STATUS[error.code] ?? 400).headers(NO_STORE).send({ errors: [{ message: error.message, extensions }] });
  }
}
