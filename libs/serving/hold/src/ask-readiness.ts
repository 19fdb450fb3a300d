import http from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import https from 'node:https';
import { connect as connectTcp } from 'node:net';
import type { ReadinessAsk } from './pod-view.js';

const GRPC_SERVING = 1;
/** Of an answer nothing but its beginning is read. */
const MOST_CHUNKS = 16;

/** Asks once. True when the pod serves; every trouble, also of our own, is a no. Never rejects. */
export function askReadiness(ask: ReadinessAsk, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    let end = (): void => undefined;
    const finish = (answer: boolean): void => {
      clearTimeout(timer);
      end();
      resolve(answer);
    };
    const timer = setTimeout(() => finish(false), timeoutMs);
    try {
      switch (ask.kind) {
        case 'tcp':
          end = askTcp(ask, finish);
          break;
        case 'http':
          end = askHttp(ask, finish);
          break;
        case 'grpc':
          end = askGrpc(ask, finish);
          break;
      }
    } catch {
      // A header or path that Node refuses to send.
      finish(false);
    }
  });
}

type Kind<K> = Extract<ReadinessAsk, { kind: K }>;
type Finish = (answer: boolean) => void;

function askTcp({ host, port }: Kind<'tcp'>, finish: Finish): () => void {
  const socket = connectTcp({ host, port });
  socket.once('connect', () => finish(true));
  socket.on('error', () => finish(false));
  return () => socket.destroy();
}

function askHttp({ host, port, path, secure, headers }: Kind<'http'>, finish: Finish): () => void {
  const sent = { 'user-agent': 'kube-probe/tidegate', accept: '*/*', ...Object.fromEntries(headers.map((h) => [h.name, h.value])) };
  // The kubelet does not check certificates of pods either.
  const options = { host, port, path, headers: sent, agent: false, rejectUnauthorized: false };
  const request = (secure ? https : http).get(options, (response) => {
    const { statusCode = 0 } = response.resume();
    finish(statusCode >= 200 && statusCode < 400);
  });
  request.on('error', () => finish(false));
  return () => request.destroy();
}

/** grpc.health.v1.Health/Check: the request has one string field, the answer one enum field (1 is SERVING). */
function askGrpc({ host, port, service }: Kind<'grpc'>, finish: Finish): () => void {
  const name = Buffer.from(service, 'utf8').subarray(0, 127);
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const session = connectHttp2(`http://${host}:${port}`);
  session.on('error', () => finish(false));
  const stream = session.request({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => void (chunks.length < MOST_CHUNKS && chunks.push(chunk)));
  stream.on('error', () => finish(false));
  stream.on('end', () => {
    const body = Buffer.concat(chunks).subarray(5);
    finish(body[0] === 0x08 && body[1] === GRPC_SERVING);
  });
  stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]));
  return () => session.destroy();
}
