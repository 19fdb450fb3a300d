import { type Kind, type KubeObject, type ObjectMeta, type OwnerReference, apiVersionOf } from '@tidegate/kube';

/** The owner reference of an object that `owner` controls. */
export function controllerRef(kind: Kind, owner: KubeObject): OwnerReference {
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    name: owner.metadata?.name ?? '',
    uid: owner.metadata?.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata?.ownerReferences?.find((o) => o.controller);
}

export function isControlledBy(object: KubeObject, uid: string | undefined): boolean {
  return uid !== undefined && controllerOf(object)?.uid === uid;
}

/** Index of objects by the uid of their controller. */
export function byController(object: KubeObject): string[] {
  const owner = controllerOf(object);
  return owner ? [owner.uid] : [];
}

/** Key of the controller of a kind, for its work queue. */
export function controllerKey(kindName: string): (object: KubeObject) => string[] {
  return (object) => {
    const owner = controllerOf(object);
    return owner?.kind === kindName ? [`${object.metadata?.namespace}/${owner.name}`] : [];
  };
}

export function sameMap(a: Record<string, string> | undefined, b: Record<string, string> | undefined): boolean {
  const left = Object.entries(a ?? {});
  return left.length === Object.keys(b ?? {}).length && left.every(([k, v]) => b?.[k] === v);
}

export function isBeingDeleted(object: { metadata?: ObjectMeta }): boolean {
  return object.metadata?.deletionTimestamp !== undefined;
}
