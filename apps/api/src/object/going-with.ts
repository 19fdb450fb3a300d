import type { SeenObject } from './namespace-contents.js';

/**
 * What Kubernetes' garbage collector takes along when the object `uid` is deleted: whatever is left without any owner, and what that owned in turn. `all` is
 * everything in its namespace; owners elsewhere (cluster-scoped ones) count as staying.
 */
export function goingWith(uid: string, all: readonly SeenObject[]): SeenObject[] {
  const going = new Set([uid]);
  const goes: SeenObject[] = [];
  for (let grew = true; grew; ) {
    grew = false;
    for (const seen of all) {
      const { uid: own = '', ownerReferences = [] } = seen.object.metadata ?? {};
      if (going.has(own) || ownerReferences.length === 0 || !ownerReferences.every((r) => going.has(r.uid))) continue;
      going.add(own);
      goes.push(seen);
      grew = true;
    }
  }
  return goes;
}
