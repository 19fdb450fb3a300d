import { type Clock, type Logger, causeChain } from '@tidegate/kernel';
import { type KubeClient, isAlreadyExists, kinds } from '@tidegate/kube';
import { SERVICE_NAME_LABEL } from '../controllers/plan-endpoints.js';

/** As kube-apiserver's own look. */
const LOOK_MS = 10_000;

/** Makes the Service again when somebody deleted it. Returns the way to stop. */
export function keepKubernetesService(
  { client, clock, log }: { client: KubeClient; clock: Clock; log: Logger },
  host: string,
  port: number,
): () => void {
  const look = async (): Promise<void> => {
    if (!(await client.get(kinds.services, 'kubernetes', 'default'))) await publishKubernetesService(client, host, port);
  };
  let cancel = (): void => undefined;
  let stopped = false;
  const lookLater = (): void => {
    cancel = clock.after(LOOK_MS, () => {
      void look()
        .catch((error: unknown) => log.warn({ error: causeChain(error) }, 'Service default/kubernetes was not made again'))
        .finally(() => stopped || lookLater());
    });
  };
  lookLater();
  return () => {
    stopped = true;
    cancel();
  };
}

/** Service default/kubernetes and its endpoints: where programs look for the API. */
export async function publishKubernetesService(client: KubeClient, host: string, port: number): Promise<void> {
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  const metadata = { name: 'kubernetes', namespace: 'default' };
  try {
    await client.create(kinds.services, {
      metadata: { ...metadata, labels },
      spec: { type: 'ClusterIP', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }] },
    });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const slice = {
    metadata: { ...metadata, labels: { [SERVICE_NAME_LABEL]: 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [host], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  };
  const existing = await client.get(kinds.endpointSlices, 'kubernetes', 'default');
  if (existing)
    await client.replace(kinds.endpointSlices, {
      ...slice,
      metadata: { ...slice.metadata, resourceVersion: existing.metadata?.resourceVersion },
    });
  else await client.create(kinds.endpointSlices, slice);
}
