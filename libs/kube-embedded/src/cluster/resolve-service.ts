import { type InformerSet, kinds } from '@tidegate/kube';
import { SERVICE_NAME_LABEL } from '../controllers/plan-endpoints.js';

/** Finds a ready endpoint of a Service for the API's own calls (webhooks): the cluster has no proxy of its own in that path. */
export function serviceResolver(
  informers: InformerSet,
): (namespace: string, name: string, port: number) => { host: string; port: number } | undefined {
  const services = informers.informer(kinds.services);
  const slices = informers.informer(kinds.endpointSlices);
  return (namespace, name, port) => {
    const service = services.get(namespace, name);
    // A name is dialled as it is, as a real API server does: how webhooks that run beside the cluster are reached.
    if (service?.spec?.type === 'ExternalName' && service.spec.externalName) return { host: service.spec.externalName, port };
    const named = service?.spec?.ports?.find((p) => p.port === port);
    if (!service || !named) return undefined;
    for (const slice of slices.list(namespace)) {
      if (slice.metadata?.labels?.[SERVICE_NAME_LABEL] !== name) continue;
      const real = slice.ports?.find((p) => (p.name ?? '') === (named.name ?? ''))?.port;
      const host = slice.endpoints?.find((e) => e.conditions?.ready !== false)?.addresses[0];
      if (real !== undefined && host !== undefined) return { host, port: real };
    }
    return undefined;
  };
}
