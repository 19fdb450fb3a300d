import type { Schema } from '../resources/resource-definition.js';
import { type Json, type JsonObject, cloneJson, isJsonObject, setOwn } from '@tidegate/kube/json';

/**
 * Lays the schema's defaults into the object in place, from the outside in, so that a default object gets its own fields' defaults.
 * Nulls of fields that may not be null are dropped first, as Kubernetes does.
 */
export function applyDefaults(object: JsonObject, schema: Schema): void {
  fillObject(object, schema);
}

function fillObject(object: JsonObject, schema: Schema): void {
  const properties = schema.properties;
  if (properties)
    for (const key in properties) {
      const property = properties[key];
      if (!property) continue;
      if (object[key] === null && !property.nullable) delete object[key];
      if (object[key] === undefined && property.default !== undefined) setOwn(object, key, cloneJson(asJson(property.default)));
      fill(object[key], property);
    }
  const additional = schema.additionalProperties;
  if (typeof additional !== 'object') return;
  for (const key of Object.keys(object)) {
    if (properties && Object.hasOwn(properties, key)) continue;
    if (object[key] === null && !additional.nullable && additional.default !== undefined)
      setOwn(object, key, cloneJson(asJson(additional.default)));
    fill(object[key], additional);
  }
}

function fill(value: Json | undefined, schema: Schema): void {
  if (isJsonObject(value)) fillObject(value, schema);
  else if (Array.isArray(value) && schema.items) for (const item of value) fill(item, schema.items);
}

/** A default comes out of a JSON document, so it is JSON. */
function asJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(asJson);
  return isJsonObject(value) ? value : null;
}
