import type { AskAccess } from '../cel/library/authorizers.js';
import { conditionsMet } from '../policies/conditions.js';
import { Evaluation, webhookNames } from '../policies/environment.js';
import { type AdmissionAnswer, type ResolveService, WebhookCallFailed, callWebhook } from './call-webhook.js';
import { type AdmissionAttributes, type Webhook, webhookConcerns } from './webhook-rules.js';

/** What admission reads of the cluster. */
export interface WebhookCluster {
  /** Entries of all configurations, configurations in order of their names. */
  mutating(): readonly Webhook[];
  validating(): readonly Webhook[];
  /** Labels of a namespace; undefined when it does not exist. */
  namespaceLabels(name: string): Readonly<Record<string, string>> | undefined;
  resolveService: ResolveService;
  /** What rules in matchConditions may ask of the authorizer. */
  ask: AskAccess;
}

export type WebhookRefusal = { code: number; reason: string; message: string };

export type AdmissionOutcome =
  | { ok: true; object: Record<string, unknown> | undefined; warnings: string[] }
  | { ok: false; refusal: WebhookRefusal; warnings: string[] };

/** Applies a decoded JSON patch to an object and gives the changed copy, with defaults set again. Throws on a patch that does not fit. */
export type ApplyPatch = (object: Record<string, unknown>, patch: unknown) => Record<string, unknown>;

function labelsFor(a: AdmissionAttributes, cluster: WebhookCluster): Readonly<Record<string, string>> | undefined {
  if (a.kind.kind === 'Namespace' && a.kind.group === '') {
    const metadata = (a.object ?? a.oldObject)?.['metadata'] as { labels?: Record<string, string> } | undefined;
    return metadata?.labels ?? {};
  }
  return a.namespace === undefined ? undefined : (cluster.namespaceLabels(a.namespace) ?? {});
}

/** Webhook configurations themselves are not subject to webhooks: a broken one could else never be mended. */
function isExempt(a: AdmissionAttributes): boolean {
  return a.resource.group === 'admissionregistration.k8s.io';
}

function denied(webhook: Webhook, answer: AdmissionAnswer): WebhookRefusal {
  const text =
    answer.message === ''
      ? `admission webhook "${webhook.name}" denied the request without explanation`
      : `admission webhook "${webhook.name}" denied the request: ${answer.message}`;
  return { code: answer.code, reason: answer.reason, message: text };
}

function unsuitable(webhook: Webhook, a: AdmissionAttributes): WebhookRefusal | undefined {
  const sideEffects = webhook.sideEffects ?? 'Unknown';
  if (a.dryRun && !['None', 'NoneOnDryRun'].includes(sideEffects)) {
    return { code: 400, reason: 'BadRequest', message: `admission webhook "${webhook.name}" does not support dry run` };
  }
  return undefined;
}

/** Conditions in CEL: true and false, or the sentence of what went wrong when that counts. */
function isMet({ matchConditions = [], name, failurePolicy }: Webhook, attributes: AdmissionAttributes, { ask }: WebhookCluster): boolean | WebhookRefusal {
  if (matchConditions.length === 0) return true;
  const outcome = conditionsMet(matchConditions, webhookNames, new Evaluation({ attributes, ask }));
  if (outcome.problem === undefined) return outcome.met;
  if (failurePolicy === 'Ignore') return false;
  return { code: 403, reason: 'Forbidden', message: forbiddenText(attributes, `${outcome.problem}`, name) };
}

function forbiddenText({ resource, name }: AdmissionAttributes, problem: string, webhook: string): string {
  const what = resource.group === '' ? resource.resource : `${resource.resource}.${resource.group}`;
  return `${what} "${name}" is forbidden: ${problem} (admission webhook "${webhook}")`;
}

/** Calls one webhook; a failed call counts by the failure policy. Undefined when it is to be passed over. */
async function ask(
  webhook: Webhook,
  a: AdmissionAttributes,
  cluster: WebhookCluster,
): Promise<AdmissionAnswer | WebhookRefusal | undefined> {
  const met = isMet(webhook, a, cluster);
  if (met !== true) return met === false ? undefined : met;
  const refusal = unsuitable(webhook, a);
  if (refusal) return refusal;
  try {
    return await callWebhook(webhook, a, cluster.resolveService);
  } catch (error) {
    if (!(error instanceof WebhookCallFailed)) throw error;
    if ((webhook.failurePolicy ?? 'Fail') === 'Ignore') return undefined;
    return { code: 500, reason: 'InternalError', message: `Internal error occurred: ${error.message}` };
  }
}

const isAnswer = (value: AdmissionAnswer | WebhookRefusal): value is AdmissionAnswer => 'allowed' in value;

/** Mutating webhooks one after the other; those with reinvocationPolicy IfNeeded once more when a later one changed the object. */
export async function runMutatingWebhooks(
  attributes: AdmissionAttributes,
  cluster: WebhookCluster,
  applyPatch: ApplyPatch,
): Promise<AdmissionOutcome> {
  const warnings: string[] = [];
  let object = attributes.object;
  if (isExempt(attributes)) return { ok: true, object, warnings };
  const changedAfter = new Map<Webhook, boolean>();
  const round = async (webhooks: readonly Webhook[]): Promise<WebhookRefusal | undefined> => {
    for (const webhook of webhooks) {
      const now: AdmissionAttributes = object === undefined ? attributes : { ...attributes, object };
      if (!webhookConcerns(webhook, now, labelsFor(now, cluster))) continue;
      const answer = await ask(webhook, now, cluster);
      if (!answer) continue;
      if (!isAnswer(answer)) return answer;
      warnings.push(...answer.warnings);
      if (!answer.allowed) return denied(webhook, answer);
      changedAfter.set(webhook, false);
      if (answer.patch === undefined || object === undefined) continue;
      try {
        object = applyPatch(object, answer.patch);
      } catch (error) {
        return {
          code: 500,
          reason: 'InternalError',
          message: `Internal error occurred: admission webhook "${webhook.name}" sent a patch that does not fit: ${(error as Error).message}`,
        };
      }
      for (const earlier of changedAfter.keys()) if (earlier !== webhook) changedAfter.set(earlier, true);
    }
    return undefined;
  };
  const refusal =
    (await round(cluster.mutating())) ??
    (await round(cluster.mutating().filter((w) => w.reinvocationPolicy === 'IfNeeded' && changedAfter.get(w) === true)));
  return refusal ? { ok: false, refusal, warnings } : { ok: true, object, warnings };
}

/** Validating webhooks side by side; the first refusal in the order of the configurations is the answer. */
export async function runValidatingWebhooks(attributes: AdmissionAttributes, cluster: WebhookCluster): Promise<AdmissionOutcome> {
  const warnings: string[] = [];
  if (isExempt(attributes)) return { ok: true, object: attributes.object, warnings };
  const labels = labelsFor(attributes, cluster);
  const concerned = cluster.validating().filter((w) => webhookConcerns(w, attributes, labels));
  const answers = await Promise.all(concerned.map((w) => ask(w, attributes, cluster)));
  for (const [i, answer] of answers.entries()) {
    if (!answer) continue;
    if (!isAnswer(answer)) return { ok: false, refusal: answer, warnings };
    warnings.push(...answer.warnings);
    if (!answer.allowed) return { ok: false, refusal: denied(concerned[i] as Webhook, answer), warnings };
  }
  return { ok: true, object: attributes.object, warnings };
}
