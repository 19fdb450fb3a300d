import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { posix } from 'node:path';
import { connectVerified } from './verified-connection.js';
import type { AdmissionAttributes, Webhook, WebhookClient } from './webhook-rules.js';

export interface AdmissionAnswer {
  allowed: boolean;
  message: string;
  code: number;
  reason: string;
  warnings: string[];
  /** Decoded JSON patch; undefined without one. */
  patch: unknown;
}

/** Where a service-based webhook listens: `https://host:port` and the name its certificate is for; undefined when the Service has no endpoint. */
export type ResolveService = (namespace: string, name: string, port: number) => { host: string; port: number } | undefined;

const DEFAULT_TIMEOUT_S = 10;
const LARGEST_ANSWER_BYTES = 3 * 1024 * 1024;
const MOST_WARNINGS = 20;

/** The call failed: what Kubernetes wraps as `failed calling webhook`, unless the policy is Ignore. */
export class WebhookCallFailed extends Error {
  constructor(webhook: string, why: string) {
    super(`failed calling webhook "${webhook}": failed to call webhook: ${why}`);
  }
}

/** Kubernetes joins paths: `//a/` is asked as `/a`. Servers of Go answer the other with a redirect. */
function cleaned(url: URL): URL {
  url.pathname = posix.join('/', url.pathname).replace(/(.)\/$/, '$1');
  return url;
}

function addressOf(client: WebhookClient, resolve: ResolveService): { url: URL; host: string; port: number; servername: string } {
  const { url, service } = client;
  if (url) {
    const parsed = cleaned(new URL(url));
    const host = parsed.hostname.replace(/^\[|\]$/g, '');
    return { url: parsed, host, port: Number(parsed.port || 443), servername: host };
  }
  if (!service) throw new Error('webhook must have either url or service');
  const servername = `${service.name}.${service.namespace}.svc`;
  const port = service.port ?? 443;
  const parsed = cleaned(new URL(`https://${servername}:${port}${service.path ?? ''}`));
  const endpoint = resolve(service.namespace, service.name, port);
  if (!endpoint) throw new Error(`Post "${parsed.href}": no endpoints available for service "${service.name}"`);
  return { url: parsed, host: endpoint.host, port: endpoint.port, servername };
}

function reviewOf(a: AdmissionAttributes, uid: string): unknown {
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind: a.kind,
      resource: a.resource,
      ...(a.subresource ? { subResource: a.subresource } : {}),
      requestKind: a.kind,
      requestResource: a.resource,
      ...(a.subresource ? { requestSubResource: a.subresource } : {}),
      name: a.name,
      ...(a.namespace ? { namespace: a.namespace } : {}),
      operation: a.operation,
      userInfo: a.user,
      object: a.object ?? null,
      oldObject: a.oldObject ?? null,
      dryRun: a.dryRun,
      options: a.options ?? null,
    },
  };
}

/** One AdmissionReview over HTTPS, exactly as a cluster asks. Throws WebhookCallFailed. */
export async function callWebhook(webhook: Webhook, attributes: AdmissionAttributes, resolve: ResolveService): Promise<AdmissionAnswer> {
  const timeoutS = webhook.timeoutSeconds ?? DEFAULT_TIMEOUT_S;
  const uid = randomUUID();
  const text = await postReview(webhook.clientConfig, reviewOf(attributes, uid), timeoutS, resolve).catch((error: unknown) => {
    throw new WebhookCallFailed(webhook.name, (error as Error).message);
  });
  return readAnswer(webhook, uid, text);
}

/** Sends a review of any kind and answers the text that comes back. Rejects with `Post "...": why`. */
export async function postReview(client: WebhookClient, review: unknown, timeoutS: number, resolve: ResolveService): Promise<string> {
  const address = addressOf(client, resolve);
  const target = `${address.url.href}${address.url.search ? '&' : '?'}timeout=${timeoutS}s`;
  return post(client.caBundle, address, timeoutS, JSON.stringify(review)).catch((error: unknown) => {
    throw new Error(`Post "${target}": ${inGoWords(error as Error).message}`, { cause: error });
  });
}

async function post(caBundle: string | undefined, address: ReturnType<typeof addressOf>, timeoutS: number, body: string): Promise<string> {
  const signal = AbortSignal.timeout(timeoutS * 1000);
  const bundle = caBundle ? Buffer.from(caBundle, 'base64').toString('utf8') : undefined;
  const socket = await connectVerified(address, bundle, signal);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        createConnection: () => socket,
        path: `${address.url.pathname}${address.url.search}${address.url.search ? '&' : '?'}timeout=${timeoutS}s`,
        method: 'POST',
        headers: {
          host: address.url.host,
          connection: 'close',
          'content-type': 'application/json',
          accept: 'application/json',
          'content-length': Buffer.byteLength(body),
        },
        signal,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          if (text.length > LARGEST_ANSWER_BYTES) outgoing.destroy(new Error('the answer is larger than 3 MiB'));
        });
        response
          .on('error', reject)
          .on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(`unexpected status ${response.statusCode}`))));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The same finding as people know it from Kubernetes; the hints of Node are of no use here. */
function inGoWords(error: Error & { code?: string; address?: string; port?: number }): Error {
  const { code = '', address, port, name } = error;
  if (name === 'TimeoutError' || name === 'AbortError') return new Error('context deadline exceeded', { cause: error });
  if (UNKNOWN_AUTHORITY.has(code))
    return new Error('tls: failed to verify certificate: x509: certificate signed by unknown authority', { cause: error });
  if (code === 'ECONNREFUSED' && address) return new Error(`dial tcp ${address}:${port ?? ''}: connect: connection refused`, { cause: error });
  if (code === 'ECONNRESET') return new Error('EOF', { cause: error });
  return error;
}

interface ReviewAnswer {
  response?: {
    uid?: string;
    allowed?: boolean;
    status?: { message?: string; code?: number; reason?: string };
    patchType?: string;
    patch?: string;
    warnings?: string[];
  };
}

function readAnswer(webhook: Webhook, uid: string, text: string): AdmissionAnswer {
  let review: ReviewAnswer;
  try {
    review = JSON.parse(text) as ReviewAnswer;
  } catch {
    throw new WebhookCallFailed(webhook.name, 'the answer is not JSON');
  }
  const { response } = review;
  if (!response) throw new WebhookCallFailed(webhook.name, 'webhook response was absent');
  if (response.uid !== uid) throw new WebhookCallFailed(webhook.name, `expected response.uid="${uid}", got "${response.uid ?? ''}"`);
  if (response.patch !== undefined && response.patchType !== 'JSONPatch') {
    throw new WebhookCallFailed(webhook.name, `webhook returned response.patch but not response.patchType`);
  }
  return {
    allowed: response.allowed === true,
    message: response.status?.message ?? '',
    code: response.status?.code ?? 403,
    reason: response.status?.reason ?? 'Forbidden',
    warnings: (response.warnings ?? []).slice(0, MOST_WARNINGS),
    // A list of Go without entries is null: no change.
    patch: response.patch === undefined ? undefined : ((JSON.parse(Buffer.from(response.patch, 'base64').toString('utf8')) as unknown) ?? undefined),
  };
}
