import { type KubeClient, isAlreadyExists, kinds } from '@tidegate/kube';
import { GATEWAY_CLASS_NAME, gateways } from '@tidegate/mesh-contract';
import { SERVING_CONFIG_MAPS } from '@tidegate/serving-config';
import { GATEWAY_NAME, SERVING_NAMESPACE } from '@tidegate/serving-contract';

/** What the embedded cluster sets; all else is Knative's defaults. Names below localhost need no DNS. */
const EMBEDDED_DATA: Record<string, Record<string, string>> = {
  'config-domain': { localhost: '' },
  // One owner, so nobody's domain has to be kept from anybody.
  'config-network': { 'autocreate-cluster-domain-claims': 'true' },
};

/** Namespace, Gateway and config maps of Knative Serving. Config maps belong to the user once they are there. */
export async function installServing(client: KubeClient, fieldManager: string): Promise<void> {
  await client.apply(kinds.namespaces, { metadata: { name: SERVING_NAMESPACE } }, { fieldManager });
  for (const name of SERVING_CONFIG_MAPS) {
    try {
      await client.create(kinds.configMaps, { metadata: { name, namespace: SERVING_NAMESPACE }, data: EMBEDDED_DATA[name] ?? {} });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
  const gateway = {
    metadata: { name: GATEWAY_NAME, namespace: SERVING_NAMESPACE },
    spec: {
      gatewayClassName: GATEWAY_CLASS_NAME,
      // Where names below localhost lead.
      addresses: [{ value: '127.0.0.1' }],
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' as const } } }],
    },
  };
  await client.apply(gateways, gateway, { fieldManager });
}
