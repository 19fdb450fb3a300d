import { TidegateError } from '@tidegate/kernel';
import { z } from 'zod';
import { codes } from './kube-api-error.js';

/** A structural OpenAPI v3 schema, as a CustomResourceDefinition holds it. */
export interface StructuralSchema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  description?: string;
  default?: unknown;
  nullable?: boolean;
  enum?: unknown[];
  properties?: Record<string, StructuralSchema>;
  required?: string[];
  additionalProperties?: StructuralSchema;
  items?: StructuralSchema;
  oneOf?: StructuralSchema[];
  [keyword: string]: unknown;
}

type Json = Record<string, unknown>;

/** Kept as they are: value validations, and Kubernetes' own extensions out of `.meta({...})` (CEL rules, list types, map keys). */
const KEPT = [
  'description',
  'default',
  'nullable',
  'enum',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
];
/** Formats that the API server knows; others it would ignore, which reads as a check that is not there. */
const FORMATS = new Set(['date-time', 'date', 'email', 'ipv4', 'ipv6', 'uri', 'uuid', 'byte', 'int32', 'int64', 'float', 'double']);
/** Go's RE2 has neither look-around nor back references. */
const NOT_RE2 = /\(\?(?:[=!]|<[=!])|\\[1-9]/;

/**
 * The structural schema of what a zod schema accepts (its input: fields with defaults are optional). Discriminated unions become one object
 * with all fields and a `oneOf` of what each branch requires; a union of an integer and a string is x-kubernetes-int-or-string; `unknown`
 * preserves unknown fields. Throws KUBE_SCHEMA_UNSTRUCTURED, with the path, for anything that the API server would refuse or ignore.
 */
export function structuralSchema(schema: z.ZodType): StructuralSchema {
  const json: unknown = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', reused: 'inline', cycles: 'throw' });
  return structural(asJson(json), '');
}

function structural(json: Json, path: string): StructuralSchema {
  const union = [...branches(json, 'anyOf'), ...branches(json, 'oneOf')];
  if (union.length > 0) return { ...ofUnion(union, path), ...annotations(json) };
  if (Array.isArray(json['allOf'])) return { ...ofIntersection(json['allOf'].map(asJson), path), ...annotations(json) };
  if (json['x-kubernetes-int-or-string'] === true) return annotations(json);
  const made: StructuralSchema = { ...annotations(json) };
  switch (json['type']) {
    case 'object':
      return { ...made, type: 'object', ...fields(json, path) };
    case 'array':
      if (json['items'] === undefined || Array.isArray(json['items'])) throw unstructured(path, 'a tuple or an array of anything');
      return { ...made, type: 'array', items: structural(asJson(json['items']), `${path}[]`) };
    case 'string':
      return { ...made, type: 'string', ...stringChecks(json, path) };
    case 'integer':
    case 'number':
      return { ...made, type: json['type'], ...numberChecks(json) };
    case 'boolean':
      return { ...made, type: 'boolean' };
    case undefined:
      if (Array.isArray(json['enum'])) throw unstructured(path, 'an enum of mixed types');
      return { ...made, 'x-kubernetes-preserve-unknown-fields': true };
    default:
      throw unstructured(path, `the type ${JSON.stringify(json['type'])}`);
  }
}

function annotations(json: Json): StructuralSchema {
  return Object.fromEntries(Object.entries(json).filter(([key]) => KEPT.includes(key) || key.startsWith('x-kubernetes-')));
}

function fields(json: Json, path: string): StructuralSchema {
  const made: StructuralSchema = {};
  if (json['properties'] !== undefined) {
    const entries = Object.entries(asJson(json['properties']));
    made.properties = Object.fromEntries(entries.map(([name, inner]) => [name, structural(asJson(inner), `${path}.${name}`)]));
    const required = Array.isArray(json['required']) ? json['required'].map(String) : [];
    if (required.length > 0) made.required = required;
    // Strictness is the API server's own: unknown fields are pruned, or refused with strict field validation.
    return made;
  }
  const extra = json['additionalProperties'];
  if (typeof extra === 'object' && extra !== null) made.additionalProperties = structural(asJson(extra), `${path}.*`);
  else if (extra !== false) made['x-kubernetes-preserve-unknown-fields'] = true;
  return made;
}

function stringChecks(json: Json, path: string): StructuralSchema {
  const made: StructuralSchema = {};
  const { format, pattern } = json;
  if (typeof format === 'string' && FORMATS.has(format)) {
    made['format'] = format;
    // zod adds its own pattern to a format; the API server's check of the format says it shorter.
    return { ...made, pattern: undefined };
  }
  if (typeof pattern === 'string' && NOT_RE2.test(pattern)) throw unstructured(path, `a pattern that Go cannot run: ${pattern}`);
  return made;
}

function numberChecks({ minimum, maximum, format }: Json): StructuralSchema {
  const made: StructuralSchema = {};
  // The bounds of what JavaScript counts exactly, which zod adds to every integer, say nothing about the kind.
  if (minimum === Number.MIN_SAFE_INTEGER) made['minimum'] = undefined;
  if (maximum === Number.MAX_SAFE_INTEGER) made['maximum'] = undefined;
  if (typeof format === 'string' && FORMATS.has(format)) made['format'] = format;
  return made;
}

function ofUnion(union: Json[], path: string): StructuralSchema {
  const rest = union.filter((b) => b['type'] !== 'null' && !isNullEnum(b));
  const nullable: StructuralSchema = rest.length < union.length ? { nullable: true } : {};
  const [first] = rest;
  if (first && rest.length === 1) return { ...structural(first, path), ...nullable };
  const types = new Set(rest.map((b) => b['type']));
  if (types.size === 2 && types.has('integer') && types.has('string')) return { 'x-kubernetes-int-or-string': true, ...nullable };
  if (rest.every((b) => b['type'] === 'string' && Array.isArray(b['enum']))) {
    return { type: 'string', enum: [...new Set(rest.flatMap((b) => b['enum'] as unknown[]))], ...nullable };
  }
  if (types.size === 1 && types.has('object')) return { ...ofObjects(rest, path), ...nullable };
  throw unstructured(path, `a union of ${[...types].map(String).join(', ')}`);
}

/** One object with the fields of all; each branch says which of them it needs, and which words tell it from the others. */
function ofObjects(union: Json[], path: string): StructuralSchema {
  const merged: Record<string, StructuralSchema> = {};
  const oneOf: StructuralSchema[] = [];
  for (const branch of union.map((b) => structural(b, path))) {
    const words: Record<string, StructuralSchema> = {};
    for (const [name, field] of Object.entries(branch.properties ?? {})) {
      const known = merged[name];
      if (field.enum) words[name] = { enum: field.enum };
      merged[name] = known ? mergedField(known, field, `${path}.${name}`) : field;
    }
    const needs: StructuralSchema = {};
    if (branch.required) needs.required = branch.required;
    if (Object.keys(words).length > 0) needs.properties = words;
    oneOf.push(needs);
  }
  const common = (oneOf[0]?.required ?? []).filter((name) => oneOf.every((b) => b.required?.includes(name)));
  return { type: 'object', properties: merged, ...(common.length > 0 ? { required: common } : {}), oneOf };
}

function mergedField(a: StructuralSchema, b: StructuralSchema, path: string): StructuralSchema {
  if (a.enum && b.enum && a.type === b.type) return { ...a, enum: [...new Set([...a.enum, ...b.enum])] };
  if (JSON.stringify(a) === JSON.stringify(b)) return a;
  throw unstructured(path, 'a field that differs between the branches of a union');
}

function ofIntersection(parts: Json[], path: string): StructuralSchema {
  const made = parts.map((p) => structural(p, path));
  if (!made.every((m) => m.type === 'object' && m.oneOf === undefined)) throw unstructured(path, 'an intersection of anything but objects');
  const required = [...new Set(made.flatMap((m) => m.required ?? []))];
  const properties = Object.assign({}, ...made.map((m) => m.properties ?? {})) as Record<string, StructuralSchema>;
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
}

function branches(json: Json, keyword: 'anyOf' | 'oneOf'): Json[] {
  const found = json[keyword];
  return Array.isArray(found) ? found.map(asJson) : [];
}

function isNullEnum(json: Json): boolean {
  const words = json['enum'];
  return Array.isArray(words) && words.length === 1 && words[0] === null;
}

function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function unstructured(path: string, what: string): TidegateError {
  return new TidegateError(
    codes.KUBE_SCHEMA_UNSTRUCTURED,
    `The schema has ${what} at "${path || '.'}", which no structural schema can say.`,
    {
      remedy: 'Describe it with an object of optional fields and CEL rules, or as unknown.',
    },
  );
}
