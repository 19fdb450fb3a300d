import { type Json, type JsonObject, isObject, own } from '../json.js';
import { zeroOf } from './decode.js';
import { type GoType, structFields } from './types.js';

/**
 * Writes a decoded value as Go would: fields in the order of their declaration, empty lists and maps left out, structs and fields
 * without omitempty always there. What is stored has this one form, so that two spellings of one spec are no change.
 */
export function encode(value: JsonObject, type: GoType): JsonObject {
  const encoded = encodeValue(value, type);
  return isObject(encoded) ? encoded : {};
}

function encodeValue(value: Json, type: GoType): Json {
  switch (type.kind) {
    case 'pointer':
      return encodeValue(value, type.of);
    case 'struct':
      return isObject(value) ? encodeStruct(value, type.name) : value;
    case 'list':
      return Array.isArray(value) ? value.map((item) => encodeValue(item, type.of)) : value;
    case 'map':
      return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encodeValue(item, type.of)])) : value;
    default:
      return value;
  }
}

function encodeStruct(value: JsonObject, name: string): JsonObject {
  const entries: [string, Json][] = [];
  for (const { json, type, isRequired } of structFields(name).values()) {
    // Go writes an absent list as null, which no schema takes.
    const absent = type.kind === 'struct' || (isRequired && zeroOf(type) !== null) ? zeroOf(type) : undefined;
    const present = own(value, json) ?? absent;
    if (present === undefined || (!isRequired && isEmptyCollection(present, type))) continue;
    entries.push([json, encodeValue(present, type)]);
  }
  return Object.fromEntries(entries);
}

function isEmptyCollection(value: Json, type: GoType): boolean {
  if (type.kind === 'list') return Array.isArray(value) && value.length === 0;
  return type.kind === 'map' && isObject(value) && Object.keys(value).length === 0;
}
