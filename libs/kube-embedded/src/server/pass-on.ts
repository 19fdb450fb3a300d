import { type IncomingMessage, request as httpRequest } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { ApiError } from '../api/api-error.js';
import type { ProxyTarget } from '../api/proxy-requests.js';

/** Of one connection alone, or of the caller's dealings with this server: they go no further. */
const KEPT: ReadonlySet<string> = new Set(
  'connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade host authorization http2-settings'.split(' '),
);
const isKept = (name: string): boolean => name.startsWith(':') || name.startsWith('impersonate-') || KEPT.has(name);
const CONNECT_MS = 30_000;

/** Hands a request to a program in the cluster and its answer to the client, byte by byte. Rejects with ApiError when the program cannot be reached. */
export function passOn(request: Http2ServerRequest, response: Http2ServerResponse, target: ProxyTarget, search: string): Promise<void> {
  const { host, port, path, secure } = target;
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.headers)) if (value !== undefined && !isKept(name)) headers[name] = value;
  const options = { host, port, path: `${path}${search}`, method: request.method, headers, agent: false as const, timeout: CONNECT_MS };
  return new Promise((resolve, reject) => {
    // Kubernetes knows no names of what it reaches this way, and checks none.
    const sent = secure ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    const failed = (error: Error): void => {
      if (response.headersSent) return void response.destroy?.();
      reject(new ApiError(503, 'ServiceUnavailable', `error trying to reach service: ${error.message}`));
    };
    sent.on('error', failed);
    sent.once('socket', (socket) => socket.once('connect', () => void socket.setTimeout(0)));
    sent.once('timeout', () => sent.destroy(new Error(`dial tcp ${host}:${port}: i/o timeout`)));
    sent.once('response', (answer) => {
      answerWith(response, answer, target);
      answer.once('error', failed);
      answer.once('end', resolve);
    });
    response.once('close', () => {
      sent.destroy();
      resolve();
    });
    request.pipe(sent);
  });
}

function answerWith(response: Http2ServerResponse, answer: IncomingMessage, { prefix }: ProxyTarget): void {
  response.statusCode = answer.statusCode ?? 502;
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value === undefined || isKept(name)) continue;
    // A place on the program's own server lies below the prefix here.
    const shown = name === 'location' && typeof value === 'string' && value.startsWith('/') ? `${prefix}${value}` : value;
    response.setHeader(name, shown);
  }
  answer.pipe(response);
}
