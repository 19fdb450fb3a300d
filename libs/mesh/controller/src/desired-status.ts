import { setCondition, type Condition } from '@tidegate/kube';
import {
  CONTROLLER_NAME,
  GATEWAY_GROUP,
  type Gateway,
  type GatewayClass,
  type ListenerSet,
  type ParentReference,
  type PolicyAncestorStatus,
  type RouteParentStatus,
} from '@tidegate/mesh-contract';
import type {
  GatewayClassStatusPlan,
  GatewayStatusPlan,
  ListenerSetStatusPlan,
  ListenerStatusPlan,
  PlannedCondition,
  PolicyStatusPlan,
  RouteStatusPlan,
} from '@tidegate/mesh-snapshot';
import type { LiveFinding } from './live-condition.js';

/**
 * Pure: from the plan of a build, what proxies say and the status that is there, to the status that should be there. Conditions keep
 * their transition time while their status stays, so that an unchanged status is equal to the one that is there.
 */
export type FindLive = (resources: readonly string[]) => LiveFinding;

/** `parents` of a route: ours by plan, in the order of the plan, behind those of other controllers, which are kept as they are. */
export function desiredParents(
  plan: RouteStatusPlan,
  existing: readonly RouteParentStatus[],
  findLive: FindLive,
  now: number,
): RouteParentStatus[] {
  const others = existing.filter((parent) => parent.controllerName !== CONTROLLER_NAME);
  const ours = plan.parents.map((parent): RouteParentStatus => {
    const key = parentKey(parent.parentRef, plan.ref.namespace);
    const before = existing.find((e) => e.controllerName === CONTROLLER_NAME && parentKey(e.parentRef, plan.ref.namespace) === key);
    const planned: PlannedCondition[] = [...parent.conditions];
    if (parent.resources.length > 0) planned.push({ type: 'Live', observedGeneration: plan.ref.generation, ...findLive(parent.resources) });
    return {
      parentRef: before?.parentRef ?? parent.parentRef,
      controllerName: CONTROLLER_NAME,
      conditions: desiredConditions(planned, before?.conditions, now),
    };
  });
  return [...others, ...ours];
}

/** `ancestors` of a policy: ours by plan, behind those of other controllers, which are kept as they are. */
export function desiredAncestors(plan: PolicyStatusPlan, existing: readonly PolicyAncestorStatus[], now: number): PolicyAncestorStatus[] {
  const others = existing.filter((ancestor) => ancestor.controllerName !== CONTROLLER_NAME);
  const ours = plan.ancestors.map(({ ancestorRef, controllerName, conditions }): PolicyAncestorStatus => {
    const key = parentKey(ancestorRef, plan.ref.namespace);
    const before = existing.find((e) => e.controllerName === CONTROLLER_NAME && parentKey(e.ancestorRef, plan.ref.namespace) === key);
    return {
      ancestorRef: before?.ancestorRef ?? ancestorRef,
      controllerName,
      conditions: desiredConditions(conditions, before?.conditions, now),
    };
  });
  return [...others, ...ours];
}

/** Two references to the same thing are equal, with and without the defaults written out. */
function parentKey(ref: ParentReference, namespace: string): string {
  const { group = GATEWAY_GROUP, kind = 'Gateway', namespace: own = namespace, name, sectionName = '', port = '' } = ref;
  return [group, kind, own, name, sectionName, port].join('|');
}

export function desiredGatewayClass(plan: GatewayClassStatusPlan, existing: GatewayClass['status'], now: number): GatewayClass['status'] {
  return {
    conditions: desiredConditions(plan.conditions, existing?.conditions, now),
    supportedFeatures: plan.supportedFeatures.map(({ name }) => ({ name })),
  };
}

export function desiredGateway(plan: GatewayStatusPlan, existing: Gateway['status'], findLive: FindLive, now: number): Gateway['status'] {
  return {
    addresses: plan.addresses.map(({ type, value }) => ({ type, value })),
    attachedListenerSets: plan.attachedListenerSets,
    conditions: desiredConditions(programmed(plan.conditions, plan.resources, findLive), existing?.conditions, now),
    listeners: desiredListeners(plan.listeners, existing?.listeners, findLive, now),
  };
}

export function desiredListenerSet(
  plan: ListenerSetStatusPlan,
  existing: ListenerSet['status'],
  findLive: FindLive,
  now: number,
): ListenerSet['status'] {
  return {
    conditions: desiredConditions(programmed(plan.conditions, plan.resources, findLive), existing?.conditions, now),
    listeners: desiredListeners(plan.listeners, existing?.listeners, findLive, now),
  };
}

type Listeners = NonNullable<NonNullable<Gateway['status']>['listeners']>;

function desiredListeners(
  planned: readonly ListenerStatusPlan[],
  existing: Listeners | undefined,
  findLive: FindLive,
  now: number,
): Listeners {
  return planned.map((listener) => ({
    name: listener.name,
    supportedKinds: listener.supportedKinds.map((kind) => ({ ...kind })),
    attachedRoutes: listener.attachedRoutes,
    conditions: desiredConditions(
      programmed(listener.conditions, listener.resources, findLive),
      existing?.find((before) => before.name === listener.name)?.conditions,
      now,
    ),
  }));
}

/** A planned `Programmed: True` holds only once every proxy serves it. */
function programmed(conditions: readonly PlannedCondition[], resources: readonly string[], findLive: FindLive): PlannedCondition[] {
  return conditions.map((condition) => {
    if (condition.type !== 'Programmed' || condition.status !== 'True' || resources.length === 0) return condition;
    const found = findLive(resources);
    if (found.status === 'True') return condition;
    const reason = found.reason === 'Rejected' ? 'Invalid' : 'Pending';
    return { ...condition, status: 'False', reason, message: found.message };
  });
}

/** Exactly the planned conditions; those of an earlier plan go. */
function desiredConditions(planned: readonly PlannedCondition[], existing: readonly Condition_[] | undefined, now: number): Condition[] {
  const before = (existing ?? []).filter((c): c is Condition => planned.some((p) => p.type === c.type));
  const kept = planned.reduce<Condition[]>((list, condition) => setCondition(list, condition, now), before);
  return planned.flatMap((p) => kept.filter((c) => c.type === p.type));
}
type Condition_ = Omit<Condition, 'message' | 'reason'> & Partial<Condition>;
