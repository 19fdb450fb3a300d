import type { EndpointSlice, IpAddress, KubeObject, Namespace, Secret, Service } from '@tidegate/kube';
import { CALLER_NAMESPACE_LABEL, GATEWAY_GROUP } from '@tidegate/mesh-contract';
import type { MeshObjects } from './mesh-objects.js';
import { keyOf, objectKey } from './object-key.js';
import { GrantIndex } from './reference-grants.js';
import type { SnapshotCache } from './snapshot-cache.js';

/** The objects by the keys under which the build looks for them. */
export interface ObjectIndex {
  services: ReadonlyMap<string, Service>;
  slices: ReadonlyMap<string, readonly EndpointSlice[]>;
  namespaces: ReadonlyMap<string, Namespace>;
  secrets: ReadonlyMap<string, Secret>;
  grants: GrantIndex;
  /** Loopback addresses of a Service that callers dial, by namespace/name. */
  callerAddresses: ReadonlyMap<string, readonly CallerAddress[]>;
  /** Loopback addresses given to a Gateway, by namespace/name. */
  gatewayAddresses: ReadonlyMap<string, readonly string[]>;
}

export interface CallerAddress {
  address: string;
  callerNamespace: string | undefined;
}

const NO_SLICES: readonly EndpointSlice[] = [];

export function slicesOf(index: ObjectIndex, key: string): readonly EndpointSlice[] {
  return index.slices.get(key) ?? NO_SLICES;
}

export function indexObjects(objects: MeshObjects, cache: SnapshotCache): ObjectIndex {
  const { callers, gateways } = indexAddresses(objects.ipAddresses);
  return {
    services: byKey(objects.services),
    slices: group(objects.endpointSlices, (slice) => {
      const service = slice.metadata?.labels?.['kubernetes.io/service-name'];
      return service === undefined ? undefined : keyOf(slice.metadata?.namespace ?? '', service);
    }),
    namespaces: new Map(objects.namespaces.map((namespace) => [namespace.metadata?.name ?? '', namespace])),
    secrets: byKey(objects.secrets),
    grants: cache.grants.get('grants', objects.referenceGrants, () => new GrantIndex(objects.referenceGrants)),
    callerAddresses: callers,
    gatewayAddresses: gateways,
  };
}

function byKey<T extends KubeObject>(objects: readonly T[]): Map<string, T> {
  const map = new Map<string, T>();
  for (const object of objects) map.set(objectKey(object), object);
  return map;
}

function group<T>(items: readonly T[], keyFor: (item: T) => string | undefined): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const item of items) {
    const key = keyFor(item);
    if (key === undefined) continue;
    const list = map.get(key);
    if (list) list.push(item);
    else map.set(key, [item]);
  }
  return map;
}

function indexAddresses(addresses: readonly IpAddress[]) {
  const callers = new Map<string, CallerAddress[]>();
  const gateways = new Map<string, string[]>();
  for (const object of addresses) {
    const parent = object.spec?.parentRef;
    const address = object.metadata?.name;
    if (!parent || !address) continue;
    const key = keyOf(parent.namespace ?? '', parent.name);
    if (parent.group === GATEWAY_GROUP && parent.resource === 'gateways') push(gateways, key, address);
    else if (!parent.group && parent.resource === 'services') {
      push(callers, key, { address, callerNamespace: object.metadata?.labels?.[CALLER_NAMESPACE_LABEL] });
    }
  }
  return { callers, gateways };
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
