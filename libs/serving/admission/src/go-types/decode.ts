import { type Result, err, ok } from '@tidegate/kernel';
import { canonicalQuantity } from '@tidegate/kube';
import { badQuantity, goQuote } from '@tidegate/serving-config';
import { type Json, type JsonObject, isObject } from '../json.js';
import { type GoType, structFields } from './types.js';

export interface Decoded {
  /** Only what Go would hold: no unknown fields, no nulls, no zeros of types for which zero means absent; quantities canonical. */
  value: JsonObject;
  /** Paths of the fields that no type has. */
  unknown: string[];
}

/** The place in the document, as Go's decoder names it: the struct it is in, and the way there with embedded types. */
interface Place {
  struct: string;
  way: readonly string[];
  /** The way in the JSON document, with indexes. */
  path: string;
}

class DecodeError extends Error {}

/** Reads a JSON object as Go would read it into a struct. The error is the decoder's own sentence. */
export function decode(object: Json, type: GoType, root: { struct: string; field: string }): Result<Decoded, string> {
  const unknown: string[] = [];
  try {
    const value = decodeValue(object, type, { struct: root.struct, way: [root.field], path: root.field }, unknown);
    return ok({ value: isObject(value) ? value : {}, unknown });
  } catch (error) {
    if (error instanceof DecodeError) return err(error.message);
    throw error;
  }
}

function decodeValue(raw: Json, type: GoType, place: Place, unknown: string[]): Json {
  switch (type.kind) {
    case 'pointer':
      return decodeValue(raw, type.of, place, unknown);
    case 'struct':
      return isObject(raw) ? decodeStruct(raw, type.name, place, unknown) : mismatch(raw, type, place);
    case 'list':
      if (!Array.isArray(raw)) return mismatch(raw, type, place);
      return raw.map((item, index) => decodeItem(item, type.of, { ...place, path: `${place.path}[${index}]` }, unknown));
    case 'map':
      if (!isObject(raw)) return mismatch(raw, type, place);
      return Object.fromEntries(Object.entries(raw).map(([key, item]) => [key, decodeItem(item, type.of, place, unknown)]));
    case 'string':
      return typeof raw === 'string' ? raw : mismatch(raw, type, place);
    case 'bool':
      return typeof raw === 'boolean' ? raw : mismatch(raw, type, place);
    case 'int32':
    case 'int64':
      return isInteger(raw, type.kind) ? raw : mismatch(raw, type, place);
    case 'intOrString':
      if (typeof raw === 'string') return raw;
      return isInteger(raw, 'int32') ? raw : mismatch(raw, { ...type, name: 'int32' }, place);
    case 'quantity':
      return decodeQuantity(raw);
    case 'url':
      return typeof raw === 'string' ? decodeUrl(raw) : mismatch(raw, { ...type, name: 'string' }, place);
    case 'any':
      return raw;
  }
}

function decodeStruct(raw: JsonObject, name: string, place: Place, unknown: string[]): JsonObject {
  const fields = structFields(name);
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(raw)) {
    const field = fields.get(key);
    if (!field) unknown.push(`${place.path}.${key}`);
    if (!field || value === null) continue;
    const at = { struct: name.replace(/^\w+\./, ''), way: [...place.way, ...field.via, key], path: `${place.path}.${key}` };
    const decoded = decodeValue(value, field.type, at, unknown);
    if (!isZero(decoded, field.type)) entries.push([key, decoded]);
  }
  return Object.fromEntries(entries);
}

/** An element of a list or map: a null is the type's zero. */
function decodeItem(raw: Json, type: GoType, place: Place, unknown: string[]): Json {
  return raw === null ? zeroOf(type) : decodeValue(raw, type, place, unknown);
}

/** Whether Go cannot tell this value from an absent one. */
function isZero(value: Json, type: GoType): boolean {
  if (type.kind === 'struct') return isObject(value) && Object.keys(value).length === 0;
  if (type.kind === 'quantity') return value === '0';
  return (type.kind === 'string' || type.kind === 'bool' || type.kind === 'int32' || type.kind === 'int64') && value === zeroOf(type);
}

export function zeroOf(type: GoType): Json {
  switch (type.kind) {
    case 'string':
    case 'url':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'struct':
      return {};
    case 'pointer':
    case 'list':
    case 'map':
    case 'any':
      return null;
  }
}

function isInteger(raw: Json, kind: 'int32' | 'int64'): raw is number {
  return Number.isInteger(raw) && typeof raw === 'number' && Math.abs(raw) <= (kind === 'int32' ? 2 ** 31 - 1 : 2 ** 63);
}

function decodeQuantity(raw: Json): string {
  const text = typeof raw === 'string' ? raw.trim() : JSON.stringify(raw);
  const complaint = badQuantity(text);
  if (complaint !== undefined) throw new DecodeError(complaint);
  return canonicalQuantity(text);
}

function decodeUrl(text: string): string {
  if (/^:/.test(text)) throw new DecodeError(`parse ${goQuote(text)}: missing protocol scheme`);
  return text;
}

function mismatch(raw: Json, type: GoType, { struct, way }: Place): never {
  const isNumber = type.kind === 'int32' || type.kind === 'int64' || type.kind === 'intOrString';
  const found = Array.isArray(raw)
    ? 'array'
    : typeof raw === 'boolean'
      ? 'bool'
      : typeof raw === 'number' && isNumber
        ? `number ${raw}`
        : typeof raw;
  throw new DecodeError(`json: cannot unmarshal ${found} into Go struct field ${struct}.${way.join('.')} of type ${type.name}`);
}
