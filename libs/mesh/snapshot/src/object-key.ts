import type { KubeObject } from '@tidegate/kube';
import type { ObjectRef } from './snapshot.js';

export function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

export function objectKey(object: KubeObject): string {
  return keyOf(object.metadata?.namespace ?? '', object.metadata?.name ?? '');
}

export function refOf(kind: string, object: KubeObject): ObjectRef {
  const { namespace = '', name = '', generation = 0 } = object.metadata ?? {};
  return { kind, namespace, name, generation };
}

/** Oldest first, then by namespace/name: the Gateway API's order for every conflict. */
export function byAge(a: KubeObject, b: KubeObject): number {
  return compareText(a.metadata?.creationTimestamp ?? '', b.metadata?.creationTimestamp ?? '') || compareText(objectKey(a), objectKey(b));
}

/** Byte order, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
