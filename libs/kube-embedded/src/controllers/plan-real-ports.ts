import type { EndpointSlice, Pod } from '@tidegate/kube';
import { readPodPorts } from '../pods/pod-ports.js';
import { MANAGED_BY_LABEL, MANAGER } from './plan-endpoints.js';

/** JSON on slices that others wrote: `address:port` of a pod as they see it, to the port that really listens there. Read by the mesh. */
export const REAL_PORTS_ANNOTATION = 'embedded.tidegate.dev/real-ports';

export function isForeign(slice: EndpointSlice): boolean {
  return slice.metadata?.labels?.[MANAGED_BY_LABEL] !== MANAGER;
}

/** The annotation that a slice of others should have; undefined when none of its endpoints is a pod with another port. */
export function realPortsText(slice: EndpointSlice, podAt: (address: string) => Pod | undefined): string | undefined {
  const real: [string, number][] = [];
  for (const address of (slice.endpoints ?? []).flatMap((endpoint) => endpoint.addresses)) {
    const pod = podAt(address);
    if (!pod) continue;
    const ports = readPodPorts(pod);
    for (const { port } of slice.ports ?? []) {
      const listens = port === undefined ? undefined : ports.get(String(port));
      if (listens !== undefined && listens !== port) real.push([`${address}:${port}`, listens]);
    }
  }
  return real.length === 0 ? undefined : JSON.stringify(Object.fromEntries(real.sort(([a], [b]) => (a < b ? -1 : 1))));
}
