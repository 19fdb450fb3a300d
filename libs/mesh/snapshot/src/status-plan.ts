import type { ParentReference, RouteGroupKind } from '@tidegate/mesh-contract';
import type { ObjectRef } from './snapshot.js';

/** A condition without its transition time, which only the writer knows. */
export interface PlannedCondition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  observedGeneration: number;
}

/**
 * Status that follows from objects alone. What depends on proxies is completed by the controller: `resources` are the keys
 * (`${type}/${name}`) that have to be acknowledged before a planned `Programmed: True` may be written (else False, Pending),
 * and that make a route `Live`.
 */
export interface StatusPlan {
  gatewayClasses: readonly GatewayClassStatusPlan[];
  gateways: readonly GatewayStatusPlan[];
  listenerSets: readonly ListenerSetStatusPlan[];
  routes: readonly RouteStatusPlan[];
  trafficPolicies: readonly TrafficPolicyStatusPlan[];
  policies: readonly PolicyStatusPlan[];
}

export interface GatewayClassStatusPlan {
  ref: ObjectRef;
  conditions: readonly PlannedCondition[];
  supportedFeatures: readonly { name: string }[];
}

export interface GatewayStatusPlan {
  ref: ObjectRef;
  conditions: readonly PlannedCondition[];
  addresses: readonly { type: string; value: string }[];
  listeners: readonly ListenerStatusPlan[];
  attachedListenerSets: number;
  resources: readonly string[];
}

export interface ListenerSetStatusPlan {
  ref: ObjectRef;
  conditions: readonly PlannedCondition[];
  listeners: readonly ListenerStatusPlan[];
  resources: readonly string[];
}

export interface ListenerStatusPlan {
  name: string;
  supportedKinds: readonly RouteGroupKind[];
  attachedRoutes: number;
  conditions: readonly PlannedCondition[];
  resources: readonly string[];
}

export interface RouteStatusPlan {
  ref: ObjectRef;
  /** Only the parents that this controller answers for; entries of other controllers must be kept by the writer. */
  parents: readonly RouteParentStatusPlan[];
}

export interface RouteParentStatusPlan {
  parentRef: ParentReference;
  controllerName: string;
  conditions: readonly PlannedCondition[];
  /** Empty when the route serves nothing through this parent; then there is nothing to be live. */
  resources: readonly string[];
}

/** Only the ancestors that this controller answers for; entries of other controllers must be kept by the writer. */
export interface PolicyStatusPlan {
  ref: ObjectRef;
  ancestors: readonly { ancestorRef: ParentReference; controllerName: string; conditions: readonly PlannedCondition[] }[];
}

export interface TrafficPolicyStatusPlan {
  ref: ObjectRef;
  /** All but Live and Holding. */
  conditions: readonly PlannedCondition[];
  /** What proxies must have acknowledged for Live, and for Holding to be True or False. */
  resources: readonly string[];
  /**
   * What the snapshot does with requests; absent when the policy is not accepted or asks for no hold. `waking`: they are held although an
   * endpoint is ready, until the status no longer says Holding.
   */
  holding?: 'held' | 'passed' | 'waking';
}

export function condition(ref: ObjectRef, type: string, holds: boolean, reason: string, message: string): PlannedCondition {
  return { type, status: holds ? 'True' : 'False', reason, message, observedGeneration: ref.generation };
}
