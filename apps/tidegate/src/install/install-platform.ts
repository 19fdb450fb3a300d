import { deliveryCrds } from '@tidegate/delivery-contract';
import { type ClusterRole, type ClusterRoleBinding, type CustomResourceDefinition, type KubeClient, kinds } from '@tidegate/kube';
import { CONTROLLER_NAME, GATEWAY_CLASS_NAME, gatewayApiCrds, gatewayClasses, meshCrds } from '@tidegate/mesh-contract';
import { pause } from '@tidegate/kernel';
import { servingCrds } from '@tidegate/serving-contract';
import { installServing } from './install-serving.js';
import { embeddedRights, identities, systemRights } from './rights.js';

const MANAGER = 'tidegate-install';
const ESTABLISH_LIMIT_MS = 10_000;

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

/** The user name of a part of the platform. */
export const userOf = (identity: string): string => `tidegate:${identity}`;

/** What a Helm chart brings to a real cluster: kinds, and the rights of every part. Applied at each start; what is as it should be stays. */
export async function installPlatform(client: KubeClient): Promise<void> {
  const definitions = [...gatewayApiCrds(), ...meshCrds(), ...deliveryCrds(), ...servingCrds()];
  await Promise.all(definitions.map((d) => client.apply(kinds.customResourceDefinitions, d, { fieldManager: MANAGER })));
  for (const identity of Object.keys(identities)) {
    await client.apply(kinds.clusterRoles, roleOf(identity), { fieldManager: MANAGER });
    await client.apply(kinds.clusterRoleBindings, bindingOf(userOf(identity), userOf(identity), { kind: 'User', name: userOf(identity) }), {
      fieldManager: MANAGER,
    });
  }
  await client.apply(
    kinds.clusterRoleBindings,
    bindingOf('tidegate:administrators', 'cluster-admin', { kind: 'Group', name: 'tidegate:administrators' }),
    { fieldManager: MANAGER },
  );
  const deadline = Date.now() + ESTABLISH_LIMIT_MS;
  for (const definition of definitions) await untilEstablished(client, definition, deadline);
  const gatewayClass = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: GATEWAY_CLASS_NAME },
    spec: { controllerName: CONTROLLER_NAME, description: 'Served by Tidegate' },
  };
  await client.apply(gatewayClasses, gatewayClass, { fieldManager: MANAGER });
  await installServing(client, MANAGER);
}

async function untilEstablished(client: KubeClient, definition: CustomResourceDefinition, deadline: number): Promise<void> {
  const name = definition.metadata?.name ?? '';
  for (;;) {
    const found = await client.get(kinds.customResourceDefinitions, name);
    if (found?.status?.conditions?.some((c) => c.type === 'Established' && c.status === 'True')) return;
    if (Date.now() > deadline) throw new Error(`the kind ${name} is not served after ${ESTABLISH_LIMIT_MS / 1000} s`);
    await pause(10);
  }
}
