import type { EndpointSlice, Service } from '@tidegate/kube';
import { ENDPOINTS_OF_LABEL, SELECTOR_ANNOTATION, SLICE_MANAGER, SLICE_MANAGER_LABEL } from '@tidegate/mesh-contract';

/**
 * A Service with a selector for which the shared proxy answers. Its own endpoints would be written by Kubernetes for as long as it has the selector, so
 * that is kept in an annotation meanwhile, and a Service without cluster IP of another name has it.
 *
 *   answered:  Service shop (annotation)          ─► EndpointSlice shop-tidegate ─► shared proxy, at ports of its own
 *              Service shop-tidegate (selector)   ─► EndpointSlices of Kubernetes ─► pods, which the shared proxy and Gateways read
 */
export const isAnswered = ({ metadata }: Service): boolean => metadata?.annotations?.[SELECTOR_ANNOTATION] !== undefined;

/** Clients dial pods of a Service without cluster IP themselves, and what does not speak HTTP has no routes. */
export function mayBeAnswered({ spec }: Service): boolean {
  const { clusterIP, type, ports = [], selector, sessionAffinity } = spec ?? {};
  return (
    Object.keys(selector ?? {}).length > 0 &&
    type !== 'ExternalName' &&
    (clusterIP ?? '') !== '' &&
    clusterIP !== 'None' &&
    sessionAffinity !== 'ClientIP' &&
    ports.length > 0 &&
    ports.every((port) => (port.protocol ?? 'TCP') === 'TCP')
  );
}

/** Of the Service that has the selector, and of the slices that lead to the proxy: both belong to this Service. */
export const endpointsServiceName = (name: string): string => `${name.slice(0, 54)}-tidegate`;

export const listsEndpointsOfAnother = ({ metadata }: Service): boolean =>
  metadata?.labels?.[ENDPOINTS_OF_LABEL] !== undefined && metadata.name === endpointsServiceName(metadata.labels[ENDPOINTS_OF_LABEL]);

export const isToWaypoint = ({ metadata }: EndpointSlice): boolean => metadata?.labels?.[SLICE_MANAGER_LABEL] === SLICE_MANAGER;

/** Ports at which the shared proxy answers for one port of one Service each: a name in a request says nothing certain, `http://shop` is of many namespaces. */
export const FIRST_OWN_PORT = 20_000;
export const LAST_OWN_PORT = 29_999;

/** By the name of the Service's port. What is written in the slice is what counts: a port that is in use never changes. */
export function ownPorts(slice: EndpointSlice | undefined): Map<string, number> {
  return new Map(
    (slice?.ports ?? []).flatMap(({ name = '', port }): [string, number][] =>
      port !== undefined && port >= FIRST_OWN_PORT && port <= LAST_OWN_PORT ? [[name, port]] : [],
    ),
  );
}
