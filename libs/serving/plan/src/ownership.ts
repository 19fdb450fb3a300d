import { type Kind, type KubeObject, type OwnerReference, apiVersionOf } from '@tidegate/kube';

/** Makes `owner` the one controller of an object, which goes with it. */
export function controllerReference<T extends KubeObject>(kind: Kind<T>, owner: T): OwnerReference {
  const { name = '', uid = '' } = owner.metadata ?? {};
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata?.uid;
}

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata?.ownerReferences?.find((o) => o.controller === true);
}

export function notOwnedMessage(kind: string, name: string): string {
  return `There is an existing ${kind} "${name}" that we do not own.`;
}
