import { CONTROLLER_NAME, type GatewayClass } from '@tidegate/mesh-contract';
import type { GatewayPlan } from './gateway-plan.js';
import type { ListenerPlan } from './listener-plan.js';
import { refOf } from './object-key.js';
import {
  type GatewayClassStatusPlan,
  type GatewayStatusPlan,
  type ListenerStatusPlan,
  type PlannedCondition,
  condition,
} from './status-plan.js';
import { CLUSTER_FEATURES, SUPPORTED_FEATURES } from './supported-features.js';

export function isOurs(gatewayClass: GatewayClass): boolean {
  return gatewayClass.spec.controllerName === CONTROLLER_NAME;
}

export function gatewayClassStatus(gatewayClass: GatewayClass, isEmbedded: boolean): GatewayClassStatusPlan {
  const ref = refOf('GatewayClass', gatewayClass);
  const accepted = gatewayClass.spec.parametersRef
    ? condition(ref, 'Accepted', false, 'InvalidParameters', 'This class takes no parameters; remove parametersRef.')
    : condition(ref, 'Accepted', true, 'Accepted', 'Gateways of this class are served by Tidegate.');
  return { ref, conditions: [accepted], supportedFeatures: isEmbedded ? SUPPORTED_FEATURES : CLUSTER_FEATURES };
}

/** What the statuses of listeners follow from beside their plans. */
export interface ListenerFacts {
  attachedRoutes(listener: ListenerPlan): number;
  /** Names the Envoy listener; undefined while there is none. */
  envoyListener(listener: ListenerPlan): string | undefined;
}

export function gatewayStatus(plan: GatewayPlan, facts: ListenerFacts, attachedListenerSets: number): GatewayStatusPlan {
  const own = plan.listeners.filter((l) => l.owner.kind === 'Gateway');
  const listeners = own.map((l) => listenerStatus(l, facts));
  return {
    ref: plan.ref,
    conditions: [...gatewayConditions(plan, own), ...plan.moreConditions],
    addresses: plan.addresses.map((value) => ({ type: /^[0-9.]+$|:/.test(value) ? 'IPAddress' : 'Hostname', value })),
    listeners,
    attachedListenerSets,
    resources: resourcesOf(listeners),
  };
}

export function resourcesOf(listeners: readonly ListenerStatusPlan[]): string[] {
  return [...new Set(listeners.flatMap((l) => l.resources))];
}

function gatewayConditions({ ref, problem, listeners: all }: GatewayPlan, own: readonly ListenerPlan[]): PlannedCondition[] {
  const invalid = own.filter((l) => l.conditions.some((c) => c.type === 'Accepted' && c.status === 'False'));
  const accepted = (): PlannedCondition => {
    if (problem?.condition === 'Accepted') return condition(ref, 'Accepted', false, problem.reason, problem.message);
    if (invalid.length === 0) return condition(ref, 'Accepted', true, 'Accepted', 'The Gateway is valid.');
    const names = invalid.map((l) => l.listener.name).join(', ');
    const message = `Not valid: ${names}; see the conditions of listeners.`;
    return condition(ref, 'Accepted', invalid.length < own.length, 'ListenersNotValid', message);
  };
  const programmed = (): PlannedCondition => {
    if (problem) return condition(ref, 'Programmed', false, problem.condition === 'Accepted' ? 'Invalid' : problem.reason, problem.message);
    if (!all.some((l) => l.usable)) {
      return condition(ref, 'Programmed', false, 'Invalid', 'No listener can serve; see the conditions of listeners.');
    }
    return condition(ref, 'Programmed', true, 'Programmed', 'The proxies serve this Gateway.');
  };
  return [accepted(), programmed()];
}

export function listenerStatus(l: ListenerPlan, facts: ListenerFacts): ListenerStatusPlan {
  const envoyListener = facts.envoyListener(l);
  const programmed = (): PlannedCondition => {
    if (l.conflict) return condition(l.owner, 'Programmed', false, l.conflict.reason, l.conflict.message);
    if (!l.usable)
      return condition(l.owner, 'Programmed', false, 'Invalid', 'The listener or its Gateway is not valid; see the other conditions.');
    if (envoyListener === undefined) {
      return condition(l.owner, 'Programmed', false, 'Pending', `Port ${l.listener.port} has not been bound yet; this takes a moment.`);
    }
    return condition(l.owner, 'Programmed', true, 'Programmed', 'The proxies serve this listener.');
  };
  const routes = l.protocol === 'http' || l.protocol === 'https' ? [`routes/${l.routes}`] : [];
  return {
    name: l.listener.name,
    supportedKinds: l.kinds,
    attachedRoutes: facts.attachedRoutes(l),
    conditions: [...l.conditions, programmed()],
    resources: l.usable && envoyListener !== undefined ? [`listener/${envoyListener}`, ...routes] : [],
  };
}
