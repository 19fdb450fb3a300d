import { randomUUID } from 'node:crypto';
import { type ResolveService, postJson } from './post-json.js';
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

const DEFAULT_TIMEOUT_S = 10;
const MOST_WARNINGS = 20;

/** The call failed: what Kubernetes wraps as `failed calling webhook`, unless the policy is Ignore. */
export class WebhookCallFailed extends Error {
  constructor(webhook: string, why: string) {
    super(`failed calling webhook "${webhook}": failed to call webhook: ${why}`);
  }
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
  const text = await postJson(webhook.clientConfig, timeoutS, reviewOf(attributes, uid), resolve, `timeout=${timeoutS}s`).catch((error: unknown) => {
    throw new WebhookCallFailed(webhook.name, (error as Error).message);
  });
  return readAnswer(webhook, uid, text);
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
