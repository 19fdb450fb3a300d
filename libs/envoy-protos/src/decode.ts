import protobuf from 'protobufjs';
import { findMessage, messageNamed, nameOfTypeUrl } from './messages.js';
import { durationToText, fromStruct, fromStructValue, timestampToText } from './well-known.js';

type Plain = Record<string, unknown>;

/** The inverse of `encode`: protobuf JSON with snake_case names. An Any of a type that is unknown here keeps its bytes in base64 as `value`. */
export function decode(typeUrl: string, bytes: Uint8Array): Plain {
  const type = messageNamed(nameOfTypeUrl(typeUrl));
  return toJson(type, type.decode(bytes)) as Plain;
}

function toJson(type: protobuf.Type, message: object): unknown {
  const values = message as Plain;
  if (type.fullName.startsWith('.google.protobuf.')) {
    if (/^(Double|Float|Int64|UInt64|Int32|UInt32|Bool|String|Bytes)Value$/.test(type.name)) {
      return scalar((type.fields['value'] as protobuf.Field).type, values['value']);
    }
    if (type.name === 'Any') return anyToJson(values);
    if (type.name === 'Duration') return durationToText(message);
    if (type.name === 'Timestamp') return timestampToText(message);
    if (type.name === 'Struct') return fromStruct(message);
    if (type.name === 'Value') return fromStructValue(message);
  }
  const out: Plain = {};
  for (const field of type.fieldsArray) {
    if (!Object.hasOwn(values, field.name)) continue;
    const json = fieldToJson(field.resolve(), values[field.name]);
    if (json !== undefined) out[field.name] = json;
  }
  return out;
}

function fieldToJson(field: protobuf.Field, value: unknown): unknown {
  if (field instanceof protobuf.MapField) {
    const entries = Object.entries(value as Plain).map(([key, child]) => [key, single(field, child)] as const);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  if (!field.repeated) return single(field, value);
  const list = (value as unknown[]).map((child) => single(field, child));
  return list.length === 0 ? undefined : list;
}

function single(field: protobuf.Field, value: unknown): unknown {
  if (field.resolvedType instanceof protobuf.Type) return toJson(field.resolvedType, value as object);
  if (field.resolvedType instanceof protobuf.Enum) return field.resolvedType.valuesById[value as number] ?? value;
  return scalar(field.type, value);
}

function scalar(type: string, value: unknown): unknown {
  return type === 'bytes' && value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}

function anyToJson(any: Plain): Plain {
  const typeUrl = typeof any['type_url'] === 'string' ? any['type_url'] : '';
  const bytes = any['value'] instanceof Uint8Array ? any['value'] : new Uint8Array();
  const type = findMessage(nameOfTypeUrl(typeUrl));
  if (!type) return { '@type': typeUrl, value: Buffer.from(bytes).toString('base64') };
  const json = toJson(type, type.decode(bytes));
  const isPlain = typeof json === 'object' && json !== null && !Array.isArray(json);
  const isSpecial = type.fullName.startsWith('.google.protobuf.') && type.name !== 'Empty';
  return isPlain && !isSpecial ? { '@type': typeUrl, ...json } : { '@type': typeUrl, value: json };
}
