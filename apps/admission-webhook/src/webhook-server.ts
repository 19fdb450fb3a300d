import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { causeChain, type Logger } from '@tidegate/kernel';
import type { Release, Strategy } from '@tidegate/delivery-contract';
import { admissionReviewSchema, toAdmissionReview, type AdmissionAnswer, type AdmissionRequest } from './admission-review.js';
import { defaultStrategy, signHand } from './default-objects.js';
import { reviewStrategyChange, type ReviewContext } from './review-objects.js';
import type { ServingCertificate } from './serving-certificate.js';

/** The API server's own limit for one object is 1.5 MB; a review carries two. */
const LARGEST_BODY_BYTES = 4 * 1024 * 1024;
const MOST_CONNECTIONS = 256;

export const PATHS = { mutate: '/mutate', validate: '/validate' } as const;

/** Answers AdmissionReviews over HTTPS. Resolves once it listens. */
export function startWebhookServer(
  certificate: ServingCertificate,
  listen: { host: string; port: number },
  context: ReviewContext & { log: Logger; onReview: (path: string, allowed: boolean) => void },
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

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  context: Parameters<typeof startWebhookServer>[2],
): Promise<void> {
  const path = new URL(request.url ?? '/', 'https://webhook').pathname;
  if (request.method !== 'POST' || (path !== PATHS.mutate && path !== PATHS.validate)) return void response.writeHead(404).end();
  const body = await bodyOf(request);
  if (body === undefined) return void response.writeHead(413).end();
  const parsed = admissionReviewSchema.safeParse(jsonOf(body));
  if (!parsed.success) return void response.writeHead(400).end('not an AdmissionReview\n');
  const review = parsed.data.request;
  const found = path === PATHS.mutate ? mutate(review) : await validate(review, context);
  context.onReview(path, found.allowed);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(toAdmissionReview(review.uid, found)));
}

function mutate(review: AdmissionRequest): AdmissionAnswer {
  const username = review.userInfo?.username ?? '';
  const strategy = objectOf<Strategy>(review, 'Strategy', review.object);
  if (strategy)
    return { allowed: true, patch: defaultStrategy(strategy, objectOf<Strategy>(review, 'Strategy', review.oldObject), username) };
  const release = objectOf<Release>(review, 'Release', review.object);
  if (release) return { allowed: true, patch: signHand(release, objectOf<Release>(review, 'Release', review.oldObject), username) };
  return { allowed: true };
}

async function validate(review: AdmissionRequest, context: ReviewContext): Promise<AdmissionAnswer> {
  const strategy = objectOf<Strategy>(review, 'Strategy', review.object);
  if (!strategy) return { allowed: true };
  const placed = { ...strategy, metadata: { ...strategy.metadata, namespace: strategy.metadata?.namespace ?? review.namespace } };
  return reviewStrategyChange(context, placed, objectOf<Strategy>(review, 'Strategy', review.oldObject));
}

/** The API server has checked the object against the kind's schema; `reviewStrategy` checks its spec once more, field by field. */
function objectOf<T extends Strategy | Release>(review: AdmissionRequest, kind: string, object: unknown): T | undefined {
  const isOurs = review.kind.group === 'delivery.tidegate.dev' && review.kind.kind === kind;
  return isOurs && typeof object === 'object' && object !== null ? (object as T) : undefined;
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
