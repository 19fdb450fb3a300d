import { componentOf } from '../openapi/builtin-schema.js';
import type { Schema } from '../resources/resource-definition.js';
import { protobufFields } from '../server/generated/protobuf-fields.js';
import { type Json, type JsonObject, ensureObject, isJsonObject } from '@tidegate/kube/json';

/**
 * Built-in kinds pass through Go structs on their way to the store. What that does to an object, as far as the schema tells:
 * structs held by value are always there (`default: {}` in the schema); empty lists and maps that are not required are not, nor are
 * false, 0 and '' where Go holds the value itself and not a pointer to it.
 */
export function normalizeAsGo(object: JsonObject, schema: Schema): void {
  const { properties, required } = schema;
  if (!properties) return;
  const held = heldByValue(schema);
  for (const key in properties) {
    const property = properties[key];
    if (!property) continue;
    if (isEmbedded(property)) {
      const struct = ensureObject(object, key);
      if (key === 'status') fillZeros(struct, property);
    }
    const value = object[key];
    if (value === undefined) continue;
    const isNothing = isEmptyCollection(value, property) || (isZero(value) && held.has(key));
    if (isNothing && !required?.includes(key)) delete object[key];
    else normalizeValue(value, property);
  }
}

/**
 * Numbers, words and booleans that a status always has, and those of the structs in it that are held by value. Elsewhere a required field
 * that is missing is for validation to tell of.
 */
function fillZeros(held: JsonObject, schema: Schema): void {
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (isEmbedded(property)) fillZeros(ensureObject(held, key), property);
    else if (schema.required?.includes(key) && SCALARS.has(property.type ?? '') && !isTime(property)) held[key] ??= zeroOf(property);
  }
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'boolean', 'integer', 'number']);
const isTime = (schema: Schema): boolean => schema.format === 'date-time' || schema.format === 'date-time-micro';

const isZero = (value: Json): boolean => value === false || value === 0 || value === '';

/** Scalar fields by component. Bounded by the generated table. */
const scalarFields = new Map<string, ReadonlySet<string>>();
const NONE: ReadonlySet<string> = new Set();

/** Fields of a type that Go holds as plain strings, numbers and booleans. */
function heldByValue(schema: Schema): ReadonlySet<string> {
  const component = componentOf(schema);
  if (component === undefined) return NONE;
  const known = scalarFields.get(component);
  if (known) return known;
  const [pack, version, type] = component.split('.').slice(-3);
  const rows = version === 'v1' ? (protobufFields[`${pack}.${type}`] ?? '') : '';
  // One row per field: number, JSON name and type; a pointer's type begins with a question mark.
  const fields = new Set(rows.split(';').flatMap((row) => /^\d+ (\w+) [sbid]$/.exec(row)?.[1] ?? []));
  scalarFields.set(component, fields);
  return fields;
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
