// A small HTTP service for Knative: answers `Hello TARGET!`, slowly or as a stream when asked to. No dependencies.
import http from 'node:http';

const { TARGET = 'World', K_REVISION = 'no-revision', HOSTNAME = '' } = process.env;
const port = Number(process.env.PORT ?? 8080);
/** A caller may ask for a slow answer, but not hold a pod for ever. */
const LONGEST_SLEEP_MS = 60_000;
const EVENT_MS = 200;
const MOST_EVENTS = 1000;

if (!(Number.isInteger(port) && port >= 0 && port < 65_536)) {
  console.error(`PORT must be a number from 0 to 65535, it is "${process.env.PORT}".`);
  process.exit(2);
}

/** @param {URL} url @param {string} name @param {number} most */
const numberOf = (url, name, most) => Math.min(most, Math.max(0, Number(url.searchParams.get(name)) || 0));

const server = http.createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  response.setHeader('x-served-by', K_REVISION);
  response.setHeader('x-pod', HOSTNAME);
  if (stopping) response.setHeader('connection', 'close');
  // A connection that was busy at SIGTERM would stay open for its next request.
  response.on('close', () => void (stopping && setImmediate(() => server.closeIdleConnections())));
  if (url.pathname === '/healthz') return void response.end('ok\n');
  if (url.pathname === '/events') return streamEvents(response, numberOf(url, 'count', MOST_EVENTS) || 5);
  // The length of what was sent, counted as it streams by: a large upload is never held in memory.
  let bytes = 0;
  request.on('data', (chunk) => (bytes += chunk.length));
  request.on('end', () => {
    setTimeout(
      () => response.end(bytes > 0 ? `Hello ${TARGET}! ${bytes} bytes\n` : `Hello ${TARGET}!\n`),
      numberOf(url, 'sleep', LONGEST_SLEEP_MS),
    );
  });
});

/** @param {http.ServerResponse} response @param {number} count */
function streamEvents(response, count) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let sent = 0;
  const timer = setInterval(() => {
    response.write(`data: ${++sent}\n\n`);
    if (sent >= count) response.end();
  }, EVENT_MS);
  response.on('close', () => clearInterval(timer));
}

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    stopping = true;
    // What is in flight finishes; kept-alive connections that wait are closed at once.
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}

// Envoy keeps connections open for longer than Node's default of 5 s; a connection closed under a request is a lost request.
server.keepAliveTimeout = 3_600_000;
server.requestTimeout = 0;
server.listen(port, process.env.HOST ?? '0.0.0.0', () => {
  const address = server.address();
  console.log(`listening on ${typeof address === 'object' && address ? `${address.address}:${address.port}` : address}`);
});
