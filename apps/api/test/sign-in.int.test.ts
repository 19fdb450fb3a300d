import { Stage, TOKEN } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage.end());

const QUERY = JSON.stringify({ query: '{ releases { id } }' });
const JSON_BODY = { 'content-type': 'application/json' };
const bearer = { authorization: `Bearer ${TOKEN}` };

async function cookie(): Promise<string> {
  const answer = await stage.send('GET', `/releases/default/one?token=${TOKEN}`);
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

describe('over HTTP', () => {
  it('changes the token in an address for a cookie, and takes it out of the address', async () => {
    const answer = await stage.send('GET', `/releases/default/one?token=${TOKEN}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/releases/default/one');
    expect(answer.headers['set-cookie']?.[0]).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    expect((await stage.send('GET', '/', { cookie: await cookie() })).status).toBe(200);
    expect((await stage.send('POST', '/graphql', { ...JSON_BODY, cookie: await cookie() }, QUERY)).text).toBe('{"data":{"releases":[]}}');
  });
  it('never sends a browser to another site after sign-in', async () => {
    const answer = await stage.send('GET', `//evil.example/a?token=${TOKEN}`);
    expect(answer.headers.location).toBe('/evil.example/a');
  });
  it('takes the token as bearer', async () => {
    expect((await stage.send('POST', '/graphql', { ...JSON_BODY, ...bearer }, QUERY)).text).toBe('{"data":{"releases":[]}}');
  });
  it.each([
    { name: 'an export without sign-in', at: '/audit/export', headers: {}, status: 401, says: 'API_NOT_SIGNED_IN' },
    { name: 'a wrong token in the address', at: '/?token=wrong', headers: {}, status: 403, says: 'not the one of this instance' },
    { name: 'a wrong bearer', at: '/graphql?query=%7B__typename%7D', headers: { authorization: 'Bearer wrong' }, status: 401, says: 'API_NOT_SIGNED_IN' },
    {
      name: 'a forged cookie',
      at: '/graphql?query=%7B__typename%7D',
      headers: { cookie: `tidegate-session-PORT=99999999999999.${'a'.repeat(43)}` },
      status: 401,
      says: 'API_NOT_SIGNED_IN',
    },
    { name: 'GraphQL without sign-in', at: '/graphql?query=%7B__typename%7D', headers: {}, status: 401, says: 'API_NOT_SIGNED_IN' },
    { name: 'a page of another site', at: '/', headers: { ...bearer, origin: 'https://evil.example' }, status: 403, says: 'own address' },
    { name: 'another local port', at: '/', headers: { ...bearer, origin: 'http://127.0.0.1:1' }, status: 403, says: 'own address' },
    { name: 'an opaque origin', at: '/', headers: { ...bearer, origin: 'null' }, status: 403, says: 'own address' },
    { name: 'a foreign name for this machine', at: '/', headers: { ...bearer, host: 'evil.example' }, status: 403, says: 'own address' },
    { name: 'an address that is none', at: '/%zz?token=wrong', headers: {}, status: 400, says: 'not a valid url' },
  ])('refuses $name', async ({ at, headers, status, says }) => {
    const sent = Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(stage.port))]);
    const answer = await stage.send('GET', at, Object.fromEntries(sent));
    expect(answer).toMatchObject({ status, text: expect.stringContaining(says) });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
  it('changes nothing by GET', async () => {
    const mutation = 'mutation { actOnRelease(input: {namespace: "default", name: "x", action: ABORT}) { id } }';
    const answer = await stage.get(`/graphql?query=${encodeURIComponent(mutation)}`);
    expect(answer.status).toBe(405);
  });
});

describe('over WebSocket', () => {
  const opens = async (headers: Record<string, string>): Promise<string> => {
    const socket = stage.socket(headers);
    try {
      for await (const { data } of socket.iterate({ query: '{ __typename }' })) return JSON.stringify(data);
      return 'nothing';
    } catch {
      return 'refused';
    } finally {
      await socket.dispose();
    }
  };
  it.each([
    { name: 'the token', headers: bearer, outcome: '{"__typename":"Query"}' },
    { name: 'no sign-in', headers: {}, outcome: 'refused' },
    { name: 'a wrong token', headers: { authorization: 'Bearer wrong' }, outcome: 'refused' },
    { name: 'a page of another site', headers: { ...bearer, origin: 'https://evil.example' }, outcome: 'refused' },
  ])('$name: $outcome', async ({ headers, outcome }) => expect(await opens(headers)).toBe(outcome));
  it('a cookie and the own origin', async () => {
    expect(await opens({ cookie: await cookie(), origin: `http://127.0.0.1:${stage.port}` })).toBe('{"__typename":"Query"}');
  });
  it('refuses a foreign name for this machine', async () => {
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol': 'graphql-transport-ws',
    };
    expect((await stage.send('GET', '/graphql', { ...upgrade, ...bearer, host: 'evil.example' })).status).toBe(403);
  });
});
