import http from 'node:http';

/** A version that is good for BREAK_AFTER_MS after its first visitor, and then fails every request. Probes stay green: nobody else will notice. */
const breakAfterMs = Number(process.env.BREAK_AFTER_MS ?? 7000);
const servedBy = `reviews-${process.env.VERSION ?? 'broken'}`;
const PROBES = ['/readyz', '/healthz'];
const DRAIN_MS = 1000;
let firstVisit;
let stopping = false;

const server = http.createServer((request, response) => {
  request.resume();
  if (stopping) response.setHeader('connection', 'close');
  if (PROBES.includes(request.url ?? '')) {
    response.statusCode = stopping ? 503 : 200;
    return void response.end('ok\n');
  }
  firstVisit ??= performance.now();
  response.setHeader('x-served-by', servedBy);
  // As long as the version it is compared with takes: only the failures tell them apart.
  setTimeout(() => {
    if (performance.now() - firstVisit < breakAfterMs) return void response.end('{}\n');
    response.writeHead(500, { 'x-fault': 'injected' }).end('{"error":"broken"}\n');
  }, 10);
});
server.keepAliveTimeout = 3_600_000;
server.listen(Number(process.env.PORT), process.env.HOST);
process.on('SIGTERM', () => {
  stopping = true;
  setTimeout(() => server.close(), DRAIN_MS);
});
