import { type EndpointSlice, type Pod, type RunningController, keyOf, kinds, splitKey, startController } from '@tidegate/kube';
import type { ControllerContext } from './controller-context.js';
import { REAL_PORTS_ANNOTATION, isForeign, realPortsText } from './plan-real-ports.js';

/**
 * EndpointSlices that others write (Services without selector) name the ports of pods as their manifests do; here a pod listens elsewhere.
 * What they wrote stays; beside it stands where that really is.
 */
export function startRealPortsController(context: ControllerContext): RunningController {
  const { client, informers, clock, log, registry } = context;
  const pods = informers.informer(kinds.pods, { indexes: { 'embedded.address': addressOfPod } });
  const slices = informers.informer(kinds.endpointSlices, { indexes: { 'embedded.foreign': addressesOfSlice } });

  async function reconcile(key: string): Promise<void> {
    const { namespace, name } = splitKey(key);
    const slice = slices.get(namespace, name);
    if (!slice || !isForeign(slice)) return;
    const text = realPortsText(slice, (address) => pods.byIndex('embedded.address', address)[0]);
    if (slice.metadata?.annotations?.[REAL_PORTS_ANNOTATION] === text) return;
    const body = { metadata: { uid: slice.metadata?.uid, annotations: { [REAL_PORTS_ANNOTATION]: text ?? null } } };
    await client.patch(kinds.endpointSlices, name, namespace, { type: 'merge', body });
  }

  return startController({
    name: 'embedded.real-ports',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [
      { informer: slices, toKeys: (slice) => (isForeign(slice) ? [keyOf(slice)] : []) },
      { informer: pods, toKeys: (pod) => addressOfPod(pod).flatMap((address) => slices.byIndex('embedded.foreign', address).map(keyOf)) },
    ],
  });
}

function addressOfPod(pod: Pod): string[] {
  const { podIP, phase } = pod.status ?? {};
  return podIP && phase !== 'Succeeded' && phase !== 'Failed' ? [podIP] : [];
}

function addressesOfSlice(slice: EndpointSlice): string[] {
  return isForeign(slice) ? (slice.endpoints ?? []).flatMap((endpoint) => endpoint.addresses) : [];
}
