import type { KubeObject } from '@tidegate/kube';
import { systemRoleTexts } from './generated/system-roles.js';
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

const withStatus = (...resources: string[]): string[] => resources.flatMap((r) => [r, `${r}/status`]);
const rule = (group: string, resources: string[], verbs: string[]): PolicyRule => ({ apiGroups: [group], resources, verbs });
const EVENTS = { apiGroups: ['', 'events.k8s.io'], resources: ['events'] };
const SCALED = ['deployments/scale', 'replicasets/scale', 'statefulsets/scale'];
const WORKLOADS = ['daemonsets', 'deployments', 'replicasets', 'statefulsets'];

/** Rule by rule as Kubernetes 1.37 has them, for the groups that are served here. */
const view: PolicyRule[] = [
  rule('', ['configmaps', 'endpoints', ...withStatus('persistentvolumeclaims', 'services', 'pods', 'replicationcontrollers'), 'replicationcontrollers/scale', 'serviceaccounts'], READ),
  rule('', ['bindings', 'limitranges', 'namespaces', 'namespaces/status', 'pods/log', ...withStatus('resourcequotas')], READ),
  { ...EVENTS, verbs: READ },
  rule('discovery.k8s.io', ['endpointslices'], READ),
  rule('apps', ['controllerrevisions', ...withStatus(...WORKLOADS), ...SCALED], READ),
  rule('autoscaling', withStatus('horizontalpodautoscalers'), READ),
  rule('batch', withStatus('cronjobs', 'jobs'), READ),
  rule('policy', withStatus('poddisruptionbudgets'), READ),
  rule('networking.k8s.io', [...withStatus('ingresses'), 'networkpolicies'], READ),
  rule('resource.k8s.io', [...withStatus('resourceclaims'), 'resourceclaimtemplates'], READ),
  // Of metrics-server, where it is installed.
  rule('metrics.k8s.io', ['pods', 'nodes'], READ),
];
const INTO_PODS = ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'];
const edit: PolicyRule[] = [
  rule('', [...INTO_PODS, 'secrets', 'services/proxy'], READ),
  rule('', ['serviceaccounts'], ['impersonate']),
  rule('', ['pods', ...INTO_PODS], WRITE),
  rule('', ['pods/eviction', 'serviceaccounts/token'], ['create']),
  rule('', ['configmaps', 'persistentvolumeclaims', 'replicationcontrollers', 'replicationcontrollers/scale', 'secrets', 'serviceaccounts', 'services', 'services/proxy'], WRITE),
  { ...EVENTS, verbs: WRITE },
  rule('apps', [...WORKLOADS, 'deployments/rollback', ...SCALED], WRITE),
  rule('autoscaling', ['horizontalpodautoscalers'], WRITE),
  rule('batch', ['cronjobs', 'jobs'], WRITE),
  rule('policy', ['poddisruptionbudgets'], WRITE),
  rule('networking.k8s.io', ['ingresses', 'networkpolicies'], WRITE),
  rule('resource.k8s.io', ['resourceclaims', 'resourceclaimtemplates'], WRITE),
  rule('coordination.k8s.io', ['leases'], [...READ, ...WRITE]),
];
const admin: PolicyRule[] = [rule('authorization.k8s.io', ['localsubjectaccessreviews'], ['create']), rule('rbac.authorization.k8s.io', ['roles', 'rolebindings'], [...READ, ...WRITE])];

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

interface SystemRole extends Record<string, unknown> {
  kind: 'ClusterRole' | 'ClusterRoleBinding' | 'Role' | 'RoleBinding';
  name: string;
  namespace?: string;
}

/** Roles of Kubernetes' own parts: a controller manager whose controllers have accounts of their own, schedulers, nodes, delegated authorization. */
export function systemRoles(): { resource: string; key: string; object: KubeObject }[] {
  return systemRoleTexts.map((text) => {
    const { kind, name, namespace, ...rest } = JSON.parse(text) as SystemRole;
    const object = { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name, ...(namespace ? { namespace } : {}) }, ...rest };
    return { resource: `rbac.authorization.k8s.io/${kind.toLowerCase()}s`, key: namespace ? `${namespace}/${name}` : name, object };
  });
}
