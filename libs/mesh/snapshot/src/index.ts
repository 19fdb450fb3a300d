export type { ObjectRef, ResourceType, Snapshot, XdsResource } from './snapshot.js';
export type { MeshObjects, SnapshotOptions } from './mesh-objects.js';
export type {
  GatewayClassStatusPlan,
  GatewayStatusPlan,
  ListenerSetStatusPlan,
  ListenerStatusPlan,
  PlannedCondition,
  PolicyStatusPlan,
  RouteParentStatusPlan,
  RouteStatusPlan,
  StatusPlan,
  TrafficPolicyStatusPlan,
} from './status-plan.js';
export { type AnsweredService, type Placement, type SnapshotBuild, buildSnapshot } from './build-snapshot.js';
export { WAYPOINT_PORT } from './listeners.js';
export {
  FIRST_OWN_PORT,
  LAST_OWN_PORT,
  endpointsServiceName,
  isAnswered,
  isToWaypoint,
  mayBeAnswered,
  ownPorts,
} from './answered-service.js';
export { SnapshotCache } from './snapshot-cache.js';
