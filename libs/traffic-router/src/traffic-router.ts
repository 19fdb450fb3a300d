import type { Service } from '@tidegate/kube';
import type { HttpRoute } from './gateway-api/http-route.js';
import type { TrafficPlan, TrafficPort } from './traffic-plan.js';

/** On a route: hash of the spec that was written last, so that an edit by somebody else is told from a plan that changed. */
export const APPLIED_ANNOTATION = 'tidegate.dev/applied';

/** What a way of routing can express; admission refuses what it cannot. */
export interface TrafficCapabilities {
  /** Smallest share in parts of WHOLE. */
  smallestWeight: number;
  mirror: boolean;
  cookieMatch: boolean;
  cohorts: boolean;
  /** Protocols of a Service's port that can be split. */
  protocols: readonly ('http' | 'grpc')[];
}

export type TrafficObject = { kind: 'Service'; object: Service } | { kind: 'HTTPRoute'; object: HttpRoute };

export interface Liveness {
  live: boolean;
  /** Proxies that confirmed, such as 3/3; empty when nobody counts. */
  proxies: string;
  /** A sentence for people when it is not live. */
  message: string;
}

/** How a TrafficPlan becomes objects. Pure: no I/O, the same plan always gives the same objects. */
export interface TrafficRouter {
  readonly name: string;
  readonly capabilities: TrafficCapabilities;
  /** Everything that has to exist for the plan, Services first: a route must never name a backend that is not there. */
  objects(plan: TrafficPlan): TrafficObject[];
  /** Why this port cannot be split; undefined when it can. */
  refusal(port: TrafficPort): string | undefined;
  /** Whether all of these routes, as they are now, are confirmed. No routes are not live. */
  liveness(routes: readonly HttpRoute[]): Liveness;
}
