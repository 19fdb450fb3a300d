import type { Cors, ParentReference } from '@tidegate/mesh-contract';
import type { HeaderChanges } from './header-changes.js';
import type { ObjectRef } from './snapshot.js';

/** HTTPRoute and GRPCRoute in one form. Everything here is already checked; what was wrong is in `problems`. */
export interface RouteModel {
  ref: ObjectRef;
  /** namespace/name, the tie-breaker after age. */
  key: string;
  /** Kind/namespace/name. */
  id: string;
  /** namespace/name of every Service that the route names as a backend or mirror. */
  servicesNamed: readonly string[];
  createdAt: string;
  hostnames: readonly string[];
  parentRefs: readonly ParentReference[];
  rules: readonly RuleModel[];
  /** What cannot be done, rule by rule. A rule with a wrong match is left out; one with a wrong filter answers 500. */
  problems: readonly RuleProblem[];
}

export interface RuleProblem {
  rule: string;
  reason: 'UnsupportedValue' | 'IncompatibleFilters';
  message: string;
}

export interface RuleModel {
  index: number;
  name: string;
  matches: readonly MatchModel[];
  effects: Effects;
  redirect?: RedirectModel;
  backends: readonly BackendModel[];
  timeouts: Timeouts;
  retry?: RetryModel;
  /** A filter cannot be applied: requests are answered 500 rather than served without it. */
  refused: boolean;
}

export type PathCondition = { type: 'exact' | 'prefix' | 'regex'; value: string };
export interface ValueCondition {
  name: string;
  regex: boolean;
  value: string;
}
export interface MatchModel {
  /** All must hold. Empty: every path. */
  paths: readonly PathCondition[];
  method?: string;
  headers: readonly ValueCondition[];
  query: readonly ValueCondition[];
}

/** What filters do to a request on its way, from a rule or a backend. */
export interface Effects {
  requestHeaders: HeaderChanges;
  responseHeaders: HeaderChanges;
  rewriteHost?: string;
  rewritePath?: PathRewrite;
  mirrors: readonly MirrorModel[];
  cors?: Cors;
}

export type PathRewrite = { type: 'full'; value: string } | { type: 'prefix'; value: string };

export interface RedirectModel {
  scheme?: string;
  hostname?: string;
  port?: number;
  path?: PathRewrite;
  statusCode: number;
}

export interface BackendRefModel {
  group: string;
  kind: string;
  namespace?: string;
  name: string;
  port?: number;
}
export interface BackendModel {
  ref: BackendRefModel;
  weight: number;
  effects: Effects;
  redirect?: RedirectModel;
}
export interface MirrorModel {
  ref: BackendRefModel;
  /** Share of requests, 0..1. */
  share: number;
}

export interface Timeouts {
  /** Milliseconds; 0 is no limit. */
  requestMs?: number;
  backendRequestMs?: number;
}
export interface RetryModel {
  codes: readonly number[];
  attempts: number;
  backoffMs?: number;
}
