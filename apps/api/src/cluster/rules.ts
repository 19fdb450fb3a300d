import type { ClusterRole } from '@tidegate/kube';

const read = ['get', 'list', 'watch'];

/** The rights of the api's own identity: it reads what its caches hold, asks about rights, and acts as people. It changes nothing as itself, and reads no Secret. */
export const apiRules: NonNullable<ClusterRole['rules']> = [
  { apiGroups: [''], resources: ['namespaces', 'nodes', 'pods', 'services', 'events'], verbs: read },
  { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'replicasets'], verbs: read },
  { apiGroups: ['networking.k8s.io'], resources: ['ipaddresses'], verbs: read },
  { apiGroups: ['serving.knative.dev'], resources: ['services', 'revisions'], verbs: read },
  { apiGroups: ['autoscaling.internal.knative.dev'], resources: ['podautoscalers'], verbs: read },
  { apiGroups: ['tenancy.tidegate.dev'], resources: ['workspaces'], verbs: read },
  { apiGroups: ['app.k8s.io'], resources: ['applications'], verbs: read },
  { apiGroups: ['delivery.tidegate.dev'], resources: ['strategies', 'releases'], verbs: read },
  { apiGroups: ['gateway.networking.k8s.io'], resources: ['gateways', 'httproutes'], verbs: read },
  // Only this identity acts for people. RBAC cannot say "names that begin with tidegate:"; the api says it in one place (edge/as-caller.ts).
  { apiGroups: [''], resources: ['users', 'groups'], verbs: ['impersonate'] },
  { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'], verbs: read },
];
