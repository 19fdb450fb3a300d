import { compareQuantities, parseQuantity } from '@tidegate/kube';
import { duplicateValue, forbiddenValue, immutable, invalidValue, requiredValue } from '../../schema/field-errors.js';
import { type JsonObject, equalJson, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import type { FieldError } from '../resource-definition.js';

const QUOTA_NAMES = new Set(
  `configmaps cpu ephemeral-storage limits.cpu limits.ephemeral-storage limits.memory memory persistentvolumeclaims pods
  replicationcontrollers requests.cpu requests.ephemeral-storage requests.memory requests.storage resourcequotas secrets services
  services.loadbalancers services.nodeports`.split(/\s+/),
);
const WHOLE_NUMBERS = new Set(
  'configmaps persistentvolumeclaims pods replicationcontrollers resourcequotas secrets services services.loadbalancers services.nodeports'.split(' '),
);
const SCOPES = ['BestEffort', 'CrossNamespacePodAffinity', 'NotBestEffort', 'NotTerminating', 'PriorityClass', 'Terminating', 'VolumeAttributesClass'];
const BEST_EFFORT_LIMITS = new Set(['pods']);

/** Rules of ResourceQuota (ValidateResourceQuota in k8s.io/kubernetes/pkg/apis/core/validation). */
export function quotaErrors(quota: JsonObject, previous?: JsonObject): FieldError[] {
  const spec = objectAt(quota, 'spec');
  const errors = Object.entries(objectAt(spec, 'hard') ?? {}).flatMap(([name, amount]) =>
    typeof amount === 'string' ? hardErrors(name, amount) : [],
  );
  const scopes = textsAt(spec, 'scopes');
  errors.push(...scopeErrors(scopes, Object.keys(objectAt(spec, 'hard') ?? {})));
  const before = objectAt(previous, 'spec');
  if (previous && !equalJson(spec?.scopes, before?.scopes)) errors.push(invalidValue('spec.scopes', spec?.scopes, immutable));
  return errors;
}

function hardErrors(name: string, amount: string): FieldError[] {
  const field = `spec.hard[${name}]`;
  const isQualified = name.includes('/') || /^(requests|limits)\.hugepages-/.test(name) || name.startsWith('hugepages-');
  if (!isQualified && !QUOTA_NAMES.has(name))
    return [
      invalidValue(field, name, 'must be a standard resource type or fully qualified'),
      invalidValue(field, name, 'must be a standard resource for quota'),
    ];
  if (compareQuantities(amount, '0') < 0) return [invalidValue(field, amount, 'must be greater than or equal to 0')];
  const isWhole = (parseQuantity(amount)?.nano ?? 0n) % 1_000_000_000n === 0n;
  return (WHOLE_NUMBERS.has(name) || name.startsWith('count/')) && !isWhole ? [invalidValue(field, amount, 'must be an integer')] : [];
}

function scopeErrors(scopes: string[], limited: string[]): FieldError[] {
  const errors: FieldError[] = [];
  for (const scope of scopes) {
    if (!SCOPES.includes(scope)) errors.push(badScopes(scopes, 'unsupported scope'));
    else if (scope === 'BestEffort' && limited.some((name) => QUOTA_NAMES.has(name) && !BEST_EFFORT_LIMITS.has(name)))
      errors.push(badScopes(scopes, 'unsupported scope applied to resource'));
  }
  const both = (a: string, b: string): boolean => scopes.includes(a) && scopes.includes(b);
  if (both('BestEffort', 'NotBestEffort') || both('Terminating', 'NotTerminating'))
    errors.push(badScopes(scopes, 'conflicting scopes'));
  return errors;
}

const badScopes = (scopes: string[], detail: string): FieldError => invalidValue('spec.scopes', scopes, detail);

const LIMIT_TYPES = ['Container', 'PersistentVolumeClaim', 'Pod'];

/** Rules of LimitRange (ValidateLimitRange). */
export function limitRangeErrors(range: JsonObject): FieldError[] {
  const seen = new Set<string>();
  return objectsAt(objectAt(range, 'spec'), 'limits').flatMap((limit, index) => {
    const field = `spec.limits[${index}]`;
    const type = textAt(limit, 'type');
    const errors: FieldError[] =
      LIMIT_TYPES.includes(type) || type.includes('/') || type === ''
        ? []
        : [invalidValue(`${field}.type`, type, 'must be a standard limit type or fully qualified')];
    if (seen.has(type)) errors.push(duplicateValue(`${field}.type`, type));
    seen.add(type);
    if (type === 'Pod')
      for (const key of ['default', 'defaultRequest'])
        if (Object.keys(objectAt(limit, key) ?? {}).length > 0)
          errors.push(forbiddenValue(`${field}.${key}`, "may not be specified when `type` is 'Pod'"));
    const storage = (key: string): boolean => objectAt(limit, key)?.storage !== undefined;
    if (type === 'PersistentVolumeClaim' && !storage('min') && !storage('max'))
      errors.push(requiredValue(`${field}.limits`, 'either minimum or maximum storage value is required, but neither was provided'));
    return [...errors, ...orderErrors(limit, field)];
  });
}

/** min <= defaultRequest <= default <= max for each name, and a ratio that can be held. */
function orderErrors(limit: JsonObject, field: string): FieldError[] {
  const isPod = limit.type === 'Pod';
  const names = new Set(['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'].flatMap((key) => Object.keys(objectAt(limit, key) ?? {})));
  return [...names].sort().flatMap((name) => {
    const at = (key: string): string | undefined => textAt(objectAt(limit, key), name) || undefined;
    const [min, max, ratio] = [at('min'), at('max'), at('maxLimitRequestRatio')];
    const [limited, requested] = isPod ? [undefined, undefined] : [at('default'), at('defaultRequest')];
    const errors: FieldError[] = [];
    const check = (low: string | undefined, high: string | undefined, key: string, value: string | undefined, detail: (l: string, h: string) => string): void => {
      if (low !== undefined && high !== undefined && compareQuantities(low, high) > 0)
        errors.push(invalidValue(`${field}.${key}[${name}]`, value, detail(low, high)));
    };
    check(min, max, 'min', min, (l, h) => `min value ${l} is greater than max value ${h}`);
    check(min, requested, 'defaultRequest', requested, (l, h) => `min value ${l} is greater than default request value ${h}`);
    check(requested, max, 'defaultRequest', requested, (l, h) => `default request value ${l} is greater than max value ${h}`);
    check(requested, limited, 'defaultRequest', requested, (l, h) => `default request value ${l} is greater than default limit value ${h}`);
    check(min, limited, 'default', min, (l, h) => `min value ${l} is greater than default value ${h}`);
    check(limited, max, 'default', max, (l, h) => `default value ${l} is greater than max value ${h}`);
    check('1', ratio, 'maxLimitRequestRatio', ratio, (_, h) => `ratio ${h} is less than 1`);
    return [...errors, ...ratioErrors(`${field}.maxLimitRequestRatio[${name}]`, ratio, min, max)];
  });
}

function ratioErrors(field: string, ratio: string | undefined, min: string | undefined, max: string | undefined): FieldError[] {
  if (ratio === undefined || min === undefined || max === undefined) return [];
  const value = (text: string): number => Number(parseQuantity(text)?.nano ?? 0n);
  const most = value(max) / value(min);
  return value(ratio) / 1e9 > most ? [invalidValue(field, ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`)] : [];
}
