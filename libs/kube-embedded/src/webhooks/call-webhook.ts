import { randomUUID } from 'node:crypto';
import { request } from 'node:https';
import type { AdmissionAttributes, Webhook } from './webhook-rules.js';

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

function addressOf(webhook: Webhook, resolve: ResolveService): { url: URL; host: string; port: number; servername: string } {
  const { url, service } = webhook.clientConfig;
  if (url) {
    const parsed = new URL(url);
    const host = parsed.hostname.replace(/^\[|\]$/g, '');
    return { url: parsed, host, port: Number(parsed.port || 443), servername: host };
  }
  if (!service) throw new WebhookCallFailed(webhook.name, 'webhook must have either url or service');
  const servername = `${service.name}.${service.namespace}.svc`;
  const port = service.port ?? 443;
  const parsed = new URL(`https://${servername}:${port}${service.path ?? ''}`);
  const endpoint = resolve(service.namespace, service.name, port);
  if (!endpoint) throw new WebhookCallFailed(webhook.name, `Post "${parsed.href}": no endpoints available for service "${service.name}"`);
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
  const address = addressOf(webhook, resolve);
  const timeoutS = webhook.timeoutSeconds ?? DEFAULT_TIMEOUT_S;
  const uid = randomUUID();
  const target = `${address.url.href}${address.url.search ? '&' : '?'}timeout=${timeoutS}s`;
  const text = await post(webhook, address, timeoutS, JSON.stringify(reviewOf(attributes, uid))).catch((error: unknown) => {
    throw new WebhookCallFailed(webhook.name, `Post "${target}": ${(error as Error).message}`);
  });
  return readAnswer(webhook, uid, text);
}

function post(webhook: Webhook, address: ReturnType<typeof addressOf>, timeoutS: number, body: string): Promise<string> {
  const { caBundle } = webhook.clientConfig;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: address.host,
        port: address.port,
        ...(/^[\d.]+$|:/.test(address.servername) ? {} : { servername: address.servername }),
        path: `${address.url.pathname}${address.url.search}${address.url.search ? '&' : '?'}timeout=${timeoutS}s`,
        method: 'POST',
        headers: {
          host: address.url.host,
          'content-type': 'application/json',
          accept: 'application/json',
          'content-length': Buffer.byteLength(body),
        },
        ...(caBundle ? { ca: Buffer.from(caBundle, 'base64') } : {}),
        signal: AbortSignal.timeout(timeoutS * 1000),
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
    outgoing.on('error', (error) =>
      reject(error.name === 'TimeoutError' || error.name === 'AbortError' ? new Error('context deadline exceeded') : error),
    );
    outgoing.end(body);
  });
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
    patch: response.patch === undefined ? undefined : (JSON.parse(Buffer.from(response.patch, 'base64').toString('utf8')) as unknown),
  };
}
