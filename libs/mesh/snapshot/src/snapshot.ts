/** A reference to the Kubernetes object that a resource was made from. */
export interface ObjectRef {
  kind: string;
  namespace: string;
  name: string;
  generation: number;
}

export type ResourceType = 'cluster' | 'endpoints' | 'listener' | 'routes' | 'scope' | 'secret';

/**
 * One Envoy resource as plain proto JSON (snake_case, Any as {'@type': ...}). `owners` are the objects that shaped it:
 * when a proxy refuses the resource, the last good form stays and the owners' status says so.
 */
export interface XdsResource {
  type: ResourceType;
  name: string;
  body: Record<string, unknown>;
  owners: readonly ObjectRef[];
}

/** Everything the proxies should know. Keys are `${type}/${name}`. */
export interface Snapshot {
  resources: ReadonlyMap<string, XdsResource>;
}
