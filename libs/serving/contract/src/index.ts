export {
  APP_LABEL,
  AUTOSCALING_GROUP,
  AUTOSCALING_PREFIX,
  CLUSTER_LOCAL,
  CONFIGURATION_GENERATION_LABEL,
  CONFIGURATION_LABEL,
  CONFIGURATION_UID_LABEL,
  CREATOR_ANNOTATION,
  DEFAULT_CONTAINER_NAME,
  DEFAULT_USER_PORT,
  DEPLOYMENT_HASH_LABEL,
  DOMAIN_MAPPING_NAMESPACE_LABEL,
  DOMAIN_MAPPING_UID_LABEL,
  ENDPOINT_LABEL,
  GATEWAY_NAME,
  LAST_APPLIED_ANNOTATION,
  LAST_MODIFIER_ANNOTATION,
  MESH_SERVICE_LABEL,
  MESH_VERSION_LABEL,
  NETWORKING_GROUP,
  NO_GC_ANNOTATION,
  PROGRESS_DEADLINE_ANNOTATIONS,
  REVISION_LABEL,
  REVISION_SERVICE_PORT,
  REVISION_UID_LABEL,
  ROLLOUT_ANNOTATION,
  ROLLOUT_DURATION_ANNOTATIONS,
  ROUTES_ANNOTATION,
  ROUTE_LABEL,
  ROUTING_STATE_LABEL,
  ROUTING_STATE_MODIFIED_ANNOTATION,
  SERVICE_LABEL,
  SERVICE_UID_LABEL,
  SERVING_GROUP,
  SERVING_MANAGER,
  SERVING_NAMESPACE,
  SERVING_PREFIX,
  USER_PORT_NAME,
  VISIBILITY_LABEL,
} from './names.js';
export { childName, deploymentNameFor, revisionNameFor } from './child-name.js';
export {
  CONFIGURATION_CONDITIONS,
  type ConditionSet,
  DOMAIN_MAPPING_CONDITIONS,
  type Finding,
  POD_AUTOSCALER_CONDITIONS,
  REVISION_CONDITIONS,
  ROUTE_CONDITIONS,
  SERVICE_CONDITIONS,
  conditionOf,
  readinessOf,
  settleConditions,
} from './condition-set.js';
export { type Address, type Condition, type ConditionStatus, conditionSchema } from './fields.js';
export {
  type Revision,
  type RevisionSpec,
  type RevisionStatus,
  type RevisionTemplate,
  revisionSpecSchema,
  revisionTemplateSchema,
} from './revision.js';
export { type Configuration, type ConfigurationStatus } from './configuration.js';
export { type Route, type RouteSpec, type RouteStatus, type TrafficTarget } from './route.js';
export { type KnativeService, type KnativeServiceStatus } from './service.js';
export { type ClusterDomainClaim, type DomainMapping, type DomainMappingSpec, type DomainMappingStatus } from './domain-mapping.js';
export { type PodAutoscaler, type PodAutoscalerSpec, type PodAutoscalerStatus } from './pod-autoscaler.js';
export { type TrafficPolicy, trafficPolicies } from './traffic-policy.js';
export { type Gateway, type GatewayListener, type ReferenceGrant, gateways, referenceGrants } from './gateway.js';
export { clusterDomainClaims, configurations, domainMappings, knativeServices, podAutoscalers, revisions, routes } from './kinds.js';
export { servingCrds } from './crds.js';
export type { Wake } from './wake.js';
export { type WakeRequest, wakeCall } from './wake-call.js';
