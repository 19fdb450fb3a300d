import type { GatewayPlan } from './gateway-plan.js';
import { type ListenerFacts, listenerStatus, resourcesOf } from './gateway-status.js';
import type { ListenerPlan } from './listener-plan.js';
import type { ListenerSetPlan } from './listener-sets.js';
import { type ListenerSetStatusPlan, type PlannedCondition, condition } from './status-plan.js';

export function listenersOf(plan: GatewayPlan, set: ListenerSetPlan): readonly ListenerPlan[] {
  const { kind, namespace, name } = set.ref;
  return plan.listeners.filter(({ owner }) => owner.kind === kind && owner.namespace === namespace && owner.name === name);
}

/** It adds at least one listener that serves. */
export function isAttached(plan: GatewayPlan, set: ListenerSetPlan): boolean {
  return listenersOf(plan, set).some((l) => l.usable);
}

export function listenerSetStatus(plan: GatewayPlan, set: ListenerSetPlan, facts: ListenerFacts): ListenerSetStatusPlan {
  const own = listenersOf(plan, set);
  const listeners = own.map((l) => listenerStatus(l, facts));
  return { ref: set.ref, conditions: conditionsOf(plan, set, own), listeners, resources: resourcesOf(listeners) };
}

function conditionsOf(plan: GatewayPlan, { ref, problem }: ListenerSetPlan, own: readonly ListenerPlan[]): PlannedCondition[] {
  const refused = (reason: string, message: string) => [
    condition(ref, 'Accepted', false, reason, message),
    condition(ref, 'Programmed', false, reason, message),
  ];
  if (problem) return refused(problem.reason, problem.message);
  if (plan.problem?.condition === 'Accepted') {
    return refused('ParentNotAccepted', `Gateway ${plan.key} is not accepted: ${plan.problem.message}`);
  }
  const unusable = own.filter((l) => !l.usable).map((l) => l.listener.name);
  const notValid = `Not valid: ${unusable.join(', ')}; see the conditions of listeners.`;
  if (unusable.length === own.length) return refused('ListenersNotValid', notValid);
  const accepted =
    unusable.length > 0
      ? condition(ref, 'Accepted', true, 'ListenersNotValid', notValid)
      : condition(ref, 'Accepted', true, 'Accepted', `The listeners are added to Gateway ${plan.key}.`);
  const programmed = plan.problem
    ? condition(ref, 'Programmed', false, 'Pending', plan.problem.message)
    : condition(ref, 'Programmed', true, 'Programmed', 'The proxies serve these listeners.');
  return [accepted, programmed];
}
