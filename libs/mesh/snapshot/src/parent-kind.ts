import type { ParentReference } from '@tidegate/mesh-contract';

/** A Service as parent: GAMMA, traffic inside the cluster. Its group has to be given, since the default is the Gateway API's. */
export function isServiceParent(parentRef: ParentReference): boolean {
  return parentRef.group === '' && parentRef.kind === 'Service';
}
