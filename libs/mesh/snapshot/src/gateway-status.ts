import { CONTROLLER_NAME, type GatewayClass } from '@tidegate/mesh-contract';
import type { GatewayPlan, ListenerPlan } from './gateway-plan.js';
import { refOf } from './object-key.js';
import {
  type GatewayClassStatusPlan,
  type GatewayStatusPlan,
  type ListenerStatusPlan,
  type PlannedCondition,
  condition,
} from './status-plan.js';
import { SUPPORTED_FEATURES } from './supported-features.js';

export function isOurs(gatewayClass: GatewayClass): boolean {
  return gatewayClass.spec.controllerName === CONTROLLER_NAME;
}

export function gatewayClassStatus(gatewayClass: GatewayClass): GatewayClassStatusPlan {
  const ref = refOf('GatewayClass', gatewayClass);
  const accepted = gatewayClass.spec.parametersRef
    ? condition(ref, 'Accepted', false, 'InvalidParameters', 'This class takes no parameters; remove parametersRef.')
    : condition(ref, 'Accepted', true, 'Accepted', 'Gateways of this class are served by Tidegate.');
  return { ref, conditions: [accepted], supportedFeatures: SUPPORTED_FEATURES };
}

/** `listenerName` names the Envoy listener of a port; undefined while there is none. */
export function gatewayStatus(
  plan: GatewayPlan,
  attachedRoutes: readonly number[],
  listenerName: (listener: ListenerPlan) => string | undefined,
): GatewayStatusPlan {
  const listeners = plan.listeners.map((l, i) => listenerStatus(plan, l, attachedRoutes[i] ?? 0, listenerName(l)));
  return {
    ref: plan.ref,
    conditions: gatewayConditions(plan, listeners),
    addresses: plan.addresses.map((value) => ({ type: /^[0-9.]+$|:/.test(value) ? 'IPAddress' : 'Hostname', value })),
    listeners,
    resources: [...new Set(listeners.flatMap((l) => l.resources))],
  };
}

function gatewayConditions({ ref, problem, listeners: plans }: GatewayPlan, listeners: readonly ListenerStatusPlan[]): PlannedCondition[] {
  const invalid = listeners.filter((l) => l.conditions.some((c) => c.type === 'Accepted' && c.status === 'False'));
  const usable = plans.some((l) => l.usable);
  const accepted = (): PlannedCondition => {
    if (problem?.condition === 'Accepted') return condition(ref, 'Accepted', false, problem.reason, problem.message);
    if (invalid.length === 0) return condition(ref, 'Accepted', true, 'Accepted', 'The Gateway is valid.');
    const names = invalid.map((l) => l.name).join(', ');
    return condition(
      ref,
      'Accepted',
      invalid.length < listeners.length,
      'ListenersNotValid',
      `Not valid: ${names}; see the conditions of listeners.`,
    );
  };
  const programmed = (): PlannedCondition => {
    if (problem) return condition(ref, 'Programmed', false, problem.condition === 'Accepted' ? 'Invalid' : problem.reason, problem.message);
    if (!usable) return condition(ref, 'Programmed', false, 'Invalid', 'No listener can serve; see the conditions of listeners.');
    return condition(ref, 'Programmed', true, 'Programmed', 'The proxies serve this Gateway.');
  };
  return [accepted(), programmed()];
}

function listenerStatus(plan: GatewayPlan, l: ListenerPlan, attachedRoutes: number, envoyListener: string | undefined): ListenerStatusPlan {
  const programmed = (): PlannedCondition => {
    if (!l.usable)
      return condition(plan.ref, 'Programmed', false, 'Invalid', 'The listener or its Gateway is not valid; see the other conditions.');
    if (envoyListener === undefined) {
      return condition(plan.ref, 'Programmed', false, 'Pending', `Port ${l.listener.port} has not been bound yet; this takes a moment.`);
    }
    return condition(plan.ref, 'Programmed', true, 'Programmed', 'The proxies serve this listener.');
  };
  return {
    name: l.listener.name,
    supportedKinds: l.kinds,
    attachedRoutes,
    conditions: [...l.conditions, programmed()],
    resources: l.usable && envoyListener !== undefined ? [`listener/${envoyListener}`, `routes/${l.routes}`] : [],
  };
}
