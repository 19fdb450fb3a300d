import { defineKind, type KubeObject } from '@tidegate/kube';

/** The part of gateway.networking.k8s.io/v1 HTTPRoute that traffic plans use; the standard's field names. */
export interface HttpRoute extends KubeObject {
  spec: HttpRouteSpec;
  status?: { parents?: { controllerName: string; conditions?: RouteCondition[] }[] };
}
export interface RouteCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
}
export interface HttpRouteSpec {
  parentRefs?: { group?: string; kind?: string; name: string; namespace?: string; port?: number; sectionName?: string }[];
  hostnames?: string[];
  rules?: HttpRouteRule[];
}
export interface HttpRouteRule {
  name?: string;
  matches?: HttpRouteMatch[];
  filters?: HttpRouteFilter[];
  backendRefs?: HttpBackendRef[];
  /** Durations such as 10s. */
  timeouts?: { request?: string; backendRequest?: string };
}
export interface NamedMatch {
  type?: 'Exact' | 'RegularExpression';
  name: string;
  value: string;
}
export interface HttpRouteMatch {
  path?: { type?: 'Exact' | 'PathPrefix' | 'RegularExpression'; value?: string };
  headers?: NamedMatch[];
  queryParams?: NamedMatch[];
}
export interface BackendRef {
  group?: string;
  kind?: string;
  name: string;
  namespace?: string;
  port?: number;
}
export interface HttpBackendRef extends BackendRef {
  weight?: number;
  filters?: HttpRouteFilter[];
}
export interface HeaderChange {
  add?: { name: string; value: string }[];
  set?: { name: string; value: string }[];
}
export interface HttpRouteFilter {
  type: string;
  requestHeaderModifier?: HeaderChange;
  responseHeaderModifier?: HeaderChange;
  urlRewrite?: { hostname?: string };
  requestMirror?: { backendRef: BackendRef; percent?: number; fraction?: { numerator: number; denominator?: number } };
}

export const httpRoutes = defineKind<HttpRoute>({
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  kind: 'HTTPRoute',
  plural: 'httproutes',
  namespaced: true,
});
