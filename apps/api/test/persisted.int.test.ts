import { createHash } from 'node:crypto';
import { Stage, TOKEN } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage.end());

const hashOf = (query: string): string => createHash('sha256').update(query).digest('hex');
const send = async (body: object) => {
  const { text } = await stage.send('POST', '/graphql', { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }, JSON.stringify(body));
  return JSON.parse(text) as { data: unknown; errors?: { message: string; extensions: object }[] };
};
const by = (query: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(query) } } });

it('takes a document by its hash once it has seen it', async () => {
  const query = '{ me { id } }';
  expect(await send(by(query))).toMatchObject({ data: null, errors: [{ message: 'PersistedQueryNotFound' }] });
  expect(await send({ query, ...by(query) })).toEqual({ data: { me: { id: 'admin' } } });
  expect(await send(by(query))).toEqual({ data: { me: { id: 'admin' } } });
});

it.each([
  ['another document than the hash says', { query: '{ me { displayName } }', ...by('{ me { id } }') }, /provided sha does not match/],
  ['a hash of nothing', { extensions: { persistedQuery: {} } }, /PersistedQueryNotSupported/],
  ['a hash that is none', { extensions: { persistedQuery: { version: 1, sha256Hash: 'x'.repeat(10_000) } } }, /PersistedQueryNotFound/],
])('refuses %s', async (_, body, message) => expect((await send(body)).errors?.[0]?.message).toMatch(message));

it('keeps no large ones, and looks at all of them as at others', async () => {
  const large = `{ me { id } }${' '.repeat(20_000)}`;
  expect(await send({ query: large, ...by(large) })).toMatchObject({ data: { me: { id: 'admin' } } });
  expect((await send(by(large))).errors?.[0]?.message).toBe('PersistedQueryNotFound');
  const dear = `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: me { id }`).join(' ')} }`;
  for (const body of [{ query: dear, ...by(dear) }, by(dear)]) expect((await send(body)).errors?.[0]).toMatchObject({ extensions: { code: 'API_REQUEST_INVALID' } });
});
