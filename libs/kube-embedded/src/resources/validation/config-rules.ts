import { badConfigKey } from '@tidegate/kube';
import { type JsonObject, equalJson, objectAt, textAt } from '@tidegate/kube/json';
import { forbiddenValue, immutable, invalidValue, requiredValue, tooLong } from '../../schema/field-errors.js';
import type { FieldError } from '../resource-definition.js';

/** Bytes of all values of a ConfigMap or Secret. */
const maxBytes = 1024 * 1024;
const frozen = 'field is immutable when `immutable` is set';

export function configMapErrors(map: JsonObject, previous?: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const data = objectAt(map, 'data') ?? {};
  const binary = objectAt(map, 'binaryData') ?? {};
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    for (const complaint of badConfigKey(key)) errors.push(invalidValue(`data[${key}]`, key, complaint));
    if (Object.hasOwn(binary, key)) errors.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    bytes += typeof value === 'string' ? Buffer.byteLength(value) : 0;
  }
  for (const [key, value] of Object.entries(binary)) {
    for (const complaint of badConfigKey(key)) errors.push(invalidValue(`binaryData[${key}]`, key, complaint));
    bytes += typeof value === 'string' ? Buffer.byteLength(value, 'base64') : 0;
  }
  if (bytes > maxBytes) errors.push(tooLong('[]', maxBytes));
  return [...errors, ...frozenErrors(map, previous, 'data', 'binaryData')];
}

function frozenErrors(object: JsonObject, previous: JsonObject | undefined, ...keys: string[]): FieldError[] {
  if (previous?.immutable !== true) return [];
  const errors = object.immutable === true ? [] : [forbiddenValue('immutable', frozen)];
  for (const key of keys) if (!equalJson(object[key], previous[key])) errors.push(forbiddenValue(key, frozen));
  return errors;
}

/** Keys that a Secret of a type must have. */
const requiredKeys: Record<string, string[]> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};
const tokenAnnotation = 'kubernetes.io/service-account.name';

export function secretErrors(secret: JsonObject, previous?: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const data = objectAt(secret, 'data') ?? {};
  const type = textAt(secret, 'type');
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    for (const complaint of badConfigKey(key)) errors.push(invalidValue(`data[${key}]`, key, complaint));
    bytes += typeof value === 'string' ? Buffer.byteLength(value, 'base64') : 0;
  }
  if (bytes > maxBytes) errors.push(tooLong('data', maxBytes));
  for (const key of requiredKeys[type] ?? []) if (data[key] === undefined) errors.push(requiredValue(`data[${key}]`));
  if (type === 'kubernetes.io/basic-auth' && data.username === undefined && data.password === undefined)
    errors.push(requiredValue('data[username]'), requiredValue('data[password]'));
  if (type === 'kubernetes.io/service-account-token' && textAt(objectAt(secret, 'metadata', 'annotations'), tokenAnnotation) === '')
    errors.push(requiredValue(`metadata.annotations[${tokenAnnotation}]`));
  errors.push(...frozenErrors(secret, previous, 'data'));
  if (previous && textAt(previous, 'type') !== type) errors.push(invalidValue('type', type, immutable));
  return errors;
}
