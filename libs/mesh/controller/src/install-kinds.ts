import type { Logger } from '@tidegate/kernel';
import { isAlreadyExists, kinds, type KubeClient } from '@tidegate/kube';
import { CONTROLLER_NAME, GATEWAY_CLASS_NAME, gatewayApiCrds, gatewayClasses, meshCrds } from '@tidegate/mesh-contract';

/**
 * Installs the kinds of the Gateway API and of the mesh that are missing, and our GatewayClass. Kinds that are there stay as they are, whoever brought
 * them: another version of the Gateway API is somebody's decision.
 */
export async function installKinds(client: KubeClient, log: Logger): Promise<void> {
  for (const definition of [...gatewayApiCrds(), ...meshCrds()]) {
    const name = definition.metadata?.name ?? '';
    if (await client.get(kinds.customResourceDefinitions, name)) continue;
    await ignoringExisting(client.create(kinds.customResourceDefinitions, definition));
    log.info({ name }, 'installed a kind');
  }
}

/** The kind may need a moment until it is served: refusals are the caller's to retry. */
export async function installGatewayClass(client: KubeClient): Promise<void> {
  if (await client.get(gatewayClasses, GATEWAY_CLASS_NAME)) return;
  await ignoringExisting(
    client.create(gatewayClasses, {
      metadata: { name: GATEWAY_CLASS_NAME },
      spec: { controllerName: CONTROLLER_NAME, description: 'Served by Tidegate' },
    }),
  );
}

async function ignoringExisting(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
}
