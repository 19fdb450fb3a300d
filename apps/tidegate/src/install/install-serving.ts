import { type KubeClient, isAlreadyExists, kinds } from '@tidegate/kube';
import { GATEWAY_CLASS_NAME, gateways } from '@tidegate/mesh-contract';
import { SERVING_CONFIG_MAPS } from '@tidegate/serving-config';
import { GATEWAY_NAME, SERVING_NAMESPACE } from '@tidegate/serving-contract';
import { OURS } from './install-kinds.js';

export interface InstallServingOptions {
  fieldManager: string;
  /** Of config maps that are not there yet, by name; others begin empty, which is Knative's defaults. */
  data: Readonly<Record<string, Record<string, string>>>;
  /** That the Gateway asks for. */
  addresses?: { value: string }[];
}

/** Namespace, Gateway and config maps of Knative Serving. Config maps belong to the user once they are there. */
export async function installServing(client: KubeClient, options: InstallServingOptions): Promise<void> {
  const { fieldManager, data, addresses } = options;
  // Marked only when it is made here: an uninstall leaves a namespace that was there before.
  await unlessThere(client.create(kinds.namespaces, { metadata: { name: SERVING_NAMESPACE, labels: OURS } }));
  for (const name of SERVING_CONFIG_MAPS) {
    await unlessThere(client.create(kinds.configMaps, { metadata: { name, namespace: SERVING_NAMESPACE }, data: data[name] ?? {} }));
  }
  const gateway = {
    metadata: { name: GATEWAY_NAME, namespace: SERVING_NAMESPACE },
    spec: {
      gatewayClassName: GATEWAY_CLASS_NAME,
      ...(addresses ? { addresses } : {}),
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' as const } } }],
    },
  };
  await client.apply(gateways, gateway, { fieldManager });
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
}
