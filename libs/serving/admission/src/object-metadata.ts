import { parseGoDuration } from '@tidegate/serving-config';
import { badDns1035Label } from '@tidegate/kube';
import { CREATOR_ANNOTATION, LAST_MODIFIER_ANNOTATION, ROLLOUT_DURATION_ANNOTATIONS } from '@tidegate/serving-contract';
import { annotationOf } from './annotation-key.js';
import { AUTOSCALING_GROUP_NAME } from './autoscaling-annotations.js';
import { type FieldErrors, NONE, fieldError, invalidKeyName, invalidValue, missingField } from './field-errors.js';
import { type JsonObject, listAt, objectsAt, textAt, textsAt } from './json.js';

/** Name and generateName of an object. Paths are relative to metadata. */
export function validateNames(metadata: JsonObject): FieldErrors {
  const [name, generateName] = [textAt(metadata, 'name'), textAt(metadata, 'generateName')];
  const badPrefix = generateName === '' ? [] : badDns1035Prefix(generateName);
  if (badPrefix.length > 0) return fieldError(`not a DNS 1035 label prefix: [${badPrefix.join(' ')}]`, 'generateName');
  const badName = name === '' ? [] : badDns1035Label(name);
  if (badName.length > 0) return fieldError(`not a DNS 1035 label: [${badName.join(' ')}]`, 'name');
  return name === '' && generateName === '' ? fieldError('name or generateName is required', 'name') : NONE;
}

/** What is generated follows the dash: it may end the prefix. */
export function badDns1035Prefix(prefix: string): string[] {
  return badDns1035Label(prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix);
}

/** Autoscaling annotations on a Service, Configuration or Route would do nothing: they are refused. */
export function autoscalingIsNotSetHere(annotations: ReadonlyMap<string, string>): FieldErrors {
  const hint = 'autoscaling annotations must be put under "spec.template.metadata.annotations" to work';
  return [...annotations.keys()].filter((key) => key.startsWith(AUTOSCALING_GROUP_NAME)).flatMap((key) => invalidKeyName(key, '', hint));
}

export function validateRolloutDuration(annotations: ReadonlyMap<string, string>): FieldErrors {
  return wholeSeconds(annotations, ROLLOUT_DURATION_ANNOTATIONS, 'rollout-duration');
}

/** An annotation that is a duration of whole seconds, not negative. Paths are bare keys. */
export function wholeSeconds(annotations: ReadonlyMap<string, string>, keys: readonly string[], name: string): FieldErrors {
  const found = annotationOf(annotations, keys);
  if (!found || found.value === '') return NONE;
  const { key, value } = found;
  const duration = parseGoDuration(value);
  if (!duration.ok) return invalidValue(value, key);
  if (duration.value % 1000 !== 0) return fieldError(`${name}=${value} is not at second precision`, key);
  return duration.value < 0 ? fieldError(`${name}=${value} must be positive`, key) : NONE;
}

/** A label that names the owner must be true. Paths are relative to labels. */
export function labelNamesOwner(metadata: JsonObject, label: string, ownerKind: string): FieldErrors {
  const value = textsAt(metadata, 'labels').get(label);
  if (value === undefined) return NONE;
  const isTrue = objectsAt(metadata, 'ownerReferences').some((ref) => textAt(ref, 'kind') === ownerKind && textAt(ref, 'name') === value);
  return isTrue ? NONE : missingField(label);
}

export const hasOwners = (metadata: JsonObject): boolean => (listAt(metadata, 'ownerReferences') ?? []).length > 0;

/** Who made an object never changes, and who changed it last only when its spec does. Paths are relative to annotations. */
export function signaturesAreKept(old: JsonObject, current: JsonObject, specChanged: boolean): FieldErrors {
  const [before, after] = [textsAt(old, 'annotations'), textsAt(current, 'annotations')];
  const changed = (key: string): boolean => (before.get(key) ?? '') !== (after.get(key) ?? '');
  const errors = changed(CREATOR_ANNOTATION) ? [...fieldError('annotation value is immutable', CREATOR_ANNOTATION)] : [];
  if (!specChanged && changed(LAST_MODIFIER_ANNOTATION))
    errors.push(...invalidValue(after.get(LAST_MODIFIER_ANNOTATION) ?? '', LAST_MODIFIER_ANNOTATION));
  return errors;
}
