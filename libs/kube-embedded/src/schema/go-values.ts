import { componentOf } from '../openapi/builtin-schema.js';
import type { Schema } from '../resources/resource-definition.js';
import { type Json, type JsonObject, ensureObject, isJsonObject } from './json.js';

/**
 * Built-in kinds pass through Go structs on their way to the store. What that does to an object, as far as the schema tells:
 * structs held by value are always there (`default: {}` in the schema), empty lists and maps that are not required are not.
 */
export function normalizeAsGo(object: JsonObject, schema: Schema): void {
  const { properties, required } = schema;
  if (!properties) return;
  for (const key in properties) {
    const property = properties[key];
    if (!property) continue;
    if (isEmbedded(property)) ensureObject(object, key);
    const value = object[key];
    if (value === undefined) continue;
    if (isEmptyCollection(value, property) && !required?.includes(key)) delete object[key];
    else normalizeValue(value, property);
  }
}

function normalizeValue(value: Json, schema: Schema): void {
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) normalizeValue(item, schema.items);
  } else if (isJsonObject(value)) normalizeAsGo(value, schema);
}

function isEmptyCollection(value: Json, schema: Schema): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return schema.additionalProperties !== undefined && isJsonObject(value) && Object.keys(value).length === 0;
}

function isEmbedded(schema: Schema): boolean {
  return isJsonObject(schema.default) && Object.keys(schema.default).length === 0 && componentOf(schema) !== undefined;
}

/**
 * What a new object is compared with to find out what its creator set: Go's empty struct for built-in kinds, nothing for custom ones.
 */
export function emptyObject(schema: Schema): JsonObject {
  const empty: JsonObject = {};
  if (componentOf(schema) === undefined) return empty;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (isEmbedded(property)) empty[key] = emptyObject(property);
    else if (schema.required?.includes(key)) empty[key] = zeroOf(property);
  }
  return empty;
}

function zeroOf(schema: Schema): Json {
  if (schema.type === 'string') return '';
  if (schema.type === 'boolean') return false;
  return schema.type === 'integer' || schema.type === 'number' ? 0 : null;
}
