import { CLUSTER_TYPE, ENDPOINTS_TYPE, LISTENER_TYPE, ROUTES_TYPE, SCOPE_TYPE, SECRET_TYPE } from '@tidegate/envoy-protos';
import type { ObjectRef, ResourceType } from '@tidegate/mesh-snapshot';

export const RESOURCE_TYPES: readonly ResourceType[] = ['cluster', 'endpoints', 'secret', 'routes', 'scope', 'listener'];

export const TYPE_URLS: Readonly<Record<ResourceType, string>> = {
  cluster: CLUSTER_TYPE,
  endpoints: ENDPOINTS_TYPE,
  listener: LISTENER_TYPE,
  routes: ROUTES_TYPE,
  scope: SCOPE_TYPE,
  secret: SECRET_TYPE,
};

export const TYPE_OF_URL: ReadonlyMap<string, ResourceType> = new Map(RESOURCE_TYPES.map((type) => [TYPE_URLS[type], type]));

/** A resource as it goes over the wire. The version is a hash of the bytes, so that it means the same after a restart. */
export interface EncodedResource {
  type: ResourceType;
  name: string;
  version: string;
  bytes: Buffer;
  owners: readonly ObjectRef[];
  /** For clusters whose endpoints come by EDS: the name under which Envoy asks for them. */
  endpointsName?: string;
  /** Endpoints of a cluster that has none now. */
  isEmpty?: boolean;
}

/** What proxies should know now. */
export interface ResourceView {
  get(type: ResourceType, name: string): EncodedResource | undefined;
  names(type: ResourceType): Iterable<string>;
  /** The newest form that any proxy has acknowledged. */
  lastGood(type: ResourceType, name: string): EncodedResource | undefined;
}

export const keyOfResource = (type: ResourceType, name: string): string => `${type}/${name}`;

/** `${type}/${name}` taken apart; undefined for a text that is no key. Names contain slashes themselves. */
export function splitResourceKey(key: string): { type: ResourceType; name: string } | undefined {
  const at = key.indexOf('/');
  const type = RESOURCE_TYPES.find((t) => t === key.slice(0, at));
  return type === undefined ? undefined : { type, name: key.slice(at + 1) };
}
