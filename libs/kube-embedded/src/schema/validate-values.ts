import type { FieldError, Schema } from '../resources/resource-definition.js';
import { duplicateValue, invalidType, invalidValue, requiredValue, tooLong, tooMany, unsupportedValue } from './field-errors.js';
import { itemsBefore } from './correlate.js';
import { type Json, type JsonObject, equalJson, isJsonObject } from '@tidegate/kube/json';
import { compiledPattern } from './patterns.js';
import { hasFormat } from './string-formats.js';

/** A stranger's object may be wrong in every place; this many complaints are enough. */
const maxErrors = 100;

/**
 * Checks a value of a custom kind with the words of Kubernetes (kube-openapi validation). `field` is the path so far, '' at the root.
 * Rules in CEL (x-kubernetes-validations) are not evaluated here. What is as it was in `old` may stay, whatever the schema says now.
 */
export function validateValue(value: Json | undefined, schema: Schema, field: string, old?: Json): FieldError[] {
  const errors: FieldError[] = [];
  check(value, schema, field, errors, old);
  return errors.slice(0, maxErrors);
}

function check(value: Json | undefined, schema: Schema, field: string, errors: FieldError[], old?: Json): void {
  if (value === undefined || errors.length > maxErrors || (old !== undefined && equalJson(value, old))) return;
  if (value === null && (schema.nullable || schema.type === undefined)) return;
  if (!hasType(value, schema)) {
    const wanted = schema['x-kubernetes-int-or-string'] ? 'integer,string' : schema.type;
    errors.push(invalidType(field, typeName(value), `${field} in body must be of type ${wanted}: ${JSON.stringify(typeName(value))}`));
    return;
  }
  if (schema.enum && !schema.enum.some((item) => item === value || JSON.stringify(item) === JSON.stringify(value)))
    errors.push(
      unsupportedValue(
        field,
        value,
        schema.enum.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))),
      ),
    );
  if (typeof value === 'string') checkText(value, schema, field, errors);
  else if (typeof value === 'number') checkNumber(value, schema, field, errors);
  else if (Array.isArray(value)) checkList(value, schema, field, errors, old);
  else if (isJsonObject(value)) checkObject(value, schema, field, errors, old);
  checkCombinations(value, schema, field, errors);
}

function hasType(value: Json, schema: Schema): boolean {
  if (schema['x-kubernetes-int-or-string']) return typeof value === 'string' || Number.isInteger(value);
  switch (schema.type) {
    case undefined:
      return true;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    default:
      return typeof value === schema.type;
  }
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function checkText(value: string, schema: Schema, field: string, errors: FieldError[]): void {
  if (schema.format && !hasFormat(value, schema.format))
    errors.push(invalidType(field, value, `${field} in body must be of type ${schema.format}: ${JSON.stringify(value)}`));
  // Kubernetes counts code points, and says bytes.
  const length = schema.minLength === undefined && schema.maxLength === undefined ? 0 : [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) errors.push(tooLong(field, schema.maxLength));
  if (schema.minLength !== undefined && length < schema.minLength)
    errors.push(invalidValue(field, value, `${field} in body should be at least ${schema.minLength} chars long`));
  if (schema.pattern !== undefined && compiledPattern(schema.pattern)?.test(value) === false)
    errors.push(invalidValue(field, value, `${field} in body should match '${schema.pattern}'`));
}

function checkNumber(value: number, schema: Schema, field: string, errors: FieldError[]): void {
  const complain = (detail: string): void => void errors.push(invalidValue(field, value, `${field} in body should be ${detail}`));
  const bits = schema.format === 'int32' ? 2 ** 31 : undefined;
  if (bits !== undefined && schema.type === 'integer' && (value >= bits || value < -bits))
    errors.push(invalidValue('<nil>', '', `Checked value must be of type integer with format int32 in ${field}`));
  const { minimum, maximum, multipleOf } = schema;
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) complain(`a multiple of ${multipleOf}`);
  if (maximum !== undefined && schema.exclusiveMaximum && value >= maximum) complain(`less than ${maximum}`);
  else if (maximum !== undefined && value > maximum) complain(`less than or equal to ${maximum}`);
  if (minimum !== undefined && schema.exclusiveMinimum && value <= minimum) complain(`greater than ${minimum}`);
  else if (minimum !== undefined && value < minimum) complain(`greater than or equal to ${minimum}`);
}

