import http from 'node:http';
import { answersWithError, latencyMs, notReadyBecause } from './faults.mjs';
import { forwardedHeaders } from './forwarded-headers.mjs';

/**
 * @typedef {{ method: string, path: string, url: URL, forward: Record<string, string> }} Request
 * @typedef {{ status?: number, headers?: http.OutgoingHttpHeaders, json?: unknown, html?: string }} Answer
 * @typedef {(request: Request) => Answer | undefined | Promise<Answer | undefined>} Service undefined is "no such page"
 */

const EXIT_DEADLINE_MS = 10_000;

/**
 * Serves until SIGTERM or SIGINT; prints `listening on HOST:PORT` once it accepts connections.
 * Stopping: not ready at once, answers with `connection: close` for drainMs, then finishes what is in flight and exits with 0.
 * @param {import('./settings.mjs').Settings} settings
 * @param {Service} service
 */
export async function startServer(settings, service) {
  const { faults, name, version } = settings;
  const servedBy = `${name}-${version}`;
  const began = performance.now();
  let stopping = false;

  const server = http.createServer((request, response) => {
    response.setHeader('x-served-by', servedBy);
    if (stopping) response.setHeader('connection', 'close');
    // A body is not needed by any of the services; reading it frees the connection for the next request.
    request.resume();
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/healthz') return void response.end('ok\n');
    if (url.pathname === '/readyz') {
      const why = stopping ? 'stopping' : notReadyBecause(faults, (performance.now() - began) / 1000);
      response.statusCode = why ? 503 : 200;
      return void response.end(`${why ?? 'ok'}\n`);
    }
    const asked = { method: request.method ?? 'GET', path: url.pathname, url, forward: forwardedHeaders(request.headers) };
    answer(asked).then(
      (made) => send(response, made),
      (error) => send(response, { status: 500, json: { error: String(error instanceof Error ? error.message : error) } }),
    );
  });

  /** @param {Request} request @returns {Promise<Answer>} */
  async function answer(request) {
    const wait = latencyMs(faults, Math.random());
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (answersWithError(faults, Math.random())) {
      return { status: 500, headers: { 'x-fault': 'injected' }, json: { error: `${servedBy} fails on purpose` } };
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return { status: 405, headers: { allow: 'GET, HEAD' }, json: { error: 'only GET' } };
    return (await service(request)) ?? { status: 404, json: { error: `no ${request.path} here` } };
  }

  // Envoy keeps connections open for longer than Node's default of 5 s; a connection closed under a request is a lost request.
  server.keepAliveTimeout = 3_600_000;
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, settings.host, () => resolve(undefined));
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : settings.port;
  console.log(`${servedBy} listening on ${settings.host}:${port}`);

  if (faults.crashAfterSeconds > 0) {
    setTimeout(() => {
      console.error(`${servedBy} crashes on purpose`);
      process.exit(1);
    }, faults.crashAfterSeconds * 1000).unref();
  }
  const stop = () => {
    if (stopping) return;
    stopping = true;
    console.log(`${servedBy} stopping`);
    setTimeout(() => {
      server.close(() => process.exit(0));
      server.closeIdleConnections();
      // A kept connection that falls idle after its last answer would hold the server open.
      setInterval(() => server.closeIdleConnections(), 50).unref();
    }, settings.drainMs);
    setTimeout(() => process.exit(0), settings.drainMs + EXIT_DEADLINE_MS).unref();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** @param {http.ServerResponse} response @param {Answer} answer */
function send(response, { status = 200, headers = {}, json, html }) {
  if (response.destroyed) return;
  const body = html ?? `${JSON.stringify(json)}\n`;
  const type = html === undefined ? 'application/json' : 'text/html; charset=utf-8';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
