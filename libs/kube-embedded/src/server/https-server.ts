import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { createGzip } from 'node:zlib';
import type { Logger } from '@tidegate/kernel';
import { ApiError, forbidden, unauthorized } from '../api/api-error.js';
import type { Answer, KubernetesApi } from '../api/kubernetes-api.js';
import { checkAccept, parseBody } from './content-types.js';
import { bearerOf, impersonated, userOfCertificate } from '../auth/authenticate.js';
import type { CertificateAndKey } from '../auth/certificates.js';
import { type UserInfo, isAllowed, refusalText } from '../auth/rbac.js';
import { rbacSource } from '../api/rbac-objects.js';
import type { ObjectStore } from '../store/object-store.js';
import { passOn } from './pass-on.js';
import type { AuditLog, AuditedRequest } from './audit-log.js';
import { Upgrader, chooseWire, refuseUpgrade } from './serve-upgrade.js';

export interface HttpsServerOptions {
  host: string;
  port: number;
  certificate: CertificateAndKey;
  caPem: string;
  api: KubernetesApi;
  store: ObjectStore;
  authenticateToken: (token: string) => UserInfo | undefined;
  audit?: AuditLog | undefined;
  log: Logger;
}

export interface RunningServer {
  port: number;
  stop(): Promise<void>;
}

const LARGEST_BODY_BYTES = 3 * 1024 * 1024;
const GZIP_FROM_BYTES = 128 * 1024;
const MOST_CONNECTIONS = 2000;
const MOST_STREAMS = 1000;
/** As Kubernetes' own. At Node's 5 s connections close so often that a busy client's write meets one that is just closing, and fails. */
const IDLE_CONNECTION_MS = 90_000;