function isMultiple(value: number, of: number): boolean {
  const quotient = value / of;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient));
}

function checkList(list: Json[], schema: Schema, field: string, errors: FieldError[], old: Json | undefined): void {
  if (schema.minItems !== undefined && list.length < schema.minItems)
    errors.push(invalidValue(field, list.length, `${field} in body should have at least ${schema.minItems} items`));
  if (schema.maxItems !== undefined && list.length > schema.maxItems) {
    // Nothing below is looked at: the bound exists to keep checks cheap.
    errors.push(tooMany(field, list.length, schema.maxItems));
    return;
  }
  const items = schema.items;
  const before = items ? itemsBefore(list, old, schema) : [];
  if (items) list.forEach((item, index) => check(item, items, `${field}[${index}]`, errors, before[index]));
  checkDuplicates(list, schema, field, errors);
}

function checkDuplicates(list: Json[], schema: Schema, field: string, errors: FieldError[]): void {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<string>();
  list.forEach((item, index) => {
    const identity = type === 'map' && isJsonObject(item) ? pick(item, keys, schema.items) : item;
    const text = stableText(identity);
    if (seen.has(text)) errors.push(duplicateValue(`${field}[${index}]`, identity));
    seen.add(text);
  });
}

function pick(item: JsonObject, keys: string[], items: Schema | undefined): JsonObject {
  const picked: JsonObject = {};
  for (const key of [...keys].sort()) {
    const fallback = items?.properties?.[key]?.default;
    const value = item[key] ?? (typeof fallback === 'string' || typeof fallback === 'number' ? fallback : undefined);
    if (value !== undefined) picked[key] = value;
  }
  return picked;
}

/** Equal values give equal text, whatever the order of their keys. */
function stableText(value: Json): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isJsonObject(inner)
      ? Object.fromEntries(
          Object.keys(inner)
            .sort()
            .map((key) => [key, inner[key]]),
        )
      : inner,
  );
}

function checkObject(object: JsonObject, schema: Schema, field: string, errors: FieldError[], old: Json | undefined): void {
  const before = isJsonObject(old) ? old : undefined;
  const at = (key: string): string => (field === '' ? key : `${field}.${key}`);
  for (const key of schema.required ?? []) if (object[key] === undefined) errors.push(requiredValue(at(key)));
  const count = schema.minProperties === undefined && schema.maxProperties === undefined ? 0 : Object.keys(object).length;
  if (schema.minProperties !== undefined && count < schema.minProperties)
    errors.push(invalidValue(field, count, `${field} in body should have at least ${schema.minProperties} properties`));
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    errors.push(tooMany(field, count, schema.maxProperties));
    return;
  }
  const { properties, additionalProperties } = schema;
  for (const key of Object.keys(object)) {
    const property = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
    const below = property ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    if (below) check(object[key], below, at(key), errors, before?.[key]);
  }
}

function checkCombinations(value: Json, schema: Schema, field: string, errors: FieldError[]): void {
  const complain = (detail: string): void => void errors.push(invalidValue('<nil>', '', `${JSON.stringify(field)} must ${detail}`));
  const failuresOf = (branch: Schema): FieldError[] => validateValue(value, branch, field);
  if (schema.anyOf && schema.anyOf.length > 0) {
    const failures = schema.anyOf.map(failuresOf);
    if (failures.every((failure) => failure.length > 0)) {
      complain('validate at least one schema (anyOf)');
      errors.push(...(failures[0] ?? []));
    }
  }
  if (schema.oneOf && schema.oneOf.length > 0) {
    const failures = schema.oneOf.map(failuresOf);
    const valid = failures.filter((failure) => failure.length === 0).length;
    if (valid > 1) complain(`validate one and only one schema (oneOf). Found ${valid} valid alternatives`);
    if (valid === 0) {
      complain('validate one and only one schema (oneOf). Found none valid');
      errors.push(...(failures[0] ?? []));
    }
  }
  if (schema.allOf && schema.allOf.length > 0) {
    const failures = schema.allOf.map(failuresOf);
    errors.push(...failures.flat());
    const invalid = failures.filter((failure) => failure.length > 0).length;
    if (invalid > 0) complain(`validate all the schemas (allOf)${invalid === failures.length ? '. None validated' : ''}`);
  }
  if (schema.not && failuresOf(schema.not).length === 0) complain('not validate the schema (not)');
}
