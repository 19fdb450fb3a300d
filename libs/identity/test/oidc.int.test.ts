import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { type Stage, stage } from './stage.js';
import { OidcProvider } from '../src/index.js';

const CALLBACK = 'http://127.0.0.1:7300/auth/oidc/corp/callback';
let s: Stage;
let server: Server;
let claims: Record<string, unknown> = {};

/** A real provider (node-oidc-provider) that signs everybody in as `sub` of the moment, without a form. */
beforeAll(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'tidegate', token_endpoint_auth_method: 'none', redirect_uris: [CALLBACK], application_type: 'native', grant_types: ['authorization_code'], response_types: ['code'] }],
    claims: { openid: ['sub'], profile: ['preferred_username', 'name', 'groups'], email: ['email'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub, ...claims }) }),
    interactions: { url: (_context: unknown, interaction: { uid: string }) => `/as-told/${interaction.uid}` },
    cookies: { keys: ['test'] },
    scopes: ['openid', 'profile', 'email'],
  } as ConstructorParameters<typeof Provider>[1]);
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/as-told/')) return void answer(request, response);
    void (async () => {
      const { prompt, params } = await provider.interactionDetails(request, response);
      if (prompt.name === 'login') return provider.interactionFinished(request, response, { login: { accountId: String(claims['sub']) } });
      const grant = new provider.Grant({ accountId: String(claims['sub']), clientId: String(params['client_id']) });
      grant.addOIDCScope('openid profile email');
      return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
    })();
  });
  s = await stage({
    providers: [OidcProvider.parse({ name: 'corp', issuer, clientId: 'tidegate', groupsClaim: 'groups', groupMap: { ops: 'administrators' }, groupPrefix: 'corp-' })],
    allowHttpProviders: true,
  });
}, 120_000);

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await s.close();
});

/** Follows redirects as a browser does, until the address of the callback. */
async function browse(location: URL): Promise<URL> {
  const jar = new Map<string, string>();
  for (let url = location, n = 0; n < 12; n += 1) {
    if (url.href.startsWith(CALLBACK)) return url;
    const cookie = [...jar].map(([k, v]) => `${k}=${v}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    url = new URL(response.headers.get('location') ?? '', url);
  }
  throw new Error('too many redirects');
}

async function signIn(): Promise<{ id: string; groups: string[] }> {
  const { oidc, signIn: people, authenticator } = s.identity;
  const { location, state } = await oidc.begin('corp', CALLBACK, '/');
  const { provider, person } = await oidc.finish('corp', await browse(location), state);
  const { session } = await people.withProvider(provider, person, { address: '::1', userAgent: 'test' });
  const found = await authenticator.authenticate({ cookie: session.secret, address: '::1' });
  return { id: found?.caller.id ?? '', groups: [...(found?.caller.groups ?? [])] };
}

it('signs in with PKCE, makes the account once, and takes groups from the claims each time', async () => {
  claims = { sub: 'u1', preferred_username: 'Ada', name: 'Ada Lovelace', email: 'ada@example.com', groups: ['Blue', 'ops'] };
  expect(await signIn()).toEqual({ id: 'ada', groups: ['tidegate:administrators', 'tidegate:corp-blue', 'tidegate:everybody'] });
  claims = { ...claims, preferred_username: 'renamed', groups: ['Red'] };
  expect(await signIn()).toEqual({ id: 'ada', groups: ['tidegate:corp-red', 'tidegate:everybody'] });
}, 60_000);

it('never gives one person the account of another who is called the same', async () => {
  await s.identity.accounts.create({ id: 'grace', kind: 'Person', displayName: 'Grace', password: 'correct horse battery' });
  claims = { sub: 'u2', preferred_username: 'grace' };
  expect((await signIn()).id).toBe('grace-2');
  claims = { sub: 'u3', preferred_username: 'system:masters' };
  expect((await signIn()).id).toBe('system-masters');
}, 60_000);

it('refuses an answer from another browser, one that was used, and one that is old', async () => {
  claims = { sub: 'u4', preferred_username: 'eve' };
  const { oidc } = s.identity;
  const begun = await oidc.begin('corp', CALLBACK, '/');
  const back = await browse(begun.location);
  await expect(oidc.finish('corp', back, 'another-state')).rejects.toThrow('not begun in this browser');
  await expect(oidc.finish('corp', back, begun.state)).rejects.toThrow('not begun in this browser');
  const late = await oidc.begin('corp', CALLBACK, '/');
  const lateBack = await browse(late.location);
  s.clock.advance(11 * 60_000);
  await expect(oidc.finish('corp', lateBack, late.state)).rejects.toThrow('longer than ten minutes');
  await expect(oidc.begin('nope', CALLBACK, '/')).rejects.toThrow('no such identity provider');
}, 60_000);
