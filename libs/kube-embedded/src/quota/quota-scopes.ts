import { type JsonObject, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import { allContainers } from '@tidegate/kube/quota';

interface ScopeRule {
  scope: string;
  operator: string;
  values: string[];
}

function rulesOf(quota: JsonObject): ScopeRule[] {
  const spec = objectAt(quota, 'spec');
  const selected = objectsAt(objectAt(spec, 'scopeSelector'), 'matchExpressions').map((expression) => ({
    scope: textAt(expression, 'scopeName'),
    operator: textAt(expression, 'operator'),
    values: textsAt(expression, 'values'),
  }));
  return [...textsAt(spec, 'scopes').map((scope) => ({ scope, operator: 'Exists', values: [] })), ...selected];
}

function isBestEffort(pod: JsonObject): boolean {
  const names = allContainers(pod).flatMap((container) => [
    ...Object.keys(objectAt(container, 'resources', 'requests') ?? {}),
    ...Object.keys(objectAt(container, 'resources', 'limits') ?? {}),
  ]);
  return !names.some((name) => name === 'cpu' || name === 'memory');
}

function namesOtherNamespaces(pod: JsonObject): boolean {
  const affinity = objectAt(pod, 'spec', 'affinity');
  return ['podAffinity', 'podAntiAffinity'].some((kind) => {
    const rules = objectAt(affinity, kind);
    const terms = [
      ...objectsAt(rules, 'requiredDuringSchedulingIgnoredDuringExecution'),
      ...objectsAt(rules, 'preferredDuringSchedulingIgnoredDuringExecution').map((term) => objectAt(term, 'podAffinityTerm') ?? {}),
    ];
    return terms.some((term) => textsAt(term, 'namespaces').length > 0 || term.namespaceSelector !== undefined);
  });
}

function ruleMatches({ scope, operator, values }: ScopeRule, pod: JsonObject): boolean {
  const spec = objectAt(pod, 'spec');
  const priorityClass = textAt(spec, 'priorityClassName');
  switch (scope) {
    case 'Terminating':
      return spec?.activeDeadlineSeconds !== undefined;
    case 'NotTerminating':
      return spec?.activeDeadlineSeconds === undefined;
    case 'BestEffort':
      return isBestEffort(pod);
    case 'NotBestEffort':
      return !isBestEffort(pod);
    case 'CrossNamespacePodAffinity':
      return namesOtherNamespaces(pod);
    case 'PriorityClass':
      if (operator === 'In') return values.includes(priorityClass);
      if (operator === 'NotIn') return !values.includes(priorityClass);
      return (operator === 'DoesNotExist') === (priorityClass === '');
    default:
      return false;
  }
}

/** Whether a quota counts this object: without scopes every one, with scopes only pods that all of them match. */
export function scopesMatch(quota: JsonObject, isPod: boolean, object: JsonObject): boolean {
  return rulesOf(quota).every((rule) => isPod && ruleMatches(rule, object));
}
