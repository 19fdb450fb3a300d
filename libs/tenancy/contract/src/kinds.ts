import { type CustomResourceDefinition, type KubeObject, crdFor, defineKind } from '@tidegate/kube';
import { TENANCY_GROUP, TENANCY_VERSION } from './names.js';
import { type Workspace, workspaceSpecSchema, workspaceStatusSchema } from './workspace.js';

export const workspaces = defineKind<Workspace>({ group: TENANCY_GROUP, version: TENANCY_VERSION, kind: 'Workspace', plural: 'workspaces', namespaced: false });

export interface NetworkPolicy extends KubeObject {
  spec: { podSelector: object; policyTypes: string[]; ingress?: { from?: { namespaceSelector?: object; podSelector?: object }[] }[] };
}
export const networkPolicies = defineKind<NetworkPolicy>({ group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy', plural: 'networkpolicies', namespaced: true });

export interface ResourceQuota extends KubeObject {
  spec: { hard: Record<string, string> };
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}
export const resourceQuotas = defineKind<ResourceQuota>({ group: '', version: 'v1', kind: 'ResourceQuota', plural: 'resourcequotas', namespaced: true });

export interface LimitRange extends KubeObject {
  spec: { limits: { type: string; default?: Record<string, string>; defaultRequest?: Record<string, string> }[] };
}
export const limitRanges = defineKind<LimitRange>({ group: '', version: 'v1', kind: 'LimitRange', plural: 'limitranges', namespaced: true });

/** The CustomResourceDefinitions of this capability, made from the same schemas as types and admission. */
export const tenancyCrds = (): CustomResourceDefinition[] => [
  crdFor({
    kind: workspaces,
    description: 'A team that shares the cluster with others: its members, their roles, and its projects (namespaces).',
    shortNames: ['ws'],
    categories: ['tidegate'],
    schema: workspaceSpecSchema,
    statusSchema: workspaceStatusSchema,
    columns: [
      { name: 'Title', type: 'string', jsonPath: '.spec.displayName' },
      { name: 'Members', type: 'integer', jsonPath: '.status.members' },
      { name: 'Isolation', type: 'string', jsonPath: '.spec.isolation' },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  }),
];
