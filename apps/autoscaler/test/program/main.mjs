// Answers after ?sleep=MS, and says which pod it is. What is in flight at SIGTERM finishes.
import http from 'node:http';

let stopping = false;
const server = http.createServer((request, response) => {
  const sleepMs = Number(new URL(request.url ?? '/', 'http://pod').searchParams.get('sleep')) || 0;
  response.setHeader('x-pod', process.env.HOSTNAME ?? '');
  if (stopping) response.setHeader('connection', 'close');
  response.on('close', () => stopping && setImmediate(() => server.closeIdleConnections()));
  setTimeout(() => response.end('slept\n'), sleepMs);
});
// Envoy keeps connections open for longer than Node's default of 5 s.
server.keepAliveTimeout = 3_600_000;
process.once('SIGTERM', () => {
  stopping = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
server.listen(Number(process.env.PORT), process.env.HOST);
