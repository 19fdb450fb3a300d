import { badDns1035Label, badDnsLabel, badDnsSubdomain, badLabelValue, badPathSegment, badQualifiedName } from '@tidegate/kube';
import { isIP } from 'node:net';
import { type JsonObject, equalJson, isJsonObject, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import { forbiddenValue, immutable, invalidValue, requiredValue, tooLong } from '../../schema/field-errors.js';
import type { FieldError } from '../resource-definition.js';

/** Bytes of all annotations together, keys and values. */
const maxAnnotationBytes = 256 * 1024;
const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** Which names a kind takes. */
export type NameSyntax = 'subdomain' | 'label' | 'service' | 'path' | 'ip-address';

const nameChecks: Record<NameSyntax, (name: string) => string[]> = {
  subdomain: badDnsSubdomain,
  label: badDnsLabel,
  service: (name) => (name.includes('.') ? ['must not contain dots'] : badDnsLabel(name)),
  path: badPathSegment,
  'ip-address': (name) => (isIP(name) === 0 ? ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'] : []),
};

export { badDns1035Label };

/**
 * The rules of ObjectMeta for a new object. Kubernetes' own kinds (`core`) take no bare finalizer names but the standard ones; definitions and
 * custom resources take any, such as customresourcecleanup.apiextensions.k8s.io.
 */
export function metadataErrors(
  object: JsonObject,
  namespaced: boolean,
  syntax: NameSyntax,
  finalizers: 'core' | 'any' = 'any',
): FieldError[] {
  const metadata = objectAt(object, 'metadata') ?? {};
  return [
    ...nameErrors(metadata, syntax),
    ...namespaceErrors(metadata, namespaced),
    ...labelErrors(objectAt(metadata, 'labels'), 'metadata.labels'),
    ...annotationErrors(objectAt(metadata, 'annotations'), 'metadata.annotations'),
    ...ownerErrors(metadata),
    ...finalizerErrors(metadata, finalizers),
  ];
}

function nameErrors(metadata: JsonObject, syntax: NameSyntax): FieldError[] {
  const name = textAt(metadata, 'name');
  const generateName = textAt(metadata, 'generateName');
  const errors: FieldError[] = [];
  // The server appends five characters, so a trailing hyphen or dot is fine in a prefix.
  if (generateName !== '') {
    const probe = generateName.endsWith('-') ? `${generateName}a` : generateName;
    for (const complaint of nameChecks[syntax](probe)) errors.push(invalidValue('metadata.generateName', generateName, complaint));
  }
  if (name === '') errors.push(requiredValue('metadata.name', 'name or generateName is required'));
  else for (const complaint of nameChecks[syntax](name)) errors.push(invalidValue('metadata.name', name, complaint));
  return errors;
}

function namespaceErrors(metadata: JsonObject, namespaced: boolean): FieldError[] {
  const namespace = textAt(metadata, 'namespace');
  if (!namespaced) return namespace === '' ? [] : [forbiddenValue('metadata.namespace', 'not allowed on this type')];
  if (namespace === '') return [requiredValue('metadata.namespace')];
  return badDnsLabel(namespace).map((complaint) => invalidValue('metadata.namespace', namespace, complaint));
}

/** Keys and values of labels and of node selectors. */
export function labelErrors(labels: JsonObject | undefined, field: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...badQualifiedName(key).map((complaint) => invalidValue(field, key, complaint)),
    ...(typeof value === 'string' ? badLabelValue(value).map((complaint) => invalidValue(field, value, complaint)) : []),
  ]);
}

export function annotationErrors(annotations: JsonObject | undefined, field: string): FieldError[] {
  let bytes = 0;
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(annotations ?? {})) {
    // Annotation keys may have upper case in their prefix.
    errors.push(...badQualifiedName(key.toLowerCase()).map((complaint) => invalidValue(field, key, complaint)));
    bytes += Buffer.byteLength(key) + (typeof value === 'string' ? Buffer.byteLength(value) : 0);
  }
  if (bytes > maxAnnotationBytes) errors.push(tooLong(field, maxAnnotationBytes));
  return errors;
}

function ownerErrors(metadata: JsonObject): FieldError[] {
  const owners = objectsAt(metadata, 'ownerReferences');
  const errors = owners.flatMap((owner, index) => {
    const missing = ['apiVersion', 'kind', 'name', 'uid'].filter((key) => textAt(owner, key) === '');
    return missing.map((key) => requiredValue(`metadata.ownerReferences[${index}].${key}`, 'must not be empty'));
  });
  const controllers = owners.filter((owner) => owner.controller === true);
  if (controllers.length > 1) {
    const detail = `Only one reference can have Controller set to true. Found "true" in references for ${textAt(controllers[0], 'kind')}/${textAt(controllers[0], 'name')} and ${textAt(controllers[1], 'kind')}/${textAt(controllers[1], 'name')}`;
    errors.push(invalidValue('metadata.ownerReferences', owners, detail));
  }
  return errors;
}

function finalizerErrors(metadata: JsonObject, kinds: 'core' | 'any'): FieldError[] {
  return textsAt(metadata, 'finalizers').flatMap((finalizer, index) => {
    const field = `metadata.finalizers[${index}]`;
    const complaints = badQualifiedName(finalizer).map((complaint) => invalidValue(field, finalizer, complaint));
    if (complaints.length > 0 || kinds === 'any' || finalizer.includes('/') || standardFinalizers.has(finalizer)) return complaints;
    return [invalidValue(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];
  });
}

/** What an update may not change in metadata, besides the rules for new objects. */
export function metadataUpdateErrors(object: JsonObject, previous: JsonObject): FieldError[] {
  const metadata = objectAt(object, 'metadata') ?? {};
  const before = objectAt(previous, 'metadata') ?? {};
  const errors: FieldError[] = [];
  for (const key of ['name', 'namespace', 'uid', 'creationTimestamp']) {
    const value = metadata[key];
    if (!equalJson(value, before[key])) errors.push(invalidValue(`metadata.${key}`, isJsonObject(value) ? null : value, immutable));
  }
  if (before.deletionTimestamp !== undefined) {
    const added = textsAt(metadata, 'finalizers').filter((finalizer) => !textsAt(before, 'finalizers').includes(finalizer));
    if (added.length > 0)
      errors.push(
        forbiddenValue(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(', ')}}`,
        ),
      );
  }
  return errors;
}
