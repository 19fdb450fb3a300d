import { canonicalQuantity, parseQuantity } from '@tidegate/kube';
import { componentOf } from '../openapi/builtin-schema.js';
import type { Schema } from '../resources/resource-definition.js';
import { type Json, type JsonObject, isJsonObject } from '@tidegate/kube/json';

/**
 * What Kubernetes' decoder does with a built-in kind: the first value of a wrong type is an error in Go's words
 * (`json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`); quantities become canonical.
 * Changes the object in place; undefined when everything fits.
 */
export function decodeBuiltin(object: JsonObject, schema: Schema): string | undefined {
  return decodeObject(object, schema, { struct: '', path: '' });
}

interface Place {
  struct: string;
  path: string;
}

function decodeObject(object: JsonObject, schema: Schema, at: Place): string | undefined {
  const struct = componentOf(schema)?.split('.').pop() ?? at.struct;
  for (const key of Object.keys(object)) {
    const property = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    const child = property ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
    if (!child) continue;
    // Go's decoder names the struct's field; what a map holds goes by the name of the map.
    const place = property ? { struct, path: at.path === '' ? key : `${at.path}.${key}` } : at;
    const error = decodeValue(object[key], child, place, (value) => (object[key] = value));
    if (error) return error;
  }
  return undefined;
}

function decodeValue(value: Json | undefined, schema: Schema, place: Place, replace: (value: Json) => void): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (schema.format === 'quantity') return decodeQuantity(value, place, replace);
  if (schema['x-kubernetes-int-or-string'])
    return typeof value === 'string' || Number.isInteger(value) ? undefined : mismatch(value, 'intstr.IntOrString', place);
  switch (schema.type) {
    case 'string':
      if (typeof value !== 'string') return mismatch(value, schema.format?.startsWith('date') ? 'v1.Time' : 'string', place);
      if (schema.format?.startsWith('date')) return badTime(value, schema.format === 'date-time-micro' ? '.000000' : '');
      return schema.format === 'byte' ? badBase64(value) : undefined;
    case 'integer':
      return Number.isInteger(value) ? undefined : mismatch(value, schema.format ?? 'int64', place);
    case 'number':
      return typeof value === 'number' ? undefined : mismatch(value, 'float64', place);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : mismatch(value, 'bool', place);
    case 'array':
      return Array.isArray(value) ? decodeList(value, schema, place) : mismatch(value, goType(schema), place);
    case 'object':
      return isJsonObject(value) ? decodeObject(value, schema, place) : mismatch(value, goType(schema), place);
    case undefined:
      return undefined;
  }
}

function decodeList(list: Json[], schema: Schema, place: Place): string | undefined {
  const items = schema.items;
  if (!items) return undefined;
  for (let index = 0; index < list.length; index += 1) {
    const error = decodeValue(list[index], items, place, (value) => (list[index] = value));
    if (error) return error;
  }
  return undefined;
}

function decodeQuantity(value: Json, place: Place, replace: (value: Json) => void): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return mismatch(value, 'resource.Quantity', place);
  if (!parseQuantity(String(value))) return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  replace(canonicalQuantity(value));
  return undefined;
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function badTime(text: string, fraction: string): string | undefined {
  if (rfc3339.test(text) && !Number.isNaN(Date.parse(text))) return undefined;
  return `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05${fraction}Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`;
}

function badBase64(text: string): string | undefined {
  const bare = text.replace(/[\r\n]/g, '');
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(bare) && bare.length % 4 === 0) return undefined;
  const wrong = bare.search(/[^A-Za-z0-9+/=]/);
  return `illegal base64 data at input byte ${wrong === -1 ? bare.length - (bare.length % 4) : wrong}`;
}

function mismatch(value: Json, expected: string, place: Place): string {
  const field = place.struct === '' ? place.path : `${place.struct}.${place.path}`;
  return `json: cannot unmarshal ${jsonKind(value)} into Go struct field ${field} of type ${expected}`;
}

function jsonKind(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'number' : `number ${value}`;
  return typeof value === 'string' ? 'string' : 'object';
}

function goType(schema: Schema): string {
  const parts = componentOf(schema)?.split('.') ?? [];
  if (parts.length > 2) return `${parts.at(-2)}.${parts.at(-1)}`;
  if (schema.type === 'array') return `[]${schema.items ? goType(schema.items) : 'interface {}'}`;
  if (schema.type === 'object')
    return `map[string]${typeof schema.additionalProperties === 'object' ? goType(schema.additionalProperties) : 'interface {}'}`;
  if (schema.type === 'integer') return schema.format ?? 'int64';
  return schema.type === 'boolean' ? 'bool' : (schema.type ?? 'interface {}');
}
