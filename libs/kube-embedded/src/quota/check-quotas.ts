import type { ResourceDefinition } from '../resources/resource-definition.js';
import { type JsonObject, objectAt, textAt } from '@tidegate/kube/json';
import { add, allContainers, type Amounts, amountsAt, amountsText, concerns, countName, exceeded, objectAmounts, pick, positive, subtract } from '@tidegate/kube/quota';
import { scopesMatch } from './quota-scopes.js';

export interface QuotaRequest {
  definition: Pick<ResourceDefinition, 'group' | 'plural'>;
  object: JsonObject;
  /** Of an update. */
  previous: JsonObject | undefined;
}

const isPods = ({ group, plural }: QuotaRequest['definition']): boolean => group === '' && plural === 'pods';
const nameOf = (quota: JsonObject): string => textAt(objectAt(quota, 'metadata'), 'name');

export function hardOf(quota: JsonObject): Amounts {
  const hard = Object.entries(objectAt(quota, 'spec', 'hard') ?? {});
  return Object.fromEntries(hard.flatMap(([name, text]) => (typeof text === 'string' || typeof text === 'number' ? [[name, String(text)]] : [])));
}

/** Kinds whose updates can take more: a Service that gets node ports, a claim that grows. */
function updateCounts({ group, plural }: QuotaRequest['definition']): boolean {
  return group === '' && (plural === 'services' || plural === 'persistentvolumeclaims');
}

/** What the request takes beyond what is taken already. */
function wantedOf({ definition, object, previous }: QuotaRequest): Amounts {
  if (previous && !updateCounts(definition)) return {};
  const amounts = objectAmounts(definition, object);
  return positive(previous ? subtract(amounts, objectAmounts(definition, previous)) : amounts);
}

const NAMED_BY_PODS = /^(requests\.|limits\.)?(cpu|memory)$/;

/** A quota on compute resources obliges each container to say how much it takes. */
function unsaid(hard: Amounts, pod: JsonObject): string[] {
  return Object.keys(hard)
    .filter((name) => NAMED_BY_PODS.test(name))
    .sort()
    .flatMap((name) => {
      const key = name.startsWith('limits.') ? 'limits' : 'requests';
      const silent = allContainers(pod)
        .filter((container) => amountsAt(container, key)[name.replace(/^(requests|limits)\./, '')] === undefined)
        .map((container) => textAt(container, 'name'))
        .sort();
      return silent.length === 0 ? [] : [`${name} for: ${silent.join(',')}`];
    });
}

/**
 * Kubernetes' sentence about the first quota that the request would break; undefined when it fits into all.
 * `usedOf` tells what is taken of a quota now. Source: k8s.io/apiserver/pkg/admission/plugin/resourcequota.
 */
export function quotaRefusal(request: QuotaRequest, quotas: readonly JsonObject[], usedOf: (quota: JsonObject) => Amounts): string | undefined {
  const { definition, object, previous } = request;
  const matching = quotas.filter((quota) => {
    const limited = Object.keys(hardOf(quota)).some((name) => concerns(definition, name));
    return limited && scopesMatch(quota, isPods(definition), object);
  });
  if (matching.length === 0) return undefined;
  if (isPods(definition) && !previous)
    for (const quota of matching) {
      const missing = unsaid(hardOf(quota), object);
      if (missing.length > 0) return `failed quota: ${nameOf(quota)}: must specify ${missing.join('; ')}`;
    }
  const wanted = wantedOf(request);
  for (const quota of matching) {
    const hard = hardOf(quota);
    const asked = pick(wanted, Object.keys(hard));
    const used = usedOf(quota);
    const over = exceeded(pick(add(used, asked), Object.keys(asked)), hard);
    if (over.length === 0) continue;
    const text = (amounts: Amounts): string => amountsText(pick(amounts, over));
    return `exceeded quota: ${nameOf(quota)}, requested: ${text(asked)}, used: ${text(used)}, limited: ${text(hard)}`;
  }
  return undefined;
}

/** What objects take of a quota: every name that it limits, nothing as "0". */
export function usedOfQuota(quota: JsonObject, counted: Iterable<{ definition: QuotaRequest['definition']; object: JsonObject }>): Amounts {
  const names = Object.keys(hardOf(quota));
  let used: Amounts = Object.fromEntries(names.map((name) => [name, '0']));
  for (const { definition, object } of counted)
    if (scopesMatch(quota, isPods(definition), object)) used = add(used, pick(objectAmounts(definition, object), names));
  return used;
}

/** Whether any name that the quota limits is about this kind. */
export function quotaConcerns(quota: JsonObject, definition: QuotaRequest['definition']): boolean {
  return Object.keys(hardOf(quota)).some((name) => concerns(definition, name) || name === countName(definition));
}
