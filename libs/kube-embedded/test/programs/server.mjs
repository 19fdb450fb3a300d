// The program of the test pods: it listens where it is told to and does what its paths say.
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const { HOST, PORT, LISTEN } = process.env;
let healthy = true;
const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://pod');
  switch (url.pathname) {
    case '/env':
      return response.end(JSON.stringify(process.env));
    case '/identity':
      return response.end(
        JSON.stringify({
          uid: process.getuid(),
          pid: process.pid,
          cwd: process.cwd(),
          noNewPrivs: /NoNewPrivs:\s*1/.test(readFileSync('/proc/self/status', 'utf8')),
          capabilities: /CapEff:\s*(\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1],
        }),
      );
    case '/file':
      return response.end(readFileSync(url.searchParams.get('path'), 'utf8'));
    case '/fetch':
      return void fetch(url.searchParams.get('url')).then(async (answer) => response.end(await answer.text()), (error) => response.writeHead(500).end(String(error.cause ?? error)));
    case '/whoami':
      return void whoAmI(url.searchParams.get('dir')).then((answer) => response.end(answer), (error) => response.writeHead(500).end(String(error)));
    case '/echo': {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      const echo = () => JSON.stringify({ method: request.method, headers: request.headers, body: Buffer.concat(chunks).toString() });
      return void request.on('end', () => response.writeHead(201, { 'content-type': 'application/json' }).end(echo()));
    }
    case '/write':
      writeFileSync(url.searchParams.get('path'), url.searchParams.get('text'));
      return response.end();
    case '/sicken':
      healthy = false;
      return response.end();
    case '/health':
      return response.writeHead(healthy ? 200 : 500).end();
    case '/crash':
      return process.exit(3);
    case '/eat':
      globalThis.eaten = Array.from({ length: 64 }, () => Buffer.alloc(4 << 20, 1));
      return response.end();
    case '/slow':
      return void setTimeout(() => response.end('done'), 1500);
    default:
      return response.end('ok');
  }
});
if (LISTEN === 'elsewhere') server.listen(0, '127.0.0.1');
else if (LISTEN === 'on 80') server.listen(80, '0.0.0.0');
else server.listen(Number(PORT), HOST, () => console.log(`listening on ${HOST}:${PORT}`));
process.on('SIGTERM', () => {
  console.log('ending');
  server.close(() => process.exit(0));
});

// As a client in a cluster: host and port from the environment, token and authority from files.
function whoAmI(dir) {
  const read = (name) => readFileSync(`${dir}/${name}`, 'utf8');
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const headers = { authorization: `Bearer ${read('token')}`, 'content-type': 'application/json' };
  const options = { method: 'POST', host, port, path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', headers, ca: read('ca.crt') };
  return new Promise((resolve, reject) => {
    const request = https.request(options, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => resolve(JSON.stringify({ namespace: read('namespace'), ...JSON.parse(text) })));
    });
    request.on('error', reject);
    request.end('{"kind":"SelfSubjectReview","apiVersion":"authentication.k8s.io/v1"}');
  });
}
