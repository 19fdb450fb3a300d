import type { PolicyRule } from './rbac.js';

interface BootstrapRole {
  name: string;
  rules: PolicyRule[];
  labels?: Record<string, string>;
  aggregates?: Record<string, string>;
}

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const aggregateTo = (role: string): Record<string, string> => ({ [`rbac.authorization.k8s.io/aggregate-to-${role}`]: 'true' });

const workloads: PolicyRule['resources'] = [
  'deployments',
  'deployments/scale',
  'replicasets',
  'replicasets/scale',
  'statefulsets',
  'statefulsets/scale',
  'daemonsets',
  'controllerrevisions',
];
const coreView = [
  'configmaps',
  'endpoints',
  'persistentvolumeclaims',
  'pods',
  'pods/log',
  'pods/status',
  'services',
  'services/status',
  'serviceaccounts',
  'events',
  'limitranges',
  'resourcequotas',
  'namespaces',
];
const coreEdit = [
  'configmaps',
  'endpoints',
  'persistentvolumeclaims',
  'pods',
  'pods/attach',
  'pods/exec',
  'pods/portforward',
  'pods/proxy',
  'pods/eviction',
  'services',
  'services/proxy',
  'serviceaccounts',
  'secrets',
  'events',
];

const view: PolicyRule[] = [
  { apiGroups: [''], resources: coreView, verbs: READ },
  { apiGroups: ['apps'], resources: workloads, verbs: READ },
  { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: READ },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: READ },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: READ },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'], verbs: READ },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: READ },
  { apiGroups: ['metrics.k8s.io'], resources: ['pods', 'nodes'], verbs: READ },
];
const edit: PolicyRule[] = [
  { apiGroups: [''], resources: coreEdit, verbs: [...READ, ...WRITE] },
  { apiGroups: ['apps'], resources: workloads, verbs: WRITE },
  { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: WRITE },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: WRITE },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'], verbs: WRITE },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: WRITE },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: [...READ, ...WRITE] },
];
const admin: PolicyRule[] = [
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: [...READ, ...WRITE] },
  { apiGroups: ['authorization.k8s.io'], resources: ['localsubjectaccessreviews'], verbs: ['create'] },
];

/** The ClusterRoles that every Kubernetes cluster has and people bind to; admin, edit and view are sums, so that others can add to them. */
export const bootstrapRoles: readonly BootstrapRole[] = [
  {
    name: 'cluster-admin',
    rules: [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['*'], verbs: ['*'] },
    ],
  },
  {
    name: 'system:basic-user',
    rules: [
      { apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], verbs: ['create'] },
      { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
    ],
  },
  {
    name: 'system:discovery',
    rules: [
      {
        nonResourceURLs: [
          '/api',
          '/api/*',
          '/apis',
          '/apis/*',
          '/healthz',
          '/livez',
          '/openapi',
          '/openapi/*',
          '/readyz',
          '/version',
          '/version/',
        ],
        verbs: ['get'],
      },
    ],
  },
  { name: 'system:aggregate-to-view', rules: view, labels: aggregateTo('view') },
  { name: 'system:aggregate-to-edit', rules: edit, labels: aggregateTo('edit') },
  { name: 'system:aggregate-to-admin', rules: admin, labels: aggregateTo('admin') },
  { name: 'view', rules: [], aggregates: aggregateTo('view'), labels: aggregateTo('edit') },
  { name: 'edit', rules: [], aggregates: aggregateTo('edit'), labels: aggregateTo('admin') },
  { name: 'admin', rules: [], aggregates: aggregateTo('admin') },
];

export const bootstrapBindings: readonly { name: string; role: string; group: string }[] = [
  { name: 'cluster-admin', role: 'cluster-admin', group: 'system:masters' },
  { name: 'system:basic-user', role: 'system:basic-user', group: 'system:authenticated' },
  { name: 'system:discovery', role: 'system:discovery', group: 'system:authenticated' },
];
