import { type ClusterRole, type ClusterRoleBinding, type KubeClient, kinds } from '@tidegate/kube';
import { installKinds } from './install-kinds.js';
import { installServing } from './install-serving.js';
import { usersRoles } from './users-rights.js';
import { embeddedRights, identities, systemRights } from './rights.js';

const MANAGER = 'tidegate-install';

function roleOf(identity: string): ClusterRole {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: `tidegate:${identity}` },
    // One owner, one namespace of the platform: a Role of its own would keep nothing from anybody.
    rules: [identities, systemRights, embeddedRights].flatMap((rights) => rights[identity] ?? []),
  };
}

function bindingOf(name: string, role: string, subject: { kind: 'User' | 'Group'; name: string }): ClusterRoleBinding {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', ...subject }],
  };
}

/** The user name of a part of the platform. Accounts are `tidegate:<name>` and have no colon in their names: nobody can be called like a part. */
export const userOf = (identity: string): string => `system:tidegate:${identity}`;

/** What a Helm chart brings to a real cluster: kinds, and the rights of every part. Applied at each start; what is as it should be stays. */
export async function installPlatform(client: KubeClient): Promise<void> {
  for (const identity of Object.keys(identities)) {
    await client.apply(kinds.clusterRoles, roleOf(identity), { fieldManager: MANAGER });
    await client.apply(kinds.clusterRoleBindings, bindingOf(`tidegate:${identity}`, `tidegate:${identity}`, { kind: 'User', name: userOf(identity) }), {
      fieldManager: MANAGER,
    });
  }
  await client.apply(
    kinds.clusterRoleBindings,
    bindingOf('tidegate:administrators', 'cluster-admin', { kind: 'Group', name: 'tidegate:administrators' }),
    { fieldManager: MANAGER },
  );
  for (const role of usersRoles()) await client.apply(kinds.clusterRoles, role, { fieldManager: MANAGER });
  await installKinds(client, 'apply');
  await installServing(client, { fieldManager: MANAGER, ...EMBEDDED_SERVING });
}

/** What the embedded cluster sets; all else is Knative's defaults. Names below localhost need no DNS, and lead to 127.0.0.1. */
const EMBEDDED_SERVING = {
  data: {
    'config-domain': { localhost: '' },
    // One owner, so nobody's domain has to be kept from anybody.
    'config-network': { 'autocreate-cluster-domain-claims': 'true' },
  },
  addresses: [{ value: '127.0.0.1' }],
};
