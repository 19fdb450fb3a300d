import http from 'node:http';
import https from 'node:https';
import { TidegateError, pause } from '@tidegate/kernel';
import { codes } from './kube-api-error.js';
import { jsonLines } from './json-lines.js';
import type { ApiRequest, ApiResponse, Transport, WatchFrame } from './transport.js';

/** What proves who we are for one request. Certificates may change when a plugin renews them. */
export interface Credentials {
  headers: Record<string, string>;
  tls: { ca?: string | Buffer; cert?: string | Buffer; key?: string | Buffer; servername?: string; rejectUnauthorized?: boolean };
}

export interface HttpTransportOptions {
  /** `https://127.0.0.1:6443`, or plain http; a path is kept as a prefix. */
  server: string;
  /** Asked before every request: answers from memory unless something expired. */
  credentials: () => Promise<Credentials>;
  userAgent?: string;
  /** For calls, not for watches; default 30 s. */
  timeoutMs?: number;
}

/** Calls at the same time on one keep-alive pool; watches have sockets of their own. */
const MAX_SOCKETS = 16;
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
const MAX_THROTTLED_TRIES = 5;
const MAX_RETRY_AFTER_S = 10;

/** HTTP/1.1 over keep-alive connections of Node's own client: no library to load in every process. */
export class HttpTransport implements Transport {
  private readonly base: URL;
  private readonly options: HttpTransportOptions;
  private agents: { tls: Credentials['tls']; calls: http.Agent; streams: http.Agent } | undefined;

  constructor(options: HttpTransportOptions) {
    this.options = options;
    this.base = new URL(options.server);
  }

  async call(request: ApiRequest): Promise<ApiResponse> {
    for (let tries = 1; ; tries++) {
      const timeout = AbortSignal.timeout(this.options.timeoutMs ?? 30_000);
      const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
      const response = await this.openOnLiveSocket(request, signal);
      const text = await this.readAll(request, response);
      const wait = Number(response.headers['retry-after']);
      // The server's own request to slow down (priority and fairness); it has done nothing yet.
      if (response.statusCode === 429 && wait >= 0 && tries < MAX_THROTTLED_TRIES) {
        await pause(Math.min(wait, MAX_RETRY_AFTER_S) * 1000, request.signal);
        continue;
      }
      return { status: response.statusCode ?? 0, body: parsed(text, response.headers['content-type']) };
    }
  }

  async *watch(request: ApiRequest): AsyncGenerator<WatchFrame> {
    const response = await this.open(request, 'streams', request.signal);
    if (response.statusCode !== 200) {
      const body = parsed(await this.readAll(request, response), response.headers['content-type']);
      const status = typeof body === 'object' && body !== null ? body : { message: String(body) };
      yield { type: 'ERROR', object: { code: response.statusCode, ...status } };
      return;
    }
    try {
      for await (const line of jsonLines(response)) yield JSON.parse(line) as WatchFrame;
    } catch (error) {
      throw unreachable(this.base, request, error);
    } finally {
      response.destroy();
    }
  }

  async *text(request: ApiRequest): AsyncGenerator<string> {
    const response = await this.open(request, 'streams', request.signal);
    if (response.statusCode !== 200) {
      throw new TidegateError(codes.KUBE_API_REFUSED, (await this.readAll(request, response)).slice(0, 500));
    }
    response.setEncoding('utf8');
    try {
      for await (const chunk of response) yield String(chunk);
    } finally {
      response.destroy();
    }
  }

  /** Closes idle and busy connections. The transport can be used again; it opens new ones. */
  close(): void {
    this.agents?.calls.destroy();
    this.agents?.streams.destroy();
    this.agents = undefined;
  }

  /** A kept connection may have been closed by the server a moment ago; a read on it is simply asked again. */
  private async openOnLiveSocket(request: ApiRequest, signal: AbortSignal): Promise<http.IncomingMessage> {
    try {
      return await this.open(request, 'calls', signal);
    } catch (error) {
      const reset =
        error instanceof TidegateError && error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ECONNRESET';
      if (!reset || request.method !== 'GET' || signal.aborted) throw error;
      return await this.open(request, 'calls', signal);
    }
  }

  private async open(request: ApiRequest, pool: 'calls' | 'streams', signal?: AbortSignal): Promise<http.IncomingMessage> {
    const credentials = await this.options.credentials();
    const agent = this.agentsFor(credentials)[pool];
    const url = new URL(this.base.pathname.replace(/\/$/, '') + request.path, this.base);
    for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const headers: http.OutgoingHttpHeaders = {
      accept: request.accept ?? 'application/json',
      'user-agent': this.options.userAgent ?? 'tidegate',
      ...credentials.headers,
      ...(request.impersonate ? { 'impersonate-user': request.impersonate.user, 'impersonate-group': [...request.impersonate.groups] } : {}),
    };
    if (body !== undefined) {
      headers['content-type'] = request.contentType ?? 'application/json';
      headers['content-length'] = Buffer.byteLength(body);
    }
    const client = url.protocol === 'http:' ? http : https;
    return await new Promise((resolve, reject) => {
      const outgoing = client.request(url, { method: request.method, agent, headers, signal });
      outgoing.once('response', resolve);
      outgoing.on('error', (error) => reject(unreachable(this.base, request, error)));
      outgoing.end(body);
    });
  }

  private agentsFor({ tls }: Credentials): { calls: http.Agent; streams: http.Agent } {
    if (this.agents && this.agents.tls.cert === tls.cert && this.agents.tls.key === tls.key) return this.agents;
    // Connections of the old certificate end by themselves once idle; running watches keep theirs.
    const plain = this.base.protocol === 'http:';
    const make = (maxSockets: number): http.Agent => {
      const shape = { keepAlive: true, keepAliveMsecs: 30_000, maxSockets, maxFreeSockets: 4, timeout: 0 };
      return plain ? new http.Agent(shape) : new https.Agent({ ...shape, ...tls });
    };
    this.agents = { tls, calls: make(MAX_SOCKETS), streams: make(Infinity) };
    return this.agents;
  }

  private async readAll(request: ApiRequest, response: http.IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of response) {
        const piece: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
        bytes += piece.length;
        if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
        chunks.push(piece);
      }
    } catch (error) {
      throw unreachable(this.base, request, error);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}

function parsed(text: string, contentType: string | undefined): unknown {
  if (!contentType?.includes('json')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function unreachable(base: URL, request: ApiRequest, cause: unknown): TidegateError {
  if (cause instanceof TidegateError) return cause;
  return new TidegateError(
    codes.KUBE_UNREACHABLE,
    `The Kubernetes API at ${base.origin} did not answer ${request.method} ${request.path}.`,
    {
      remedy: 'Is the cluster up, and is the address in the kubeconfig right?',
      cause,
    },
  );
}
