export {
  type Cohorts,
  type PreviewPlan,
  type TrafficMatch,
  type TrafficPlan,
  type TrafficPort,
  type ValueMatch,
  WHOLE,
} from './traffic-plan.js';
export { APPLIED_ANNOTATION, type Liveness, type TrafficCapabilities, type TrafficObject, type TrafficRouter } from './traffic-router.js';
export { cohortToken } from './cohort-token.js';
export { canonicalJson, covers, driftOf, otherManagers, specHash } from './drift.js';
export { gatewayApiRouter } from './gateway-api/gateway-api-router.js';
export { type HttpBackendRef, type HttpRoute, type HttpRouteRule, type HttpRouteSpec, httpRoutes } from './gateway-api/http-route.js';
export { boundedName, previewRouteName, routeName, versionServiceName, versionSlug } from './gateway-api/object-names.js';
