import { type JsonObject, ensureObject, objectAt, textAt, textsAt } from '@tidegate/kube/json';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
export const CLAIM_PROTECTION = 'kubernetes.io/pvc-protection';
export const VOLUME_PROTECTION = 'kubernetes.io/pv-protection';

/** In place, what Kubernetes' admission "DefaultStorageClass" gives a claim that names no class: the newest of the default ones. An empty name is a name. */
export function giveDefaultClass(claim: JsonObject, classes: readonly JsonObject[]): void {
  const spec = ensureObject(claim, 'spec');
  const annotated = objectAt(claim, 'metadata', 'annotations')?.['volume.beta.kubernetes.io/storage-class'];
  if (spec.storageClassName !== undefined || annotated !== undefined) return;
  const of = (storageClass: JsonObject, field: string): string => textAt(objectAt(storageClass, 'metadata'), field);
  const [newest] = classes
    .filter((storageClass) => objectAt(storageClass, 'metadata', 'annotations')?.[DEFAULT_CLASS] === 'true')
    .sort((a, b) => of(b, 'creationTimestamp').localeCompare(of(a, 'creationTimestamp')) || of(a, 'name').localeCompare(of(b, 'name')));
  if (newest) spec.storageClassName = of(newest, 'name');
}

/** In place, what "StorageObjectInUseProtection" gives: whoever binds and mounts takes it off once nobody uses the object. */
export function protectInUse(object: JsonObject, finalizer: string): void {
  const metadata = ensureObject(object, 'metadata');
  const finalizers = textsAt(metadata, 'finalizers');
  if (!finalizers.includes(finalizer)) metadata.finalizers = [...finalizers, finalizer];
}
