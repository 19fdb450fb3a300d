import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { type CommandContext, readOptions, usage } from '../commands/run-command.js';
import { readRecord } from '../instance/record.js';
import { Connection, originOf, throwProblem } from './connection.js';
import { type Context, contextNamed, contextsFile, readContexts, withContext, withoutContext, writeContexts } from './contexts.js';
import { ask, isTerminal, newSecret, secretOf } from './person-at-terminal.js';
import { queries } from './queries.js';

const HELP = `tidegate login [URL] [--account NAME]          sign in with a password; without URL to the instance on this machine
tidegate login URL --token-stdin               with a token: machines, and people of an identity provider (console, Settings)

  --context NAME      under which it is kept (default: the host of URL)
  --days N            how long the token of this sign-in is good (default 30)
  --password-stdin    the password is on standard input
  --ca FILE           authority of the server's certificate, when the system does not know it`;

const options = {
  account: { type: 'string' },
  context: { type: 'string' },
  days: { type: 'string', default: '30' },
  ca: { type: 'string' },
  'password-stdin': { type: 'boolean', default: false },
  'token-stdin': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
const SCOPES = ['READ', 'WRITE', 'KUBERNETES', 'TERMINAL'];

/** Signs in, and keeps a token of its own for this machine. */
export async function login(context: CommandContext): Promise<number> {
  const { values, positionals } = readOptions(context.argv, options);
  if (values.help) {
    context.out(HELP);
    return 0;
  }
  if (positionals.length > 1) throw usage('login takes one address.');
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1) throw usage('--days is a number of days.');
  const url = positionals[0] === undefined ? ofInstance(context) : originOf(positionals[0]);
  const ca = values.ca === undefined ? undefined : readFileSync(path.resolve(values.ca), 'utf8');
  const found = values['token-stdin'] ? await withToken(url, ca) : await withPassword(url, ca, { account: values.account, days, fromStdin: values['password-stdin'] });
  const name = values.context ?? URL.parse(url)?.host ?? url;
  const file = contextsFile(process.env);
  const contexts = readContexts(file);
  const before = contexts.contexts.find((c) => c.name === name);
  writeContexts(file, withContext(contexts, { name, url, ...found, ...(ca === undefined ? {} : { ca }) }));
  if (before) await forget(before).catch(() => undefined);
  context.out(`Signed in to ${url} as ${found.account}; context "${name}".`);
  return 0;
}

function ofInstance({ paths }: CommandContext): string {
  const record = readRecord(paths);
  if (!record || record.apiOnly) throw usage('login needs the address of a platform, such as https://tidegate.example.');
  return `http://127.0.0.1:${record.port}`;
}

type Found = Pick<Context, 'account' | 'token' | 'tokenId'>;

async function withToken(url: string, ca: string | undefined): Promise<Found> {
  const token = await secretOf('Token: ', '--token-stdin', true);
  const api = new Connection(url, { authorization: `Bearer ${token}` }, { ca, remedy: 'Make one in the console: Settings, Tokens.' });
  try {
    return { account: (await api.ask<{ me: { id: string } }>(queries.me)).me.id, token };
  } finally {
    await api.close();
  }
}

async function withPassword(url: string, ca: string | undefined, { account: named, days, fromStdin }: { account: string | undefined; days: number; fromStdin: boolean }): Promise<Found> {
  if (named === undefined && !isTerminal()) throw usage('Say who signs in: --account NAME.');
  const account = named ?? (await ask('Account: '));
  const password = await secretOf(`Password of ${account}: `, '--password-stdin', fromStdin);
  const api = new Connection(url, {}, { ca });
  try {
    const answer = await api.send('POST', '/auth/login', { account, password });
    throwProblem(answer);
    const session = { cookie: answer.cookies.map((c) => c.split(';')[0]).join('; ') };
    if ((answer.body as { mustChangePassword?: boolean }).mustChangePassword) await chooseAnother(api, session, password, fromStdin);
    const input = { name: `login on ${hostname()}`.slice(0, 60), scopes: SCOPES, days };
    const made = await api.send('POST', '/graphql', { query: queries.createToken, variables: { input } }, session);
    throwProblem(made);
    const { createToken } = (made.body as { data: { createToken: { secret: string; token: { id: string } } } }).data;
    await api.send('POST', '/auth/logout', {}, session);
    return { account, token: createToken.secret, tokenId: createToken.token.id };
  } finally {
    await api.close();
  }
}

async function chooseAnother(api: Connection, session: { cookie: string }, present: string, fromStdin: boolean): Promise<void> {
  if (fromStdin || !isTerminal()) throw usage(`Somebody else knows this password: choose one of your own first, at ${api.url} or with "tidegate login" on a terminal.`);
  const next = await newSecret('This password was given to you. Choose one of your own: ');
  throwProblem(await api.send('POST', '/auth/password', { present, next }, session));
}

/** Revokes the token that "login" made. */
async function forget({ url, token, tokenId, ca }: Context): Promise<boolean> {
  if (tokenId === undefined) return false;
  const api = new Connection(url, { authorization: `Bearer ${token}` }, { ca });
  try {
    await api.ask(queries.revokeToken, { id: tokenId });
    return true;
  } finally {
    await api.close();
  }
}

/** `tidegate logout [--context NAME]`: the token is good for nothing any more, and the context is gone. */
export async function logout(context: CommandContext): Promise<number> {
  const { values, positionals } = readOptions(context.argv, { context: { type: 'string' } });
  if (positionals.length > 0) throw usage('logout takes no words.');
  const file = contextsFile(process.env);
  const contexts = readContexts(file);
  const name = values.context ?? contexts.current;
  if (name === undefined) throw usage('You are not signed in anywhere.');
  const found = contextNamed(contexts, name);
  const problem = await forget(found).then(
    (revoked) => (revoked ? undefined : 'Its token was not made by "tidegate login" and is still good: revoke it with "tidegate token revoke" or in the console.'),
    (error: unknown) => `Its token could not be revoked (${error instanceof TidegateError ? error.message : String(error)}) and may still be good.`,
  );
  writeContexts(file, withoutContext(contexts, name));
  context.out(`Signed out of ${found.url}.${problem === undefined ? '' : ` ${problem}`}`);
  return 0;
}
