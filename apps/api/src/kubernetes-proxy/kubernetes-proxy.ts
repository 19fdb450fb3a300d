import http, { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, type RequestOptions, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import type { Caller } from '@tidegate/access';
import { type Logger, causeChain } from '@tidegate/kernel';
import type { RawAccess } from '@tidegate/kube';
import { personOf } from '../edge/as-caller.js';
import { type AdmitOptions, admitCall } from './admit-call.js';
import { OpenStreams } from './open-streams.js';
import { type PlannedCall, passedHeaders } from './plan-call.js';
import { Refusal, statusBody } from './status.js';

export interface KubernetesProxyOptions extends AdmitOptions {
  access: RawAccess;
  log: Logger;
}

/** As large as the API server takes them. */
const LARGEST_BODY_BYTES = 3 * 1024 * 1024;
const MOST_SOCKETS = 256;
const UPSTREAM_ANSWER_MS = 60_000;
/** Between our end of a connection and the other side's. */
const LINGER_MS = 5_000;
const NOT_ANSWERED = /^(connection|keep-alive|transfer-encoding|upgrade|set-cookie)$/;

interface Admitted {
  caller: Caller;
  call: PlannedCall;
}

/**
 * The Kubernetes API for people: a token says who asks, the API server hears it as impersonation, and RBAC answers as it would for kubectl with
 * those rights. Everything streams. What changes something, or opens a way into a pod, is recorded before its answer leaves.
 */
export class KubernetesProxy {
  private readonly agent: http.Agent;
  private readonly base: URL;
  private readonly streams: OpenStreams;

  constructor(private readonly options: KubernetesProxyOptions) {
    this.base = new URL(options.access.server);
    this.streams = new OpenStreams(options.people);
    const pool = { keepAlive: true, maxSockets: MOST_SOCKETS };
    this.agent = this.base.protocol === 'http:' ? new http.Agent(pool) : new https.Agent(pool);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const admitted = await admitCall(request, this.options);
      // Who left meanwhile is told nothing, and would never be heard to leave.
      if (request.socket.destroyed) return;
      await this.forward(admitted, request, response);
    } catch (error) {
      this.refuse(response, error);
    }
  }

  async handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    try {
      const admitted = await admitCall(request, this.options);
      if (socket.destroyed) return;
      await this.forwardUpgrade(admitted, request, socket, head);
    } catch (error) {
      const { code, message } = this.explain(error);
      writeHead(socket, code, http.STATUS_CODES[code], { 'content-type': 'application/json', connection: 'close' });
      socket.end(statusBody(code, message));
      hearOut(socket);
    }
  }

  /** Ends what is open. */
  close(): void {
    this.streams.endAll();
    this.agent.destroy();
  }

  private async forward({ caller, call }: Admitted, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const length = Number(request.headers['content-length'] ?? 0);
    if (length > LARGEST_BODY_BYTES) throw new Refusal(413, `The request is larger than ${LARGEST_BODY_BYTES} bytes.`);
    const stream = this.streams.begin(caller, call);
    response.once('close', () => stream.end());
    const upstream = await this.begin({ caller, call }, request, framingOf(request));
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      upstream.once('response', resolve);
      // For as long as it lives: a second error that nobody hears would end the process.
      upstream.on('error', (error) => reject(notAnswered(error)));
      response.once('close', () => upstream.destroy());
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= LARGEST_BODY_BYTES) return;
        reject(new Refusal(413, `The request is larger than ${LARGEST_BODY_BYTES} bytes.`));
        upstream.destroy();
      });
      request.pipe(upstream);
    });
    try {
      await this.record({ caller, call }, answer.statusCode ?? 0);
    } catch (error) {
      answer.destroy();
      throw error;
    }
    response.writeHead(answer.statusCode ?? 502, passedAnswer(answer));
    response.flushHeaders();
    pipeline(answer, response, () => undefined);
    stream.onRevoked(() => response.destroy());
  }

  private async forwardUpgrade(admitted: Admitted, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { caller, call } = admitted;
    if (!call.isStream) throw new Refusal(400, 'Only exec, attach, port-forward, proxy, watch and following logs become streams.');
    const upgrade = { connection: 'Upgrade', upgrade: request.headers.upgrade ?? '', 'content-length': undefined };
    const stream = this.streams.begin(caller, call);
    socket.once('close', () => stream.end());
    const upstream = await this.begin(admitted, request, upgrade);
    socket.once('close', () => upstream.destroy());
    upstream.end();
    const [answer, theirs, first] = await new Promise<[IncomingMessage, Duplex?, Buffer?]>((resolve, reject) => {
      upstream.once('upgrade', (response, upgraded: Duplex, rest: Buffer) => resolve([response, upgraded, rest]));
      upstream.once('response', (response) => resolve([response]));
      upstream.on('error', (error) => reject(notAnswered(error)));
    });
    theirs?.on('error', () => theirs.destroy());
    if (socket.destroyed) theirs?.destroy();
    else socket.once('close', () => theirs?.destroy());
    // Before a byte passes either way.
    await this.record(admitted, answer.statusCode ?? 0);
    if (!theirs) {
      writeHead(socket, answer.statusCode ?? 502, answer.statusMessage, { ...passedAnswer(answer), connection: 'close' });
      answer.pipe(socket);
      answer.once('close', () => hearOut(socket));
      return;
    }
    writeHead(socket, 101, answer.statusMessage, answer.headers);
    if (first && first.length > 0) socket.write(first);
    if (head.length > 0) theirs.write(head);
    socket.pipe(theirs).pipe(socket);
    theirs.once('close', () => hearOut(socket));
    socket.once('end', () => hearOut(theirs));
    const cut = (): void => {
      socket.destroy();
      theirs.destroy();
    };
    stream.onRevoked(cut);
  }

  /** The request to the API server, with our credentials and the caller's name. */
  private async begin({ caller, call }: Admitted, request: IncomingMessage, more: OutgoingHttpHeaders = {}): Promise<ClientRequest> {
    const { user, groups } = personOf(caller);
    const { headers: own, tls } = await this.options.access.credentials();
    const all = { ...passedHeaders(request.headers), ...own, 'impersonate-user': user, 'impersonate-group': [...groups], ...more };
    const headers: OutgoingHttpHeaders = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const at: RequestOptions & https.RequestOptions = {
      protocol: this.base.protocol,
      host: this.base.hostname,
      port: this.base.port || (this.base.protocol === 'http:' ? 80 : 443),
      method: request.method ?? 'GET',
      path: this.base.pathname.replace(/\/$/, '') + call.target,
      headers,
      // Streams have connections of their own, so that they do not keep calls waiting.
      agent: call.isStream ? false : this.agent,
      ...tls,
    };
    const upstream = this.base.protocol === 'http:' ? http.request(at) : https.request(at);
    if (!call.isStream) upstream.setTimeout(UPSTREAM_ANSWER_MS, () => upstream.destroy(new Error('no answer in time')));
    return upstream;
  }

  private async record({ caller, call }: Admitted, status: number): Promise<void> {
    if (!call.isRecorded) return;
    const { group = '', resource = '', subresource, namespace, name } = call.object ?? {};
    const isDenied = status === 401 || status === 403;
    const entry = {
      caller,
      action: `kubernetes.${call.verb}`,
      object: { group, resource: subresource === undefined ? resource : `${resource}/${subresource}`, namespace, name: name ?? '' },
      workspace: namespace === undefined ? undefined : this.options.workspaceOf(namespace),
      result: isDenied ? ('Denied' as const) : status < 400 ? ('Succeeded' as const) : ('Failed' as const),
      reason: status < 400 ? undefined : `The Kubernetes API answered ${status}.`,
    };
    await this.options.people.audit.record(entry).catch((error: unknown) => {
      this.options.log.error({ because: causeChain(error) }, 'what a person did through the proxy could not be recorded');
      throw new Refusal(500, 'What was asked may have been done, but could not be recorded.');
    });
  }

  private explain(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    this.options.log.error({ because: causeChain(error) }, 'the proxy of the Kubernetes API failed');
    return new Refusal(500, 'The proxy of the Kubernetes API could not answer because of a fault of its own.');
  }

  private refuse(response: ServerResponse, error: unknown): void {
    const { code, message, retryAfterSeconds } = this.explain(error);
    if (response.headersSent) return void response.destroy();
    const retry = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
    // What is left of the request is not read.
    response.writeHead(code, { 'content-type': 'application/json', connection: 'close', ...retry }).end(statusBody(code, message));
  }
}

/**
 * Node frames a body by itself only for some methods. A DELETE or GET that came in chunks would go out bare, and what it holds would be read as the next
 * request on our connection, made by ourselves.
 */
function framingOf({ headers }: IncomingMessage): OutgoingHttpHeaders {
  return headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked', 'content-length': undefined };
}

const notAnswered = (error: Error): Refusal => new Refusal(502, `The Kubernetes API does not answer: ${error.message}.`);

function passedAnswer({ headers }: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_ANSWERED.test(name)));
}

function writeHead(socket: Duplex, code: number, text: string | undefined, headers: OutgoingHttpHeaders): void {
  const lines = Object.entries(headers).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((v) => `${name}: ${String(v)}`));
  socket.write(`HTTP/1.1 ${code} ${text ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n`);
}

/**
 * Ends a connection without cutting it: what the other side still sends is read and dropped. Closed at once, it would be met with a reset, and
 * `kubectl port-forward` ends when a connection that came through it is reset.
 */
function hearOut(socket: Duplex): void {
  socket.end();
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
