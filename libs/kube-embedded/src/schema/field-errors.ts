import type { FieldError } from '../resources/resource-definition.js';
import type { Json } from '@tidegate/kube/json';

/** Kubernetes' field errors (k8s.io/apimachinery/pkg/util/validation/field) with its exact words. */
export function requiredValue(field: string, detail = ''): FieldError {
  return { reason: 'FieldValueRequired', field, message: withDetail('Required value', detail) };
}

export function invalidValue(field: string, value: Json | undefined, detail: string): FieldError {
  return { reason: 'FieldValueInvalid', field, message: withDetail(`Invalid value: ${valueText(value)}`, detail) };
}

export function invalidType(field: string, value: Json | undefined, detail: string): FieldError {
  return { reason: 'FieldValueTypeInvalid', field, message: withDetail(`Invalid value: ${valueText(value)}`, detail) };
}

/** `supported` is printed in the order given, which for Kubernetes' sets is alphabetical. */
export function unsupportedValue(field: string, value: Json | undefined, supported: readonly string[]): FieldError {
  const list = supported.length > 0 ? `: supported values: ${supported.map((item) => JSON.stringify(item)).join(', ')}` : '';
  return { reason: 'FieldValueNotSupported', field, message: `Unsupported value: ${valueText(value)}${list}` };
}

export function forbiddenValue(field: string, detail: string): FieldError {
  return { reason: 'FieldValueForbidden', field, message: withDetail('Forbidden', detail) };
}

export function duplicateValue(field: string, value: Json | undefined): FieldError {
  return { reason: 'FieldValueDuplicate', field, message: `Duplicate value: ${valueText(value)}` };
}

export function notFoundValue(field: string, value: Json | undefined): FieldError {
  return { reason: 'FieldValueNotFound', field, message: `Not found: ${valueText(value)}` };
}

export function tooLong(field: string, maxBytes: number): FieldError {
  return { reason: 'FieldValueTooLong', field, message: `Too long: may not be more than ${maxBytes} bytes` };
}

export function tooMany(field: string, actual: number, max: number): FieldError {
  const items = max === 1 ? 'item' : 'items';
  return { reason: 'FieldValueTooMany', field, message: `Too many: ${actual}: must have at most ${max} ${items}` };
}

export const immutable = 'field is immutable';

function withDetail(text: string, detail: string): string {
  return detail === '' ? text : `${text}: ${detail}`;
}

/** Values as Kubernetes prints them: text quoted, everything else as JSON. */
export function valueText(value: Json | undefined): string {
  return value === undefined ? 'null' : JSON.stringify(value);
}
