import type { ConfigMap, EndpointSlice, IpAddress, KubeObject, Namespace, Secret, Service } from '@tidegate/kube';
import { CALLER_NAMESPACE_LABEL, GATEWAY_GROUP, type ListenerSet } from '@tidegate/mesh-contract';
import { PolicyIndex, configMapsNamed, planPolicy } from './backend-policies.js';
import { setsByGateway } from './listener-sets.js';
import type { MeshObjects } from './mesh-objects.js';
import { endpointsServiceName, isAnswered, isToWaypoint, listsEndpointsOfAnother, mayBeAnswered } from './answered-service.js';
import { keyOf, objectKey } from './object-key.js';
import { GrantIndex } from './reference-grants.js';
import type { SnapshotCache } from './snapshot-cache.js';

/** The objects by the keys under which the build looks for them, namespace/name. */
export interface ObjectIndex extends AddressIndex {
  services: ReadonlyMap<string, Service>;
  slices: ReadonlyMap<string, readonly EndpointSlice[]>;
  namespaces: ReadonlyMap<string, Namespace>;
  secrets: ReadonlyMap<string, Secret>;
  configMaps: ReadonlyMap<string, ConfigMap>;
  grants: GrantIndex;
  /** ListenerSets by their Gateway, the oldest first. */
  listenerSets: ReadonlyMap<string, readonly ListenerSet[]>;
  policies: PolicyIndex;
}

export interface AddressIndex {
  /** Loopback addresses of a Service that callers dial. */
  callerAddresses: ReadonlyMap<string, readonly CallerAddress[]>;
  /** Loopback addresses given to a Gateway. */
  gatewayAddresses: ReadonlyMap<string, readonly string[]>;
}

export interface CallerAddress {
  address: string;
  callerNamespace: string | undefined;
}

const NO_SLICES: readonly EndpointSlice[] = [];
const NO_ADDRESSES: readonly CallerAddress[] = [];

export function slicesOf(index: ObjectIndex, key: string): readonly EndpointSlice[] {
  return index.slices.get(key) ?? NO_SLICES;
}

export function callersOf(index: ObjectIndex, key: string): readonly CallerAddress[] {
  return index.callerAddresses.get(key) ?? NO_ADDRESSES;
}

/** Each map is made anew only when an object of its kind changed. */
export function indexObjects(objects: MeshObjects, cache: SnapshotCache): ObjectIndex {
  const { services, endpointSlices, namespaces, secrets, configMaps, referenceGrants, ipAddresses, listenerSets } = objects;
  const index = {
    services: cache.services.get('', services, () => byKey(services)),
    slices: cache.slices.get('', [...endpointSlices, ...services], () => byService(endpointSlices, services)),
    namespaces: cache.namespaces.get('', namespaces, () => new Map(namespaces.map((n) => [n.metadata?.name ?? '', n]))),
    secrets: cache.secrets.get('', secrets, () => byKey(secrets)),
    configMaps: cache.configMaps.get('', configMaps, () => byKey(configMaps)),
    grants: cache.grants.get('', referenceGrants, () => new GrantIndex(referenceGrants)),
    listenerSets: cache.listenerSets.get('', listenerSets, () => setsByGateway(listenerSets)),
    ...cache.addresses.get('', ipAddresses, () => indexAddresses(ipAddresses)),
  };
  return { ...index, policies: indexPolicies(objects, index, cache) };
}

function indexPolicies(
  { backendTlsPolicies }: MeshObjects,
  index: Pick<ObjectIndex, 'configMaps' | 'secrets' | 'grants'>,
  cache: SnapshotCache,
): PolicyIndex {
  const lookup = {
    grants: index.grants,
    secret: (key: string) => index.secrets.get(key),
    configMap: (key: string) => index.configMaps.get(key),
  };
  const planned = backendTlsPolicies.map((policy) => {
    const named = configMapsNamed(policy).map((key) => index.configMaps.get(key));
    return { policy, plan: cache.policyPlans.get(policy, named, () => planPolicy(policy, lookup)) };
  });
  return cache.policies.get(
    '',
    planned.map(({ plan }) => plan),
    () => new PolicyIndex(planned),
  );
}

function byKey<T extends KubeObject>(objects: readonly T[]): Map<string, T> {
  const map = new Map<string, T>();
  for (const object of objects) map.set(objectKey(object), object);
  return map;
}

/** Those of a Service that the shared proxy answers for are listed under another one, and what leads to the proxy is no endpoint of it. */
function byService(slices: readonly EndpointSlice[], services: readonly Service[]): Map<string, EndpointSlice[]> {
  const answered = services.filter((service) => mayBeAnswered(service) || isAnswered(service));
  const own = new Set(answered.map(objectKey));
  const map = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const service = slice.metadata?.labels?.['kubernetes.io/service-name'];
    if (service === undefined) continue;
    const key = keyOf(slice.metadata?.namespace ?? '', service);
    if (!isToWaypoint(slice) || !own.has(key)) push(map, key, slice);
  }
  const seconds = new Set(services.filter(listsEndpointsOfAnother).map(objectKey));
  for (const service of answered) {
    const { namespace = '', name = '' } = service.metadata ?? {};
    const second = keyOf(namespace, endpointsServiceName(name));
    if (!seconds.has(second)) continue;
    // With its selector back, it takes Kubernetes a moment to list them for the Service itself.
    const isListed = (map.get(objectKey(service)) ?? []).some(({ endpoints }) => (endpoints ?? []).length > 0);
    if (isAnswered(service) || !isListed) map.set(objectKey(service), map.get(second) ?? []);
  }
  return map;
}

function indexAddresses(addresses: readonly IpAddress[]): AddressIndex {
  const callerAddresses = new Map<string, CallerAddress[]>();
  const gatewayAddresses = new Map<string, string[]>();
  for (const object of addresses) {
    const parent = object.spec?.parentRef;
    const address = object.metadata?.name;
    if (!parent || !address) continue;
    const key = keyOf(parent.namespace ?? '', parent.name);
    if (parent.group === GATEWAY_GROUP && parent.resource === 'gateways') push(gatewayAddresses, key, address);
    else if (!parent.group && parent.resource === 'services') {
      push(callerAddresses, key, { address, callerNamespace: object.metadata?.labels?.[CALLER_NAMESPACE_LABEL] });
    }
  }
  return { callerAddresses, gatewayAddresses };
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
