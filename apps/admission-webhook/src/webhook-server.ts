import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { causeChain, type Logger } from '@tidegate/kernel';
import { admissionReviewSchema, toAdmissionReview, type AdmissionAnswer, type AdmissionRequest } from './admission-review.js';
import type { ServingCertificate } from './serving-certificate.js';

/** The API server's own limit for one object is 1.5 MB; a review carries two. */
const LARGEST_BODY_BYTES = 4 * 1024 * 1024;
const MOST_CONNECTIONS = 256;

/** What answers the reviews that come to a path. */
export type Handlers = Readonly<Record<string, (review: AdmissionRequest) => AdmissionAnswer | Promise<AdmissionAnswer>>>;

interface ServerContext {
  handlers: Handlers;
  log: Logger;
  onReview: (path: string, allowed: boolean) => void;
}

/** Answers AdmissionReviews over HTTPS. Resolves once it listens. */
export function startWebhookServer(
  certificate: ServingCertificate,
  listen: { host: string; port: number },
  context: ServerContext,
): Promise<Server> {
  const server = createServer({ cert: certificate.certificatePem, key: certificate.keyPem, minVersion: 'TLSv1.2' }, (request, response) => {
    answer(request, response, context).catch((error: unknown) => {
      context.log.warn({ error: causeChain(error) }, 'an admission review failed');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.requestTimeout = 15_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, () => resolve(server));
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, context: ServerContext): Promise<void> {
  const path = new URL(request.url ?? '/', 'https://webhook').pathname;
  const handler = Object.hasOwn(context.handlers, path) ? context.handlers[path] : undefined;
  if (request.method !== 'POST' || !handler) return void response.writeHead(404).end();
  const body = await bodyOf(request);
  if (body === undefined) return void response.writeHead(413).end();
  const parsed = admissionReviewSchema.safeParse(jsonOf(body));
  if (!parsed.success) return void response.writeHead(400).end('not an AdmissionReview\n');
  const review = parsed.data.request;
  const found = await handler(review);
  context.onReview(path, found.allowed);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(toAdmissionReview(review.uid, found)));
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
