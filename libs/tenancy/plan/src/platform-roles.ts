import type { ClusterRole } from '@tidegate/kube';
import { TENANCY_GROUP } from '@tidegate/tenancy-contract';
import { permissionRoles } from './permissions.js';

export const PROJECT_ROLES = { admin: 'tidegate:project:admin', operator: 'tidegate:project:operator', viewer: 'tidegate:project:viewer' } as const;
/** Bound to whoever may make workspaces of his own. */
export const WORKSPACE_CREATOR = 'tidegate:workspace-creator';

const AGGREGATE = { admin: 'aggregate-to-project-admin', operator: 'aggregate-to-project-operator', viewer: 'aggregate-to-project-viewer' } as const;
/** Kubernetes' own roles hold what every installed kind adds to them. */
const KUBERNETES = { admin: 'aggregate-to-admin', operator: 'aggregate-to-edit', viewer: 'aggregate-to-view' } as const;

const aggregated = (role: keyof typeof PROJECT_ROLES): ClusterRole => ({
  metadata: { name: PROJECT_ROLES[role] },
  aggregationRule: {
    clusterRoleSelectors: [
      { matchLabels: { [`rbac.authorization.k8s.io/${KUBERNETES[role]}`]: 'true' } },
      { matchLabels: { [`${TENANCY_GROUP}/${AGGREGATE[role]}`]: 'true' } },
    ],
  },
});

/** A namespace is inside itself for RBAC: a binding in a project can give rights on the project's own object. */
const own = (role: keyof typeof PROJECT_ROLES, verbs: string[]): ClusterRole => ({
  metadata: { name: `${PROJECT_ROLES[role]}:own`, labels: { [`${TENANCY_GROUP}/${AGGREGATE[role]}`]: 'true' } },
  rules: [
    { apiGroups: [''], resources: ['namespaces'], verbs },
    ...(role === 'admin' ? [{ apiGroups: [''], resources: ['resourcequotas', 'limitranges'], verbs: ['get', 'list', 'watch'] }] : []),
  ],
});

/** ClusterRoles that are there once for the whole platform: roles of projects, the right to make workspaces, and the permissions. */
export const platformRoles = (): ClusterRole[] => [
  aggregated('admin'),
  aggregated('operator'),
  aggregated('viewer'),
  own('admin', ['get', 'watch', 'update', 'patch', 'delete']),
  own('operator', ['get', 'watch']),
  own('viewer', ['get', 'watch']),
  { metadata: { name: WORKSPACE_CREATOR }, rules: [{ apiGroups: [TENANCY_GROUP], resources: ['workspaces'], verbs: ['create'] }] },
  ...permissionRoles(),
];
