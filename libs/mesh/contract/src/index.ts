export { type BackendTlsPolicy, type PolicyAncestorStatus, type SubjectAltName, backendTlsPolicySpecSchema } from './backend-tls-policy.js';
export { type Condition, conditionSchema } from './condition.js';
export { GATEWAY_API_VERSION, gatewayApiCrds, meshCrds } from './crds.js';
export { type GatewayClass, gatewayClassSpecSchema, gatewayClassStatusSchema } from './gateway-class.js';
export { type Gateway, type GatewaySpec, gatewaySpecSchema, gatewayStatusSchema } from './gateway.js';
export { type GrpcRoute, type GrpcRouteMatch, type GrpcRouteRule, grpcRouteSpecSchema } from './grpc-route.js';
export { type HttpBackendRef, type HttpRoute, type HttpRouteMatch, type HttpRouteRule, httpRouteSpecSchema } from './http-route.js';
export {
  backendTlsPolicies,
  gatewayClasses,
  gateways,
  grpcRoutes,
  httpRoutes,
  listenerSets,
  referenceGrants,
  tcpRoutes,
  tlsRoutes,
  trafficPolicies,
} from './kinds.js';
export { type ListenerSet, listenerSetSpecSchema } from './listener-set.js';
export { type Listener, type RouteGroupKind } from './listener.js';
export {
  CALLER_LABEL,
  CALLER_NAMESPACE_LABEL,
  CONTROLLER_NAME,
  ENDPOINTS_OF_LABEL,
  GATEWAY_CLASS_NAME,
  GATEWAY_NAMESPACE_LABEL,
  GATEWAY_NAME_LABEL,
  REAL_PORTS_ANNOTATION,
  SELECTOR_ANNOTATION,
  SERVICE_LABEL,
  SLICE_MANAGER,
  SLICE_MANAGER_LABEL,
  VERSION_LABEL,
  WAYPOINT_LABEL,
  digest,
  labelValue,
} from './names.js';
export { type ReferenceGrant, referenceGrantSpecSchema } from './reference-grant.js';
export {
  type BackendReference,
  GATEWAY_GROUP,
  type LabelSelector,
  type ObjectReference,
  type ParentReference,
  type SecretReference,
} from './references.js';
export {
  type Cors,
  type GrpcRouteFilter,
  type HeaderModifier,
  type HttpHeader,
  type HttpRouteFilter,
  type PathModifier,
  type RequestMirror,
  type RequestRedirect,
  type UrlRewrite,
} from './route-filters.js';
export { type RouteParentStatus, type RouteStatus, routeStatusSchema } from './route-status.js';
export { type TcpRoute, type TlsRoute, tcpRouteSpecSchema, tlsRouteSpecSchema } from './stream-route.js';
export { MESH_GROUP, type TrafficPolicy, trafficPolicySpecSchema, trafficPolicyStatusSchema } from './traffic-policy.js';
