export { type ApiRequest, type ApiResponse, type Person, type Transport, type WatchFrame, impersonating } from './transport.js';
export {
  type Kind,
  type KubeObject,
  type ManagedFieldsEntry,
  type ObjectMeta,
  type OwnerReference,
  apiVersionOf,
  defineKind,
  pathOf,
} from './kind.js';
export type { Wire } from './wire.js';
export { kinds } from './kinds.js';
export type {
  ClusterNode,
  ClusterRole,
  ClusterRoleBinding,
  ConfigMap,
  Container,
  CoreEvent,
  CustomResourceDefinition,
  Deployment,
  EndpointSlice,
  HorizontalPodAutoscaler,
  IpAddress,
  LabelSelector,
  Lease,
  MutatingWebhookConfiguration,
  Namespace,
  ObjectReference,
  Pod,
  PodDisruptionBudget,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ReplicaSet,
  Role,
  RoleBinding,
  Secret,
  Service,
  ServiceAccount,
  ServicePort,
  StatefulSet,
  ValidatingWebhookConfiguration,
} from './kinds.js';
export {
  KubeApiError,
  type Status,
  type StatusCause,
  type StatusDetails,
  isAlreadyExists,
  isConflict,
  isForbidden,
  isGone,
  isInvalid,
  isNotFound,
} from './kube-api-error.js';
export { type ApplyOptions, type DeleteOptions, KubeClient, type ListOptions, type ObjectList, type PatchBody } from './kube-client.js';
export { keyFor, keyOf, splitKey } from './object-key.js';
export type { Change, IndexFunction } from './object-cache.js';
export { type ChangeListener, Informer, type InformerContext, type InformerOptions } from './informer.js';
export { InformerSet } from './informer-set.js';
export { WorkQueue, type WorkQueueOptions } from './work-queue.js';
export { WrittenObjects } from './written-objects.js';
export { type ControllerOptions, type Reconciled, type RunningController, type Watch, startController } from './controller.js';
export { type Credentials, HttpTransport, type HttpTransportOptions } from './http-transport.js';
export { type ConnectOptions, type RawAccess, connect, rawAccess } from './connect.js';
export { type CommandEnd, PodTerminal, type PodTerminalRequest, openPodTerminal } from './pod-terminal.js';
export { type Kubeconfig, loadKubeconfig } from './kubeconfig.js';
export { type Condition, conditionIsTrue, findCondition, setCondition } from './conditions.js';
export { mapMatches, selectorMatches } from './label-selector.js';
export { LeaderElection, type LeaderElectionOptions } from './leader-election.js';
export { EventRecorder, type EventRecorderOptions, type EventToRecord } from './event-recorder.js';
export { microTime, timestamp } from './timestamps.js';
export { type CelRule, type CrdOptions, type PrinterColumn, crdFor } from './crd.js';
export { type StructuralSchema, structuralSchema } from './structural-schema.js';
export { Discovery, listableKinds } from './discovery.js';
export { type AppliedObject, type ApplyManifestsOptions, applyManifests, parseManifests } from './apply-manifests.js';
export { type Quantity, canonicalQuantity, compareQuantities, formatQuantity, parseQuantity } from './quantity.js';
export {
  badConfigKey,
  badDns1035Label,
  badDnsLabel,
  badDnsSubdomain,
  badEnvironmentName,
  badLabelValue,
  badPathSegment,
  badPortName,
  badPortNumber,
  badQualifiedName,
  badWildcardSubdomain,
} from './name-syntax.js';
