import { type JsonObject, equalJson, isJsonObject, numberAt, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import { forbiddenValue, immutable, invalidValue, requiredValue, unsupportedValue } from '../../schema/field-errors.js';
import type { FieldError } from '../resource-definition.js';
import { intOrPercentErrors, negativeErrors } from './number-rules.js';
import { selectorErrors } from './selector-rules.js';

/** Rules of RBAC objects. Whether a user may grant what a role holds is the authorizer's question. */
export function roleErrors(role: JsonObject): FieldError[] {
  const namespaced = role.kind === 'Role';
  return objectsAt(role, 'rules').flatMap((rule, index) => {
    const at = `rules[${index}]`;
    const urls = textsAt(rule, 'nonResourceURLs');
    const [groups, resources] = [textsAt(rule, 'apiGroups'), textsAt(rule, 'resources')];
    const errors = Array.isArray(rule.verbs) && rule.verbs.length === 0 ? [requiredValue(`${at}.verbs`)] : [];
    if (urls.length > 0) {
      if (namespaced) errors.push(invalidValue(`${at}.nonResourceURLs`, urls, 'namespaced rules cannot apply to non-resource URLs'));
      if (groups.length > 0 || resources.length > 0)
        errors.push(invalidValue(`${at}.nonResourceURLs`, urls, 'rules cannot apply to both regular resources and non-resource URLs'));
      return errors;
    }
    if (groups.length === 0) errors.push(requiredValue(`${at}.apiGroups`, 'resource rules must supply at least one api group'));
    if (resources.length === 0) errors.push(requiredValue(`${at}.resources`, 'resource rules must supply at least one resource'));
    return errors;
  });
}

export function roleBindingErrors(binding: JsonObject, previous?: JsonObject): FieldError[] {
  const role = objectAt(binding, 'roleRef');
  const kinds = binding.kind === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  const errors =
    role && textAt(role, 'kind') !== '' && !kinds.includes(textAt(role, 'kind'))
      ? [unsupportedValue('roleRef.kind', textAt(role, 'kind'), kinds)]
      : [];
  objectsAt(binding, 'subjects').forEach((subject, index) => {
    const kind = textAt(subject, 'kind');
    const at = `subjects[${index}]`;
    if (!['ServiceAccount', 'User', 'Group'].includes(kind))
      errors.push(unsupportedValue(`${at}.kind`, kind, ['ServiceAccount', 'User', 'Group']));
    if (kind === 'ServiceAccount' && binding.kind === 'ClusterRoleBinding' && textAt(subject, 'namespace') === '')
      errors.push(requiredValue(`${at}.namespace`));
  });
  if (previous && !equalJson(role, previous.roleRef)) {
    const value = { APIGroup: textAt(role, 'apiGroup'), Kind: textAt(role, 'kind'), Name: textAt(role, 'name') };
    errors.push(invalidValue('roleRef', value, immutable));
  }
  return errors;
}

export function leaseErrors(lease: JsonObject): FieldError[] {
  const spec = objectAt(lease, 'spec');
  const duration = numberAt(spec, 'leaseDurationSeconds');
  return [
    ...(duration !== undefined && duration <= 0 ? [invalidValue('spec.leaseDurationSeconds', duration, 'must be greater than 0')] : []),
    ...negativeErrors(spec, 'spec', 'leaseTransitions'),
  ];
}

export function eventErrors(event: JsonObject): FieldError[] {
  const [regarding, name] = isJsonObject(event.regarding)
    ? [event.regarding, 'regarding']
    : [objectAt(event, 'involvedObject'), 'involvedObject'];
  const own = textAt(objectAt(event, 'metadata'), 'namespace');
  const namespace = textAt(regarding, 'namespace');
  // Events about cluster-wide objects live in the default namespace.
  const fits = namespace === '' ? own === 'default' || own === '' : namespace === own;
  return fits ? [] : [invalidValue(`${name}.namespace`, namespace, 'does not match event.namespace')];
}

export function disruptionBudgetErrors(budget: JsonObject): FieldError[] {
  const spec = objectAt(budget, 'spec');
  const errors =
    spec?.minAvailable !== undefined && spec.maxUnavailable !== undefined
      ? [invalidValue('spec', asGo(spec), 'minAvailable and maxUnavailable cannot be both set')]
      : [];
  return [
    ...errors,
    ...intOrPercentErrors(spec?.minAvailable, 'spec.minAvailable', 100),
    ...intOrPercentErrors(spec?.maxUnavailable, 'spec.maxUnavailable', 100),
    ...selectorErrors(objectAt(spec, 'selector'), 'spec.selector'),
  ];
}

/** As Go prints the struct. */
const asGo = (spec: JsonObject): JsonObject => ({
  MinAvailable: spec.minAvailable ?? null,
  Selector: spec.selector ?? null,
  MaxUnavailable: spec.maxUnavailable ?? null,
  UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
});

const METRIC_SOURCES: Record<string, string> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};

