import type { Stage } from './stage.js';

const FIRST = 'a first long phrase';
export const PASSWORD = 'correct horse battery';
/** The headers that say who calls. */
export type As = Record<string, string>;

export const cookieOf = (answer: Awaited<ReturnType<Stage['send']>>): string => answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';

export const post = (stage: Stage, at: string, body: object, headers: As = {}): ReturnType<Stage['send']> =>
  stage.send('POST', at, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));

export async function mustHave<T>(stage: Stage, query: string, variables: Record<string, unknown>, as?: As): Promise<T> {
  const answer = await stage.ask(query, variables, as);
  expect(answer.errors).toBeUndefined();
  return answer.data as T;
}

/** A person who has chosen a password, and is signed in. */
export async function signedIn(stage: Stage, name: string, groups: string[] = []): Promise<{ cookie: string }> {
  await mustHave(stage, 'mutation($input: CreateAccountInput!) { createAccount(input: $input) { name } }', { input: { name, groups, password: FIRST } });
  const first = cookieOf(await post(stage, '/auth/login', { account: name, password: FIRST }));
  expect((await stage.ask('{ me { id } }', {}, { cookie: first })).errors?.[0]?.extensions?.['code']).toBe('API_PASSWORD_EXPIRED');
  expect((await post(stage, '/auth/password', { present: FIRST, next: PASSWORD }, { cookie: first })).status).toBe(200);
  return { cookie: cookieOf(await post(stage, '/auth/login', { account: name, password: PASSWORD })) };
}

export async function tokenOf(stage: Stage, as: As, scopes: string[]): Promise<{ id: string; secret: string }> {
  const create = 'mutation($input: CreateTokenInput!) { createToken(input: $input) { secret token { id } } }';
  const { createToken } = await mustHave<{ createToken: { secret: string; token: { id: string } } }>(stage, create, { input: { name: 't', scopes } }, as);
  return { id: createToken.token.id, secret: createToken.secret };
}
