import { mapMatches } from '@tidegate/kube';
import {
  type EndpointSlice,
  type RunningController,
  isAlreadyExists,
  isNotFound,
  keyOf,
  kinds,
  splitKey,
  startController,
} from '@tidegate/kube';
import type { ControllerContext } from './controller-context.js';
import { MANAGED_BY_LABEL, MANAGER, SERVICE_NAME_LABEL, sameSlice, wantedSlices } from './plan-endpoints.js';

/** Says which pods answer for each Service, with their real ports. Slices of Services without selector are their makers' own. */
export function startEndpointSliceController(context: ControllerContext): RunningController {
  const { client, informers, clock, log, registry } = context;
  const services = informers.informer(kinds.services);
  const pods = informers.informer(kinds.pods);
  const slices = informers.informer(kinds.endpointSlices, { indexes: { 'embedded.service': serviceOfSlice } });

  async function reconcile(key: string): Promise<void> {
    const { namespace, name } = splitKey(key);
    const service = services.get(namespace, name);
    const wanted = service ? wantedSlices(service, pods.list(namespace)) : [];
    const existing = new Map(slices.byIndex('embedded.service', key).map((s) => [s.metadata?.name, s]));
    // What no longer answers goes first: a late removal loses requests, a late addition does not.
    for (const [sliceName, slice] of existing) if (!wanted.some((w) => w.metadata?.name === sliceName)) await remove(slice);
    for (const slice of wanted) await write(slice, existing.get(slice.metadata?.name));
  }

  async function write(wanted: EndpointSlice, existing: EndpointSlice | undefined): Promise<void> {
    if (existing && sameSlice(existing, wanted)) return;
    try {
      if (existing)
        await client.replace(kinds.endpointSlices, {
          ...wanted,
          metadata: { ...wanted.metadata, resourceVersion: existing.metadata?.resourceVersion },
        });
      else await client.create(kinds.endpointSlices, wanted);
    } catch (error) {
      if (existing && isNotFound(error)) return void (await client.create(kinds.endpointSlices, wanted));
      if (existing || !isAlreadyExists(error)) throw error;
      await client.replace(kinds.endpointSlices, wanted);
    }
  }

  function remove(slice: EndpointSlice): Promise<void> {
    return client.delete(kinds.endpointSlices, slice.metadata?.name ?? '', slice.metadata?.namespace);
  }

  return startController({
    name: 'embedded.endpointslice',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [
      { informer: services, toKeys: (service) => [keyOf(service)] },
      {
        informer: pods,
        toKeys: (pod) =>
          services
            .list(pod.metadata?.namespace)
            .filter((s) => s.spec?.selector && mapMatches(s.spec.selector, pod.metadata?.labels))
            .map(keyOf),
      },
      { informer: slices, toKeys: serviceOfSlice },
    ],
  });
}

function serviceOfSlice(slice: EndpointSlice): string[] {
  const { labels, namespace } = slice.metadata ?? {};
  const service = labels?.[SERVICE_NAME_LABEL];
  return labels?.[MANAGED_BY_LABEL] === MANAGER && service ? [`${namespace}/${service}`] : [];
}
