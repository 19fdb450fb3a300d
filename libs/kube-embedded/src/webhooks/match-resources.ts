import { type AdmissionAttributes, type Labels, type Selector, type Webhook, labelsOf, rulesMatch, selectorMatches } from './webhook-rules.js';

type Rule = NonNullable<Webhook['rules']>[number] & { resourceNames?: string[] };

/** matchConstraints of a policy, matchResources of its binding. */
export interface MatchResources {
  resourceRules?: Rule[];
  excludeResourceRules?: Rule[];
  namespaceSelector?: Selector;
  objectSelector?: Selector;
}

function ruleFits(rule: Rule, a: AdmissionAttributes): boolean {
  return (!rule.resourceNames?.length || rule.resourceNames.includes(a.name)) && rulesMatch([rule], a);
}

/** Whether a request is one of those; without rules every resource is. `namespaceLabels` as for webhooks. */
export function resourcesMatch(match: MatchResources | undefined, a: AdmissionAttributes, namespaceLabels: Labels | undefined): boolean {
  if (!match) return true;
  if (namespaceLabels !== undefined && !selectorMatches(match.namespaceSelector, namespaceLabels)) return false;
  const candidates = [labelsOf(a.object), labelsOf(a.oldObject)].filter((labels) => labels !== undefined);
  const selected = candidates.length === 0 ? selectorMatches(match.objectSelector, {}) : candidates.some((labels) => selectorMatches(match.objectSelector, labels));
  if (!selected || match.excludeResourceRules?.some((rule) => ruleFits(rule, a))) return false;
  return !match.resourceRules?.length || match.resourceRules.some((rule) => ruleFits(rule, a));
}
