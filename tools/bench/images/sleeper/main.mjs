import http from 'node:http';

/** Answers after ?ms=; /most says how many requests were here at once. Listens only after START_MS. */
let inFlight = 0;
let most = 0;
const server = http.createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://pod');
  if (url.pathname === '/most') return void response.end(JSON.stringify({ most }));
  inFlight += 1;
  most = Math.max(most, inFlight);
  response.once('close', () => (inFlight -= 1));
  const ms = Number(url.searchParams.get('ms') ?? 0);
  if (ms === 0) response.end('hello\n');
  else setTimeout(() => response.end('hello\n'), ms);
});
server.keepAliveTimeout = 3_600_000;
setTimeout(() => server.listen(Number(process.env.PORT), process.env.HOST), Number(process.env.START_MS ?? 0));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
