import { waitFor } from '@tidegate/testing';
import type { Stage } from './stage.js';

const PASSWORD = 'correct horse battery';
const FIRST = 'a first long phrase';

/** Headers that sign somebody in. */
export type Credential = { cookie: string };

/** Accounts, as the owner makes them and they sign in. */
export class People {
  constructor(private readonly stage: Stage) {}

  /** What the API answers; no error is expected. The owner asks, or whom the headers name. */
  async ask(query: string, variables: object, as?: Record<string, string>): Promise<Record<string, never>> {
    const { data, errors } = await this.stage.ask(query, { ...variables }, as);
    expect(errors).toBeUndefined();
    return data as Record<string, never>;
  }

  /** A new account that has signed in and chosen its password. */
  async signedIn(name: string): Promise<Credential> {
    await waitFor('sign-in is ready', async () => (JSON.parse((await this.stage.send('GET', '/auth/state')).text) as { ready: boolean }).ready);
    await this.ask('mutation($input: CreateAccountInput!) { createAccount(input: $input) { name } }', { input: { name, password: FIRST } });
    const post = (at: string, body: object, as: Record<string, string> = {}) => this.stage.send('POST', at, { 'content-type': 'application/json', ...as }, JSON.stringify(body));
    const cookieOf = async (password: string) => ({ cookie: String((await post('/auth/login', { account: name, password })).headers['set-cookie']?.[0]).split(';')[0] ?? '' });
    await post('/auth/password', { present: FIRST, next: PASSWORD }, await cookieOf(FIRST));
    return cookieOf(PASSWORD);
  }

  async tokenOf(as: Credential, scopes: string[]): Promise<{ id: string; secret: string }> {
    const { createToken } = (await this.ask('mutation($input: CreateTokenInput!) { createToken(input: $input) { secret token { id } } }', { input: { name: 't', scopes } }, as)) as unknown as {
      createToken: { secret: string; token: { id: string } };
    };
    return { id: createToken.token.id, secret: createToken.secret };
  }
}