async function readBody(request: Http2ServerRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_BODY_BYTES)
      throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${LARGEST_BODY_BYTES}`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Only names of this server: a page elsewhere that bound its name to the loopback must not reach it. */
function hostIsForeign(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/, '');
  return !(
    /^127\.\d+\.\d+\.\d+$/.test(name) || ['localhost', '[::1]', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].includes(name)
  );
}

/** The Kubernetes API over HTTPS, HTTP/2 and HTTP/1.1, for clients with certificates or tokens. */
export function serveHttps(options: HttpsServerOptions): Promise<RunningServer> {
  const { certificate, caPem, log } = options;
  const server: Http2SecureServer = createSecureServer({
    allowHTTP1: true,
    http1Options: { keepAliveTimeout: IDLE_CONNECTION_MS },
    key: certificate.keyPem,
    cert: certificate.certificatePem,
    ca: caPem,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    settings: { maxConcurrentStreams: MOST_STREAMS },
  });
  const sockets = new Set<Socket>();
  server.on('secureConnection', (socket) => {
    if (sockets.size >= MOST_CONNECTIONS) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.on('request', (request, response) => {
    handle(options, request, response).catch((error: unknown) => {
      log.debug({ err: error }, 'a connection ended in the middle of an answer');
      response.stream?.destroy?.();
    });
  });
  const upgrader = new Upgrader();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    upgrade(options, upgrader, request, socket, head).catch((error: unknown) => {
      if (error instanceof ApiError) return refuseUpgrade(socket, error);
      log.error({ err: error, path: request.url }, 'a connection did not become streams');
      socket.destroy();
    });
  });
  server.on('sessionError', () => undefined);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        stop: () =>
          new Promise((done) => {
            server.close(() => done());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}

/** What of a request says who sends it. */
interface Caller {
  headers: IncomingHttpHeaders & { ':authority'?: string };
  socket: object;
}

function authenticate({ authenticateToken, store }: HttpsServerOptions, request: Caller, audited: AuditedRequest | undefined): UserInfo {
  const { headers } = request;
  if (hostIsForeign(headers[':authority'] ?? headers.host) || headers.origin !== undefined)
    throw new ApiError(403, 'Forbidden', 'this server answers only to its own address, and to no pages');
  const token = bearerOf(headers.authorization);
  // A certificate comes first, as in Kubernetes.
  const user = userOfCertificate(request.socket as TLSSocket) ?? (token === undefined ? undefined : authenticateToken(token));
  if (!user) throw unauthorized();
  const other = impersonated(headers);
  audited?.by(user, other ?? user);
  if (!other) return user;
  const source = rbacSource(store);
  const isAccount = /^system:serviceaccount:([^:]+):(.+)$/.exec(other.name);
  const wanted = [
    isAccount
      ? { resource: 'serviceaccounts', namespace: isAccount[1], name: isAccount[2] ?? '' }
      : { resource: 'users', namespace: undefined, name: other.name },
    ...other.groups
      .filter((g) => g !== 'system:authenticated' && !(isAccount && g.startsWith('system:serviceaccounts')))
      .map((name) => ({ resource: 'groups', namespace: undefined, name })),
    ...Object.entries(other.extra ?? {}).flatMap(([key, values]) => values.map((name) => ({ resource: `userextras/${key}`, namespace: undefined, name }))),
    ...(other.uid === undefined ? [] : [{ resource: 'uids', namespace: undefined, name: other.uid }]),
  ];
  for (const { resource, namespace, name } of wanted) {
    const [plural = '', subresource] = resource.split(/\/(.*)/s);
    const group = plural === 'uids' || plural === 'userextras' ? 'authentication.k8s.io' : '';
    const access = { verb: 'impersonate', group, resource: plural, ...(subresource ? { subresource } : {}), namespace, name };
    if (!isAllowed(user, access, source)) throw forbidden({ group, plural }, name, refusalText(user, access));
  }
  return other;
}

const SWITCHING_PROTOCOLS = 101;

const begin = ({ audit }: HttpsServerOptions, { method, url, headers, socket }: IncomingMessage | Http2ServerRequest): AuditedRequest | undefined =>
  audit?.begin({ method: method ?? 'GET', url: url ?? '/', address: socket.remoteAddress ?? '', userAgent: headers['user-agent'] });

/** exec, attach and port-forward: a connection becomes streams. Throws ApiError while it still is HTTP. */
async function upgrade(
  options: HttpsServerOptions,
  upgrader: Upgrader,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const audited = begin(options, request);
  try {
    const user = authenticate(options, request, audited);
    const url = new URL(request.url ?? '/', 'https://kubernetes');
    const session = await options.api.openStreams({
      method: request.method ?? 'GET',
      path: url.pathname,
      parameters: url.searchParams,
      user,
    });
    audited?.started(SWITCHING_PROTOCOLS);
    socket.once('close', () => audited?.completed(SWITCHING_PROTOCOLS));
    upgrader.serve(request, socket, head, chooseWire(request.headers, session), session);
  } catch (error) {
    audited?.completed(error instanceof ApiError ? error.code : 500);
    throw error;
  }
}

async function handle(options: HttpsServerOptions, request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
  const ended = new AbortController();
  response.once('close', () => ended.abort());
  response.on('error', () => undefined);
  const audited = begin(options, request);
  if (audited) {
    response.setHeader('audit-id', audited.id);
    // Also of who leaves before the end.
    response.once('close', () => audited.completed(response.statusCode));
  }
  let answer: Answer;
  try {
    const user = authenticate(options, request, audited);
    const url = new URL(request.url, 'https://kubernetes');
    const target = await options.api.proxyTarget({ method: request.method, path: url.pathname, user });
    if (target) return await passOn(request, response, target, url.search);
    const contentType = request.headers['content-type'] ?? 'application/json';
    const body = request.method === 'GET' ? undefined : parseBody(await readBody(request), request.method, contentType);
    checkAccept(request.headers.accept);
    answer = await options.api.answer({
      method: request.method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      accept: request.headers.accept,
      contentType,
      body,
      user,
      userAgent: request.headers['user-agent'],
      signal: ended.signal,
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    answer = { status: error.code, body: error.toStatus(), warnings: [] };
  }
  for (const text of answer.warnings) response.appendHeader('warning', `299 - ${JSON.stringify(text).replace(/[^\x20-\x7e]/g, '?')}`);
  response.setHeader('cache-control', 'no-cache, private');
  response.statusCode = answer.status;
  if (!('body' in answer)) audited?.started(answer.status);
  if ('body' in answer) await sendBody(answer, request, response);
  else if ('frames' in answer) await stream(response, 'application/json', frameLines(answer.frames));
  else await stream(response, 'text/plain', answer.text);
}

async function* frameLines(frames: AsyncIterable<unknown>): AsyncIterable<string> {
  for await (const frame of frames) yield `${JSON.stringify(frame)}\n`;
}

async function sendBody(
  answer: Extract<Answer, { body: unknown }>,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
): Promise<void> {
  if (answer.body instanceof Uint8Array) {
    response.setHeader('content-type', answer.contentType ?? 'application/octet-stream');
    return void response.end(answer.body);
  }
  const isText = typeof answer.body === 'string';
  response.setHeader('content-type', answer.contentType ?? (isText ? 'text/plain; charset=utf-8' : 'application/json'));
  const text = isText ? (answer.body as string) : `${JSON.stringify(answer.body)}\n`;
  if (text.length < GZIP_FROM_BYTES || !/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
    response.end(text);
    return;
  }
  response.setHeader('content-encoding', 'gzip');
  const gzip = createGzip({ level: 1 });
  gzip.pipe(response);
  gzip.end(text);
}

/** Writes as fast as the client reads; a client that is gone ends the source. */
async function stream(response: Http2ServerResponse, contentType: string, parts: AsyncIterable<string>): Promise<void> {
  response.setHeader('content-type', contentType);
  // The types of HTTP/2's compatibility layer lack it; clients wait for the headers of a quiet watch.
  if ('flushHeaders' in response && typeof response.flushHeaders === 'function') response.flushHeaders();
  for await (const part of parts) {
    if (response.writableEnded || response.destroyed) return;
    if (!response.write(part)) await new Promise<void>((resolve) => void response.once('drain', resolve).once('close', resolve));
  }
  response.end();
}
