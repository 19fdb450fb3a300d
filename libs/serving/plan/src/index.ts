export type { Action, Plan } from './plan.js';
export type { ServingPlatform, Settings } from './settings.js';
export { isSame } from './drift.js';
export { namesIn } from './key-values.js';
export { controllerOf, isControlledBy } from './ownership.js';
export { type ObservedService, planService } from './service/plan-service.js';
export { type ObservedConfiguration, planConfiguration } from './configuration/plan-configuration.js';
export { type ObservedRevision, type RevisionPlan, planRevision } from './revision/plan-revision.js';
export { type ResolvedImage, registryOf } from './revision/digests.js';
export { type ObservedRoute, planRoute } from './route/plan-route.js';
export { hostNameOf } from './route/hosts.js';
export type { TrafficSources } from './route/traffic.js';
export { localRouteName } from './route/desired-http-routes.js';
export { mappingsWithListener, planDomainListeners } from './domain-mapping/domain-listeners.js';
export {
  type ObservedDomainMapping,
  isKubernetesService,
  isServing,
  planDomainMapping,
  planDomainMappingDeletion,
} from './domain-mapping/plan-domain-mapping.js';
export { type ObservedRouting, planRoutingState } from './routing-state/plan-routing-state.js';
export { type ObservedHistory, planCollection } from './collection/plan-collection.js';
