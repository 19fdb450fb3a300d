import type * as k8s from '@kubernetes/client-node';
import { defineKind } from './kind.js';
import type { Wire } from './wire.js';

export type Namespace = Wire<k8s.V1Namespace>;
export type Pod = Wire<k8s.V1Pod>;
export type PodSpec = Wire<k8s.V1PodSpec>;
export type PodTemplateSpec = Wire<k8s.V1PodTemplateSpec>;
export type Container = Wire<k8s.V1Container>;
export type Probe = Wire<k8s.V1Probe>;
export type Service = Wire<k8s.V1Service>;
export type ServicePort = Wire<k8s.V1ServicePort>;
export type EndpointSlice = Wire<k8s.V1EndpointSlice>;
export type ConfigMap = Wire<k8s.V1ConfigMap>;
export type Secret = Wire<k8s.V1Secret>;
export type CoreEvent = Wire<k8s.CoreV1Event>;
export type Lease = Wire<k8s.V1Lease>;
export type ClusterNode = Wire<k8s.V1Node>;
export type ServiceAccount = Wire<k8s.V1ServiceAccount>;
export type Deployment = Wire<k8s.V1Deployment>;
export type ReplicaSet = Wire<k8s.V1ReplicaSet>;
export type StatefulSet = Wire<k8s.V1StatefulSet>;
export type HorizontalPodAutoscaler = Wire<k8s.V2HorizontalPodAutoscaler>;
export type PodDisruptionBudget = Wire<k8s.V1PodDisruptionBudget>;
export type IpAddress = Wire<k8s.V1IPAddress>;
export type CustomResourceDefinition = Wire<k8s.V1CustomResourceDefinition>;
export type MutatingWebhookConfiguration = Wire<k8s.V1MutatingWebhookConfiguration>;
export type ValidatingWebhookConfiguration = Wire<k8s.V1ValidatingWebhookConfiguration>;
export type Role = Wire<k8s.V1Role>;
export type RoleBinding = Wire<k8s.V1RoleBinding>;
export type ClusterRole = Wire<k8s.V1ClusterRole>;
export type ClusterRoleBinding = Wire<k8s.V1ClusterRoleBinding>;
export type LabelSelector = Wire<k8s.V1LabelSelector>;
export type ObjectReference = Wire<k8s.V1ObjectReference>;

const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const;
const apps = { group: 'apps', version: 'v1', namespaced: true } as const;
const core = { group: '', version: 'v1', namespaced: true } as const;
const admission = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false } as const;

/** Kubernetes' own kinds that Tidegate reads or writes. */
export const kinds = {
  namespaces: defineKind<Namespace>({ ...core, kind: 'Namespace', plural: 'namespaces', namespaced: false }),
  nodes: defineKind<ClusterNode>({ ...core, kind: 'Node', plural: 'nodes', namespaced: false }),
  pods: defineKind<Pod>({ ...core, kind: 'Pod', plural: 'pods' }),
  services: defineKind<Service>({ ...core, kind: 'Service', plural: 'services' }),
  configMaps: defineKind<ConfigMap>({ ...core, kind: 'ConfigMap', plural: 'configmaps' }),
  secrets: defineKind<Secret>({ ...core, kind: 'Secret', plural: 'secrets' }),
  events: defineKind<CoreEvent>({ ...core, kind: 'Event', plural: 'events' }),
  serviceAccounts: defineKind<ServiceAccount>({ ...core, kind: 'ServiceAccount', plural: 'serviceaccounts' }),
  endpointSlices: defineKind<EndpointSlice>({
    group: 'discovery.k8s.io',
    version: 'v1',
    kind: 'EndpointSlice',
    plural: 'endpointslices',
    namespaced: true,
  }),
  leases: defineKind<Lease>({ group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', plural: 'leases', namespaced: true }),
  deployments: defineKind<Deployment>({ ...apps, kind: 'Deployment', plural: 'deployments' }),
  replicaSets: defineKind<ReplicaSet>({ ...apps, kind: 'ReplicaSet', plural: 'replicasets' }),
  statefulSets: defineKind<StatefulSet>({ ...apps, kind: 'StatefulSet', plural: 'statefulsets' }),
  horizontalPodAutoscalers: defineKind<HorizontalPodAutoscaler>({
    group: 'autoscaling',
    version: 'v2',
    kind: 'HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
    namespaced: true,
  }),
  podDisruptionBudgets: defineKind<PodDisruptionBudget>({
    group: 'policy',
    version: 'v1',
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    namespaced: true,
  }),
  ipAddresses: defineKind<IpAddress>({
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'IPAddress',
    plural: 'ipaddresses',
    namespaced: false,
  }),
  customResourceDefinitions: defineKind<CustomResourceDefinition>({
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    namespaced: false,
  }),
  mutatingWebhookConfigurations: defineKind<MutatingWebhookConfiguration>({
    ...admission,
    kind: 'MutatingWebhookConfiguration',
    plural: 'mutatingwebhookconfigurations',
  }),
  validatingWebhookConfigurations: defineKind<ValidatingWebhookConfiguration>({
    ...admission,
    kind: 'ValidatingWebhookConfiguration',
    plural: 'validatingwebhookconfigurations',
  }),
  roles: defineKind<Role>({ ...rbac, kind: 'Role', plural: 'roles', namespaced: true }),
  roleBindings: defineKind<RoleBinding>({ ...rbac, kind: 'RoleBinding', plural: 'rolebindings', namespaced: true }),
  clusterRoles: defineKind<ClusterRole>({ ...rbac, kind: 'ClusterRole', plural: 'clusterroles', namespaced: false }),
  clusterRoleBindings: defineKind<ClusterRoleBinding>({
    ...rbac,
    kind: 'ClusterRoleBinding',
    plural: 'clusterrolebindings',
    namespaced: false,
  }),
};
