import type { KubeObject } from '@tidegate/kube';
import { applyJsonPatch } from '../patch/json-patch.js';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { jsonOf } from '@tidegate/kube/json';
import { type AdmissionOutcome, type WebhookCluster, runMutatingWebhooks, runValidatingWebhooks } from '../webhooks/run-webhooks.js';
import type { AdmissionAttributes, Webhook } from '../webhooks/webhook-rules.js';
import type { UserInfo } from '../auth/rbac.js';
import { mutateByPolicies } from '../policies/mutate-by-policies.js';
import { validateByPolicies } from '../policies/validate-by-policies.js';
import { ApiError, forbidden } from './api-error.js';
import { policyCluster } from './policy-cluster.js';
import type { ApiContext, WriteOptions } from './api-options.js';

interface Configuration extends KubeObject {
  webhooks?: Webhook[];
}

/** What webhooks need of the cluster, read from the store at each call: a changed configuration counts at once. */
function clusterOf(context: ApiContext, user: UserInfo): WebhookCluster {
  const { store, hooks } = context;
  const webhooksOf = (plural: string): Webhook[] =>
    store.list(`admissionregistration.k8s.io/${plural}`, '').flatMap((c) => (c as Configuration).webhooks ?? []);
  return {
    mutating: () => webhooksOf('mutatingwebhookconfigurations'),
    validating: () => webhooksOf('validatingwebhookconfigurations'),
    namespaceLabels: (name) => store.get('/namespaces', name)?.metadata?.labels ?? (store.get('/namespaces', name) ? {} : undefined),
    ask: policyCluster(context, user).ask,
    resolveService: hooks.resolveService ?? (() => undefined),
  };
}

export interface AdmissionRequest {
  definition: ResourceDefinition;
  operation: AdmissionAttributes['operation'];
  subresource: string | undefined;
  namespace: string | undefined;
  name: string;
  object: KubeObject | undefined;
  previous: KubeObject | undefined;
  options: WriteOptions;
}

function attributesOf({
  definition,
  operation,
  subresource,
  namespace,
  name,
  object,
  previous,
  options,
}: AdmissionRequest): AdmissionAttributes {
  const { group, version, kind, plural } = definition;
  const { user } = options;
  return {
    operation,
    kind: { group, version, kind },
    resource: { group, version, resource: plural },
    ...(subresource ? { subresource } : {}),
    namespaced: definition.namespaced,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(object ? { object: jsonOf(object) } : {}),
    ...(previous ? { oldObject: jsonOf(previous) } : {}),
    dryRun: options.dryRun,
    user: {
      username: user.name,
      groups: user.groups,
      ...(user.uid ? { uid: user.uid } : {}),
      ...(user.extra ? { extra: user.extra } : {}),
    },
  };
}

function passed(outcome: AdmissionOutcome, options: WriteOptions): Record<string, unknown> | undefined {
  options.warnings.push(...outcome.warnings);
  if (!outcome.ok) throw new ApiError(outcome.refusal.code, outcome.refusal.reason, outcome.refusal.message);
  return outcome.object;
}

/** The object as MutatingAdmissionPolicies leave it, with defaults set again. Throws ApiError. */
function changedByPolicies(context: ApiContext, request: AdmissionRequest): KubeObject {
  const { definition, name, options } = request;
  const object = request.object as KubeObject;
  const outcome = mutateByPolicies(attributesOf(request), definition.schema, policyCluster(context, options.user));
  if (!outcome) return object;
  if ('problem' in outcome) throw forbidden(definition, name, outcome.problem);
  const changed = outcome.object as KubeObject;
  const refusal = definition.decode(changed);
  if (refusal !== undefined) throw forbidden(definition, name, refusal);
  definition.setDefaults(changed);
  return changed;
}

/** The object as mutating policies and webhooks leave it: the given one when none of them concerns it. Throws ApiError. */
export async function mutate(context: ApiContext, request: AdmissionRequest): Promise<KubeObject> {
  const object = changedByPolicies(context, request);
  const attributes = attributesOf({ ...request, object });
  const outcome = await runMutatingWebhooks(attributes, clusterOf(context, request.options.user), (before, patch) => {
    const after = applyJsonPatch(jsonOf(before), patch);
    const refusal = request.definition.decode(after);
    if (refusal !== undefined) throw new Error(refusal);
    request.definition.setDefaults(after);
    return after;
  });
  return passed(outcome, request.options) ?? object;
}

const CODES: Record<string, number> = { Unauthorized: 401, Forbidden: 403, RequestEntityTooLarge: 413, Invalid: 422 };

function checkPolicies(context: ApiContext, request: AdmissionRequest): void {
  const { definition, name, options } = request;
  const { denial, warnings } = validateByPolicies(attributesOf(request), policyCluster(context, options.user));
  options.warnings.push(...warnings);
  if (!denial) return;
  const refused = forbidden(definition, name, denial.message);
  throw new ApiError(CODES[denial.reason] ?? 422, denial.reason, refused.message, {
    ...refused.details,
    causes: [{ message: denial.message }],
  });
}

/** Policies and validating webhooks. Throws ApiError when one refuses. */
export async function validateByAdmission(context: ApiContext, request: AdmissionRequest): Promise<void> {
  checkPolicies(context, request);
  passed(await runValidatingWebhooks(attributesOf(request), clusterOf(context, request.options.user)), request.options);
}
