import type { DocumentDecoration } from 'gql.tada';
import { type DocumentNode, print } from 'graphql';
import { type Client, createClient } from 'graphql-ws/client';
import { type SocketClass, socketClass } from './open-socket.js';
import { type Problem, RequestError, problemsOf, toRequestError } from './request-error.js';

const LONGEST_REQUEST_MS = 30_000;

export interface ConnectOptions {
  /** Where the console is, such as http://127.0.0.1:7300. */
  url: string;
  /** A token of a person or a machine. Left out on a page of the platform, whose session is used. */
  token?: string;
  /** For each query and mutation; 30 s if not given. */
  timeoutMs?: number;
  /** The WebSocket class of the package "ws", for Node before 22. */
  webSocket?: SocketClass;
}

export interface RequestOptions {
  signal?: AbortSignal;
}

/** Variables may be left out where the document needs none. */
export type VariablesArgument<Variables> = Record<never, never> extends Variables ? [variables?: Variables, options?: RequestOptions] : [variables: Variables, options?: RequestOptions];

/** A document by `graphql`. */
export type Document<Result, Variables> = DocumentNode & DocumentDecoration<Result, Variables>;

export interface Tidegate {
  /** Throws RequestError. */
  query<Result, Variables>(document: Document<Result, Variables>, ...rest: VariablesArgument<Variables>): Promise<Result>;
  /** As a query. Never sent twice: whether one that timed out was done is to be looked up. */
  mutate<Result, Variables>(document: Document<Result, Variables>, ...rest: VariablesArgument<Variables>): Promise<Result>;
  /**
   * The state, and then each change. A lost connection is opened again, and begins with the state anew. Ends when the loop over it is left or the signal aborts;
   * throws RequestError.
   */
  subscribe<Result, Variables>(document: Document<Result, Variables>, ...rest: VariablesArgument<Variables>): AsyncIterableIterator<Result>;
  /** Ends all subscriptions. */
  close(): Promise<void>;
}

/** Nothing is sent before the first call. Throws CLIENT_OPTIONS_INVALID. */
export function connect({ url, token, timeoutMs = LONGEST_REQUEST_MS, webSocket }: ConnectOptions): Tidegate {
  const address = addressOf(url);
  const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const send = (document: DocumentNode, variables: unknown, signal: AbortSignal | undefined): Promise<unknown> => {
    const limit = AbortSignal.timeout(timeoutMs);
    const body = JSON.stringify({ query: print(document), variables });
    return post(address, { method: 'POST', headers, body, signal: signal ? AbortSignal.any([signal, limit]) : limit }, limit);
  };
  let socket: Client | undefined;
  const sockets = (): Client => (socket ??= openSocket(address, socketClass(token, webSocket)));
  const ask = <Result, Variables>(document: Document<Result, Variables>, ...[variables, { signal } = {}]: VariablesArgument<Variables>): Promise<Result> =>
    send(document, variables, signal) as Promise<Result>;
  return {
    query: ask,
    mutate: ask,
    subscribe: <Result, Variables>(document: Document<Result, Variables>, ...[variables, { signal } = {}]: VariablesArgument<Variables>) =>
      results(sockets(), { query: print(document), variables: variables as Record<string, unknown> | undefined }, signal) as AsyncIterableIterator<Result>,
    close: async () => socket?.dispose(),
  };
}

/** A wrong token or address is told at once; a connection that was there is tried again five times, over half a minute. */
function openSocket(address: URL, webSocketImpl: SocketClass): Client {
  let wasConnected = false;
  return createClient({
    url: address.href.replace(/^http/, 'ws'),
    webSocketImpl,
    shouldRetry: () => wasConnected,
    on: { connected: () => (wasConnected = true) },
  });
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (!address || !/^https?:$/.test(address.protocol)) throw new RequestError('CLIENT_OPTIONS_INVALID', `"${url}" is not the address of a platform.`, { remedy: 'Give that of the console, such as http://127.0.0.1:7300.' });
  return new URL('graphql', address.href.endsWith('/') ? address : `${address.href}/`);
}

async function post(address: URL, init: RequestInit, limit: AbortSignal): Promise<unknown> {
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(address, init);
    text = await answer.text();
  } catch (cause) {
    // What the caller aborts himself is his own: its reason goes on as it is.
    if (init.signal?.aborted && !limit.aborted) throw init.signal.reason;
    throw unanswered(address, limit.aborted, cause);
  }
  const { data, errors } = bodyOf(text);
  const refused = toRequestError(problemsOf(errors) ?? []);
  if (refused) throw refused;
  if (data === undefined || data === null) {
    throw new RequestError('CLIENT_ANSWER_UNKNOWN', `${address.origin} answered with ${answer.status} and not as Tidegate does.`, { remedy: 'Look whether the address is that of a console, and what is between.' });
  }
  return data;
}

function bodyOf(text: string): { data?: unknown; errors?: unknown } {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}

function unanswered({ origin }: URL, timedOut: boolean, cause: unknown): RequestError {
  if (timedOut) return new RequestError('CLIENT_TIMED_OUT', `${origin} did not answer in time.`, { remedy: 'Look whether a mutation was done before you send it again.', cause });
  return new RequestError('CLIENT_UNREACHABLE', `${origin} cannot be reached.`, { remedy: 'Look whether the platform is up, and whether the address is right.', cause });
}

async function* results(socket: Client, request: { query: string; variables: Record<string, unknown> | undefined }, signal: AbortSignal | undefined): AsyncGenerator<unknown> {
  const iterator = socket.iterate(request);
  const end = (): void => void iterator.return?.();
  if (signal?.aborted) return end();
  signal?.addEventListener('abort', end, { once: true });
  try {
    for await (const { data, errors } of iterator) {
      const refused = toRequestError(problemsOf(errors) ?? []);
      if (refused) throw refused;
      yield data;
    }
  } catch (cause) {
    throw disconnected(cause);
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

/** graphql-ws throws the API's list of problems, or the event that closed the connection. */
function disconnected(cause: unknown): RequestError {
  if (cause instanceof RequestError) return cause;
  const refused = toRequestError((problemsOf(cause) as readonly Problem[] | undefined) ?? []);
  if (refused) return refused;
  const { code, reason } = cause as { code?: number; reason?: string };
  const why = code === undefined ? '' : ` (${code}${reason ? ` ${reason}` : ''})`;
  return new RequestError('CLIENT_DISCONNECTED', `The connection was closed${why}.`, { remedy: 'Look whether the platform is up, the address is right and the token is still good; then subscribe again.', cause });
}
