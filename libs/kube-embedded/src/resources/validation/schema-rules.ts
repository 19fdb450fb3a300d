import { type Json, type JsonObject, isJsonObject } from '@tidegate/kube/json';
import { requiredValue, unsupportedValue } from '../../schema/field-errors.js';
import type { FieldError, Schema } from '../resource-definition.js';

/**
 * What built-in schemas themselves demand: required fields and closed sets of values. Go's zero value counts as absent, so an empty
 * text misses a required field. Status is not looked at: controllers write it, and Kubernetes checks little of it.
 */
export function schemaErrors(object: JsonObject, schema: Schema): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, property] of Object.entries(schema.properties ?? {}))
    if (key !== 'status' && key !== 'metadata') visit(object[key], property, key, errors);
  for (const key of schema.required ?? []) if (isAbsent(object[key])) errors.push(requiredValue(key));
  return errors;
}

function visit(value: Json | undefined, schema: Schema, field: string, errors: FieldError[]): void {
  if (value === undefined || value === null) return;
  if (schema.enum && typeof value === 'string' && value !== '' && !schema.enum.includes(value)) {
    errors.push(unsupportedValue(field, value, schema.enum.map(String)));
  } else if (Array.isArray(value)) {
    const items = schema.items;
    if (items) value.forEach((item, index) => visit(item, items, `${field}[${index}]`, errors));
  } else if (isJsonObject(value)) {
    visitObject(value, schema, field, errors);
  }
}

function visitObject(value: JsonObject, schema: Schema, field: string, errors: FieldError[]): void {
  const properties = schema.properties;
  if (!properties) return;
  for (const key of schema.required ?? []) if (isAbsent(value[key])) errors.push(requiredValue(`${field}.${key}`));
  for (const key in properties) {
    const property = properties[key];
    if (property && value[key] !== undefined && !(key === 'status' && value.spec !== undefined))
      visit(value[key], property, `${field}.${key}`, errors);
  }
}

function isAbsent(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '';
}
