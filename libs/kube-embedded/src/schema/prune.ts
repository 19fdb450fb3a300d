import type { Schema } from '../resources/resource-definition.js';
import { OBJECT_META, builtinSchema } from '../openapi/builtin-schema.js';
import { type Json, type JsonObject, isJsonObject } from '@tidegate/kube/json';

/**
 * Drops in place what the schema does not know and returns the paths dropped (`spec.containers[0].nam`).
 * Below x-kubernetes-preserve-unknown-fields unknown fields stay, known ones are still pruned.
 */
export function pruneUnknownFields(object: JsonObject, schema: Schema): string[] {
  const dropped: string[] = [];
  pruneObject(object, schema, '', dropped, true);
  return dropped;
}

const typeMeta = new Set(['apiVersion', 'kind']);

function pruneObject(object: JsonObject, schema: Schema, path: string, dropped: string[], isResource: boolean): void {
  for (const key of Object.keys(object)) {
    const at = path === '' ? key : `${path}.${key}`;
    const value = object[key];
    if (isResource && typeMeta.has(key)) continue;
    const property = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (isResource && key === 'metadata' && isJsonObject(value)) {
      pruneObject(value, builtinSchema(OBJECT_META), at, dropped, false);
      continue;
    }
    if (property) pruneValue(value, property, at, dropped);
    else if (typeof schema.additionalProperties === 'object') pruneValue(value, schema.additionalProperties, at, dropped);
    else if (schema.additionalProperties !== true && !schema['x-kubernetes-preserve-unknown-fields']) {
      delete object[key];
      dropped.push(at);
    }
  }
}

function pruneValue(value: Json | undefined, schema: Schema, path: string, dropped: string[]): void {
  if (Array.isArray(value)) {
    const items = schema.items;
    if (items) value.forEach((item, index) => pruneValue(item, items, `${path}[${index}]`, dropped));
  } else if (isJsonObject(value) && !schema['x-kubernetes-int-or-string']) {
    pruneObject(value, schema, path, dropped, schema['x-kubernetes-embedded-resource'] === true);
  }
}

/** Removes nulls in place: for Go types without pointers null is the absent value. Lists keep theirs, since positions matter. */
export function dropNulls(value: Json | undefined): void {
  if (Array.isArray(value)) for (const item of value) dropNulls(item);
  else if (isJsonObject(value))
    for (const key of Object.keys(value)) {
      if (value[key] === null) delete value[key];
      else dropNulls(value[key]);
    }
}

/** Removes in place the nulls of fields that the schema names and does not let be null; unknown and free-form fields keep theirs. */
export function dropTypedNulls(value: Json | undefined, schema: Schema): void {
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) dropTypedNulls(item, schema.items);
    return;
  }
  if (!isJsonObject(value) || !schema.properties) return;
  for (const key in schema.properties) {
    const property = schema.properties[key];
    if (!property || value[key] === undefined) continue;
    if (value[key] === null && !property.nullable && property.type !== undefined) delete value[key];
    else dropTypedNulls(value[key], property);
  }
}
