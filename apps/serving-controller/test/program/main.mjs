import { createServer } from 'node:http';

if (process.env.CRASH) {
  console.error('the database is not there');
  process.exit(5);
}
createServer((request, response) => {
  const { K_SERVICE, K_CONFIGURATION, K_REVISION, GREETING } = process.env;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ greeting: GREETING, K_SERVICE, K_CONFIGURATION, K_REVISION, host: request.headers.host }));
}).listen(Number(process.env.PORT), process.env.HOST);