function targetErrors(spec: JsonObject | undefined): FieldError[] {
  const target = objectAt(spec, 'scaleTargetRef');
  const missing = ['kind', 'name'].filter((key) => textAt(target, key) === '').map((key) => requiredValue(`spec.scaleTargetRef.${key}`));
  const apiVersion = textAt(target, 'apiVersion');
  const isWhole = apiVersion === 'v1' ? textAt(target, 'kind') === 'ReplicationController' : apiVersion.includes('/');
  return isWhole ? missing : [...missing, invalidValue('spec.scaleTargetRef.apiVersion', apiVersion, 'apiVersion must specify API group')];
}

function metricErrors(spec: JsonObject | undefined): FieldError[] {
  return objectsAt(spec, 'metrics').flatMap((metric, index) => {
    const type = textAt(metric, 'type');
    const source = METRIC_SOURCES[type];
    if (type === '') return [requiredValue(`spec.metrics[${index}].type`, 'must specify a metric source type')];
    if (source === undefined) return [unsupportedValue(`spec.metrics[${index}].type`, type, Object.keys(METRIC_SOURCES))];
    return objectAt(metric, source) ? [] : [requiredValue(`spec.metrics[${index}].${source}`, 'must populate information for the given metric source')];
  });
}

export function autoscalerErrors(autoscaler: JsonObject): FieldError[] {
  const spec = objectAt(autoscaler, 'spec');
  const [min, max] = [numberAt(spec, 'minReplicas') ?? 1, numberAt(spec, 'maxReplicas') ?? 0];
  const external = objectsAt(spec, 'metrics').some((metric) => metric.type === 'Object' || metric.type === 'External');
  const errors: FieldError[] = negativeErrors(spec, 'spec', 'minReplicas');
  if (min === 0 && !external)
    errors.push(forbiddenValue('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas'));
  if (max < min) errors.push(invalidValue('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`'));
  if (max === 0) errors.push(requiredValue('spec.maxReplicas'));
  if (max < 0) errors.push(invalidValue('spec.maxReplicas', max, 'must be greater than or equal to 1'));
  return [...errors, ...targetErrors(spec), ...metricErrors(spec)];
}

const maxUserPriority = 1_000_000_000;

export function priorityClassErrors(priorityClass: JsonObject, previous?: JsonObject): FieldError[] {
  const value = numberAt(priorityClass, 'value') ?? 0;
  const isSystem = textAt(objectAt(priorityClass, 'metadata'), 'name').startsWith('system-');
  const errors =
    value > maxUserPriority && !isSystem
      ? [forbiddenValue('value', `maximum allowed value of a user defined priority is ${maxUserPriority}`)]
      : [];
  if (previous && previous.value !== priorityClass.value) errors.push(forbiddenValue('value', 'may not be changed in an update.'));
  return errors;
}
