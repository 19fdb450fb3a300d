import type { Schema } from '../resources/resource-definition.js';
import { isJsonObject, type Json, type JsonObject } from '@tidegate/kube/json';
import { durationOf, timestampOf } from './library/conversions.js';
import { isReserved } from './tokens.js';
import { type CelType, dyn, listOf, mapOf, scalar } from './types.js';
import { type Key, ListValue, MapValue, type Value } from './values.js';

const ESCAPES: readonly [RegExp, string][] = [
  [/__/g, '__underscores__'],
  [/\./g, '__dot__'],
  [/-/g, '__dash__'],
  [/\//g, '__slash__'],
];

/** A field's name as expressions write it; undefined for names that they cannot. */
export function escapedName(name: string): string | undefined {
  if (isReserved(name) || name === 'in') return `__${name}__`;
  if (!/^[A-Za-z_][A-Za-z0-9_.\-/]*$/.test(name)) return undefined;
  return ESCAPES.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), name);
}

/** Types of schemas, made once. */
const types = new WeakMap<Schema, CelType>();

/** Undefined where the schema says nothing that an expression could use. */
export function typeOfSchema(schema: Schema): CelType | undefined {
  const known = types.get(schema);
  if (known) return known;
  const made = madeType(schema);
  if (made) types.set(schema, made);
  return made;
}

function madeType(schema: Schema): CelType | undefined {
  if (schema['x-kubernetes-int-or-string']) return dyn;
  switch (schema.type) {
    case 'array': {
      const of = schema.items && typeOfSchema(schema.items);
      return of && listOf(of);
    }
    case 'object': {
      if (typeof schema.additionalProperties === 'object') {
        const value = typeOfSchema(schema.additionalProperties);
        return value && mapOf(scalar('string'), value);
      }
      return objectType(schema);
    }
    case 'string':
      return scalar(schema.format === 'byte' ? 'bytes' : schema.format === 'duration' ? 'duration' : isTime(schema) ? 'timestamp' : 'string');
    case 'integer':
      return scalar('int');
    case 'number':
      return scalar('double');
    case 'boolean':
      return scalar('bool');
    default:
      return undefined;
  }
}

const isTime = ({ format }: Schema): boolean => format === 'date' || format === 'date-time';
const TYPE_META: Schema = { type: 'string' };
const NAMES: Schema = { type: 'object', properties: { name: { type: 'string' }, generateName: { type: 'string' } } };

/** Fields by their escaped names. Of metadata only names are to be seen. */
function fieldsOf(schema: Schema): ReadonlyMap<string, { name: string; schema: Schema }> {
  const known = fields.get(schema);
  if (known) return known;
  const made = new Map<string, { name: string; schema: Schema }>();
  const isResource = schema['x-kubernetes-embedded-resource'] === true;
  const all = { ...(isResource ? { apiVersion: TYPE_META, kind: TYPE_META, metadata: NAMES } : {}), ...schema.properties };
  for (const [name, property] of Object.entries(all)) {
    const escaped = escapedName(name);
    if (escaped !== undefined) made.set(escaped, { name, schema: property });
  }
  fields.set(schema, made);
  return made;
}
const fields = new WeakMap<Schema, ReadonlyMap<string, { name: string; schema: Schema }>>();

/** Behind a dot a reserved word may stand as it is or escaped. */
const fieldNamed = (schema: Schema, name: string): { name: string; schema: Schema } | undefined =>
  fieldsOf(schema).get(isReserved(name) ? (escapedName(name) ?? name) : name);

function objectType(schema: Schema): CelType {
  return {
    kind: 'object',
    name: 'object',
    field(name) {
      const found = fieldNamed(schema, name);
      return found && typeOfSchema(found.schema);
    },
  };
}

/** The schema of a whole object as rules see it: metadata has names alone. */
export function rootSchema(schema: Schema): Schema {
  return { ...schema, properties: { ...schema.properties, apiVersion: TYPE_META, kind: TYPE_META, metadata: NAMES } };
}

class ObjectView extends MapValue {
  private readonly made = new Map<string, Value>();

  constructor(
    private readonly json: JsonObject,
    private readonly schema: Schema,
  ) {
    super();
  }
  get(key: Key): Value | undefined {
    const field = typeof key === 'string' ? fieldNamed(this.schema, key) : undefined;
    const value = field && this.json[field.name];
    if (!field || value === undefined || typeof key !== 'string') return undefined;
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const converted = valueOfSchema(value, field.schema);
    this.made.set(key, converted);
    return converted;
  }
  keys(): Key[] {
    return [...fieldsOf(this.schema)].filter(([, { name }]) => this.json[name] !== undefined).map(([key]) => key);
  }
  get size(): number {
    return this.keys().length;
  }
}

/** Any JSON object by its own keys; values by one schema, or by what they are. */
class JsonView extends MapValue {
  private readonly made = new Map<string, Value>();

  constructor(
    private readonly json: JsonObject,
    private readonly schema: Schema | undefined,
  ) {
    super();
  }
  get(key: Key): Value | undefined {
    if (typeof key !== 'string' || !Object.hasOwn(this.json, key)) return undefined;
    const value = this.json[key];
    if (value === undefined) return undefined;
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const converted = this.schema ? valueOfSchema(value, this.schema) : valueOfJson(value);
    this.made.set(key, converted);
    return converted;
  }
  keys(): Key[] {
    return Object.keys(this.json).filter((key) => this.json[key] !== undefined);
  }
  get size(): number {
    return this.keys().length;
  }
}

/** A value in the types of its schema. What does not fit the schema is taken as it is: validation tells about it elsewhere. */
export function valueOfSchema(json: Json, schema: Schema): Value {
  if (json === null) return null;
  if (Array.isArray(json)) return listValue(json, schema);
  if (isJsonObject(json)) {
    if (typeof schema.additionalProperties === 'object') return new JsonView(json, schema.additionalProperties);
    return schema.properties || schema['x-kubernetes-embedded-resource'] ? new ObjectView(json, schema) : new JsonView(json, undefined);
  }
  if (typeof json === 'number') return schema.type === 'number' ? json : valueOfJson(json);
  if (typeof json !== 'string' || schema['x-kubernetes-int-or-string']) return json;
  if (schema.format === 'byte') return Buffer.from(json, 'base64');
  if (schema.format === 'duration') return durationOf(json) ?? json;
  if (isTime(schema)) return timestampOf(schema.format === 'date' ? `${json}T00:00:00Z` : json) ?? json;
  return json;
}

function listValue(json: Json[], schema: Schema): ListValue {
  const { items } = schema;
  const values = json.map((item) => (items ? valueOfSchema(item, items) : valueOfJson(item)));
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set') return new ListValue(values, { keys: [] });
  return type === 'map' ? new ListValue(values, { keys: schema['x-kubernetes-list-map-keys'] ?? [] }) : new ListValue(values);
}

/** Without a schema: whole numbers are int, as Go's decoder has them. */
export function valueOfJson(json: Json): Value {
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (Array.isArray(json)) return new ListValue(json.map(valueOfJson));
  return isJsonObject(json) ? new JsonView(json, undefined) : json;
}

/** Back to JSON, for values that rules make. Undefined for values that JSON does not have. */
export function jsonOfValue(value: Value): Json | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof ListValue) return value.items.map((item) => jsonOfValue(item) ?? null);
  if (!(value instanceof MapValue)) return undefined;
  return Object.fromEntries(value.keys().map((key) => [String(key), jsonOfValue(value.get(key) ?? null)]));
}
