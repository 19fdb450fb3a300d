import { CONTROLLER_NAME, type ParentReference } from '@tidegate/mesh-contract';
import type { ResolvedRoute } from './resolve-backends.js';
import { type PlannedCondition, type RouteParentStatusPlan, condition } from './status-plan.js';

/** What one parent says to a route. */
export interface ParentAnswer {
  parentRef: ParentReference;
  accepted: { holds: boolean; reason: string; message: string };
  /** Keys of the resources in which the route stands through this parent. */
  resources: readonly string[];
}

export function parentStatus(route: ResolvedRoute, answer: ParentAnswer): RouteParentStatusPlan {
  const { ref } = route.model;
  const { resolved, reason, message } = route.finding;
  const accepted = answer.accepted.holds ? (wholeRouteProblem(route) ?? answer.accepted) : answer.accepted;
  const conditions: PlannedCondition[] = [
    condition(ref, 'Accepted', accepted.holds, accepted.reason, accepted.message),
    condition(ref, 'ResolvedRefs', resolved, reason, message),
  ];
  const { problems } = route.model;
  if (accepted.holds && problems.length > 0) {
    const dropped = problems
      .map((p) => `rule ${p.rule}: ${p.message}`)
      .slice(0, 5)
      .join('; ');
    conditions.push(condition(ref, 'PartiallyInvalid', true, 'UnsupportedValue', `Dropped Rule: ${dropped}.`));
  }
  return {
    parentRef: answer.parentRef,
    controllerName: CONTROLLER_NAME,
    conditions,
    resources: accepted.holds ? answer.resources : [],
  };
}

/** A route of which nothing can be served is not accepted at all. */
export function wholeRouteProblem({ model }: ResolvedRoute): { holds: false; reason: string; message: string } | undefined {
  const [first] = model.problems;
  if (!first || model.rules.some((rule) => !rule.refused)) return undefined;
  return { holds: false, reason: first.reason, message: `Rule ${first.rule}: ${first.message}.` };
}
