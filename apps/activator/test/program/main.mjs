import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';

const { PORT = '8080', HOST = '127.0.0.1', START_MS = '0', CRASH, PROTOCOL } = process.env;
if (CRASH) {
  process.stderr.write(`${CRASH}\n`);
  process.exit(3);
}

let inFlight = 0;
let most = 0;
let served = 0;

/** / answers, /slow?ms= answers later, /upload counts bytes, /events sends three, /most tells how many requests were here at once. */
function answer(request, response) {
  const url = new URL(request.url, 'http://pod');
  const ms = Number(url.searchParams.get('ms') ?? 0);
  if (url.pathname === '/most') return void response.end(JSON.stringify({ most, served }));
  inFlight += 1;
  served += 1;
  most = Math.max(most, inFlight);
  response.once('close', () => (inFlight -= 1));
  if (url.pathname === '/upload') {
    let bytes = 0;
    request.on('data', (chunk) => (bytes += chunk.length));
    request.on('end', () => response.end(String(bytes)));
    return;
  }
  if (url.pathname === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let n = 0;
    const send = () => {
      response.write(`data: ${++n}\n\n`);
      if (n === 3) response.end();
      else setTimeout(send, 100);
    };
    return send();
  }
  request.resume();
  if (url.pathname === '/echo') {
    response.setHeader('trailer', 'grpc-status');
    return void setTimeout(() => response.end(`http/${request.httpVersion}`), ms);
  }
  setTimeout(() => response.end(JSON.stringify({ pid: process.pid, headers: request.headers })), ms);
}

const server = PROTOCOL === 'h2c' ? createHttp2Server(answer) : createServer(answer);
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  // Frames from a client are masked: taken apart and sent back plain, for texts below 126 bytes.
  socket.on('data', (frame) => {
    const length = frame[1] & 0x7f;
    const mask = frame.subarray(2, 6);
    const text = Buffer.from(frame.subarray(6, 6 + length).map((byte, i) => byte ^ mask[i % 4]));
    socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
  });
  socket.on('error', () => undefined);
});
setTimeout(() => server.listen(Number(PORT), HOST), Number(START_MS));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections?.();
});
