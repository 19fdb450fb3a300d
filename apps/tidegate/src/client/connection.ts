import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TidegateError, defineErrors } from '@tidegate/kernel';
import { Agent, type Dispatcher, request } from 'undici';
import type { CommandContext } from '../commands/run-command.js';
import { codes as cli } from '../errors.js';
import { readRecord } from '../instance/record.js';
import { type Context, contextNamed, contextsFile, readContexts } from './contexts.js';

const codes = defineErrors({
  CLI_API_SILENT: 'The API of the platform does not answer, or something else answers in its place.',
  CLI_SIGNED_OUT: 'The API does not take the token of a context.',
  CLI_ADDRESS: 'An address cannot be used for signing in.',
});

const ANSWER_MS = 60_000;
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

export interface Answered {
  status: number;
  body: unknown;
  cookies: string[];
}

/** What the API answers errors with, over GraphQL as well as beside it. */
interface Problem {
  message: string;
  extensions?: { code?: string; remedy?: string; field?: string };
}

/** Somebody's way to the API of a platform. Every refusal is a TidegateError with the API's own sentence. */
export class Connection {
  private readonly agent: Agent;

  constructor(
    /** `https://tidegate.example` */
    readonly url: string,
    private readonly headers: Readonly<Record<string, string>>,
    private readonly options: { ca?: string | undefined; remedy?: string | undefined } = {},
  ) {
    refuseAddress(url);
    this.agent = new Agent({ headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS, connect: options.ca === undefined ? {} : { ca: options.ca } });
  }

  async ask<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const answer = await this.send('POST', '/graphql', { query, variables });
    const { data } = (answer.body ?? {}) as { data?: T | null };
    if (answer.status === 401) throw new TidegateError(codes.CLI_SIGNED_OUT, 'The API does not take this token: it has expired or was revoked.', { remedy: this.options.remedy ?? '' });
    throwProblem(answer);
    if (!data) throw this.silent(`It answered ${answer.status} without data.`);
    return data;
  }

  async send(method: Dispatcher.HttpMethod, at: string, body: object, headers: Record<string, string> = {}): Promise<Answered> {
    const answer = await request(this.url + at, {
      method,
      headers: { 'content-type': 'application/json', ...this.headers, ...headers },
      body: JSON.stringify(body),
      dispatcher: this.agent,
    }).catch((error: unknown) => {
      throw this.silent(error instanceof Error ? (error.message || error.name) + '.' : '', error);
    });
    const length = Number(answer.headers['content-length'] ?? 0);
    if (length > LARGEST_ANSWER_BYTES) throw this.silent('Its answer is too large.');
    const text = await answer.body.text();
    const cookies = [answer.headers['set-cookie'] ?? []].flat();
    try {
      return { status: answer.statusCode, body: JSON.parse(text) as unknown, cookies };
    } catch {
      throw this.silent(`It answered ${answer.statusCode}, and not as Tidegate does.`);
    }
  }

  /** For another connection to the same place. */
  get trust(): { ca?: string | undefined } {
    return { ca: this.options.ca };
  }

  close(): Promise<void> {
    return this.agent.close();
  }

  private silent(because: string, cause?: unknown): TidegateError {
    const message = `The API at ${this.url} does not answer. ${because}`.trim();
    return new TidegateError(codes.CLI_API_SILENT, message, { remedy: 'Is the address right, and does the platform run ("tidegate status")?', cause });
  }
}

/** Throws what an answer says was wrong. */
export function throwProblem({ body, status }: Answered): void {
  const [first, ...more] = (body as { errors?: Problem[] } | null)?.errors ?? [];
  if (!first) {
    if (status < 400) return;
    throw new TidegateError(codes.CLI_API_SILENT, `The API answered ${status} without a reason.`);
  }
  const { code = 'API_INTERNAL', remedy, field } = first.extensions ?? {};
  const rest = more.map((p) => ` ${p.message}`).join('');
  throw new TidegateError(code, (field === undefined ? '' : `${field}: `) + first.message + rest, remedy === undefined ? {} : { remedy });
}

/** A token or password over plain HTTP is everybody's, but on this machine. */
function refuseAddress(url: string): void {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.pathname !== '/' || parsed.search !== '') {
    throw new TidegateError(codes.CLI_ADDRESS, `"${url}" is not the address of a platform.`, { remedy: 'Write it as https://tidegate.example.' });
  }
  if (parsed.protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(parsed.hostname)) return;
  throw new TidegateError(codes.CLI_ADDRESS, `${url} is not encrypted: whoever is on the way would have your token.`, {
    remedy: 'Use https://, or a port-forward to this machine.',
  });
}

/** `https://tidegate.example/` and the console's own pages lead to the same API. */
export const originOf = (url: string): string => URL.parse(url)?.origin ?? url;

/**
 * Whom a command speaks to, the first that there is: `--context`, `--data`, TIDEGATE_URL with TIDEGATE_TOKEN, the context in use, the instance on this
 * machine as its owner. Throws CLI_CONTEXT or CLI_NOT_RUNNING.
 */
export function openConnection(context: CommandContext, named: string | undefined, env: NodeJS.ProcessEnv = process.env): Connection {
  const all = readContexts(contextsFile(env));
  if (named !== undefined) return toContext(contextNamed(all, named));
  if (!context.dataIsChosen) {
    const [url, token] = [env['TIDEGATE_URL'], env['TIDEGATE_TOKEN']];
    if (url && token) return withToken(originOf(url), token, { remedy: 'It is in TIDEGATE_TOKEN.' });
    if (all.current !== undefined) return toContext(contextNamed(all, all.current));
  }
  return asOwner(context);
}

const withToken = (url: string, token: string, options: { ca?: string | undefined; remedy: string }): Connection =>
  new Connection(url, { authorization: `Bearer ${token}` }, options);

const toContext = ({ url, token, ca, name }: Context): Connection => withToken(url, token, { ca, remedy: `Sign in again: tidegate login ${url} --context ${name}` });

function asOwner({ paths }: CommandContext): Connection {
  const record = readRecord(paths);
  const file = path.join(paths.private, 'console-token');
  if (!record || record.apiOnly || !existsSync(file)) {
    throw new TidegateError(cli.CLI_NOT_RUNNING, `You are not signed in anywhere, and no platform was started in ${paths.data}.`, {
      remedy: 'Sign in with "tidegate login URL", or start one with "tidegate up".',
    });
  }
  return withToken(`http://127.0.0.1:${record.port}`, readFileSync(file, 'utf8').trim(), { remedy: 'Start the platform anew: tidegate down, tidegate up.' });
}
