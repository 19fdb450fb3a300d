import { deliveryCrds } from '@tidegate/delivery-contract';
import { pause } from '@tidegate/kernel';
import { type CustomResourceDefinition, type KubeClient, isAlreadyExists, kinds } from '@tidegate/kube';
import { CONTROLLER_NAME, GATEWAY_CLASS_NAME, gatewayApiCrds, gatewayClasses, meshCrds } from '@tidegate/mesh-contract';
import { applicationCrds, tenancyCrds } from '@tidegate/tenancy-contract';
import { servingCrds } from '@tidegate/serving-contract';

const MANAGER = 'tidegate-install';
const ESTABLISH_LIMIT_MS = 30_000;
/** On what the installation made, apart from what it found. */
export const OURS = { 'app.kubernetes.io/managed-by': 'tidegate' };

export const ownKinds = (): CustomResourceDefinition[] => [...meshCrds(), ...deliveryCrds(), ...tenancyCrds()];
/** That others bring as well. */
export const sharedKinds = (): CustomResourceDefinition[] => [...gatewayApiCrds(), ...servingCrds(), ...applicationCrds()];

/**
 * Kinds and the GatewayClass, made or brought up to date. `keepForeign`: definitions of the Gateway API and of Knative that somebody else has
 * installed stay as they are, since another version is somebody's decision. Resolves once all are served.
 */
export async function installKinds(client: KubeClient, how: 'apply' | 'keepForeign'): Promise<void> {
  const made = await Promise.all([
    ...ownKinds().map((definition) => apply(client, definition)),
    ...sharedKinds().map((definition) => (how === 'apply' ? apply(client, definition) : applyUnlessForeign(client, definition))),
  ]);
  const deadline = Date.now() + ESTABLISH_LIMIT_MS;
  for (const name of made) await untilEstablished(client, name, deadline);
  const gatewayClass = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: GATEWAY_CLASS_NAME, labels: OURS },
    spec: { controllerName: CONTROLLER_NAME, description: 'Served by Tidegate' },
  };
  await client.apply(gatewayClasses, gatewayClass, { fieldManager: MANAGER });
}

async function apply(client: KubeClient, definition: CustomResourceDefinition): Promise<string> {
  await client.apply(kinds.customResourceDefinitions, marked(definition), { fieldManager: MANAGER });
  return definition.metadata?.name ?? '';
}

async function applyUnlessForeign(client: KubeClient, definition: CustomResourceDefinition): Promise<string> {
  const name = definition.metadata?.name ?? '';
  const found = await client.get(kinds.customResourceDefinitions, name);
  if (found && found.metadata?.labels?.['app.kubernetes.io/managed-by'] !== OURS['app.kubernetes.io/managed-by']) return name;
  if (found) return apply(client, definition);
  try {
    // Not applied: of two that install at the same moment the other one may be somebody else.
    await client.create(kinds.customResourceDefinitions, marked(definition));
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  return name;
}

function marked(definition: CustomResourceDefinition): CustomResourceDefinition {
  return { ...definition, metadata: { ...definition.metadata, labels: { ...definition.metadata?.labels, ...OURS } } };
}

async function untilEstablished(client: KubeClient, name: string, deadline: number): Promise<void> {
  for (;;) {
    const found = await client.get(kinds.customResourceDefinitions, name);
    if (found?.status?.conditions?.some((c) => c.type === 'Established' && c.status === 'True')) return;
    if (Date.now() > deadline) throw new Error(`the kind ${name} is not served after ${ESTABLISH_LIMIT_MS / 1000} s`);
    await pause(10);
  }
}
