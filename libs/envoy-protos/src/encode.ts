import protobuf from 'protobufjs';
import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';
import { messageNamed, nameOfTypeUrl } from './messages.js';
import { durationFromText, timestampFromText, toStruct, toStructValue } from './well-known.js';

type Plain = Record<string, unknown>;

const INTEGERS = new Set(['int32', 'uint32', 'sint32', 'fixed32', 'sfixed32', 'int64', 'uint64', 'sint64', 'fixed64', 'sfixed64']);
const WRAPPER = /^\.google\.protobuf\.(Double|Float|Int64|UInt64|Int32|UInt32|Bool|String|Bytes)Value$/;

/**
 * Bytes of a message given as protobuf JSON with snake_case names: durations "1s", bare wrapper values, Any as {'@type': ...}, enums by
 * name, bytes in base64. The same value gives the same bytes. Throws ENVOY_MESSAGE_INVALID naming the path of an unknown field, a value
 * of the wrong type or two members of one `oneof`: Envoy itself would ignore the first and the last.
 */
export function encode(typeUrl: string, json: Plain): Buffer {
  const type = messageNamed(nameOfTypeUrl(typeUrl));
  const bytes = type.encode(messageValue(type, json, type.name) as Plain).finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function invalid(path: string, problem: string): TidegateError {
  return new TidegateError(codes.ENVOY_MESSAGE_INVALID, `${path} ${problem}.`);
}

function asPlain(value: unknown, path: string): Plain {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(path, 'has to be an object');
  return value as Plain;
}

function messageValue(type: protobuf.Type, value: unknown, path: string): unknown {
  const special = wellKnownValue(type, value, path);
  if (special !== undefined) return special;
  const out: Plain = {};
  for (const [name, child] of Object.entries(asPlain(value, path))) {
    if (child === undefined) continue;
    const field = type.fields[name];
    if (!field) throw invalid(`${path}.${name}`, `is not a field of ${type.fullName.slice(1)}`);
    const rival = field.partOf?.oneof.find((other) => other !== name && out[other] !== undefined);
    if (rival) throw invalid(path, `has both ${rival} and ${name}, of which only one can be set`);
    out[name] = fieldValue(field.resolve(), child, `${path}.${name}`);
  }
  return out;
}

function fieldValue(field: protobuf.Field, value: unknown, path: string): unknown {
  if (field instanceof protobuf.MapField) {
    return Object.fromEntries(Object.entries(asPlain(value, path)).map(([key, child]) => [key, single(field, child, `${path}.${key}`)]));
  }
  if (!field.repeated) return single(field, value, path);
  if (!Array.isArray(value)) throw invalid(path, 'has to be a list');
  return value.map((child, index) => single(field, child, `${path}[${index}]`));
}

function single(field: protobuf.Field, value: unknown, path: string): unknown {
  if (field.resolvedType instanceof protobuf.Type) return messageValue(field.resolvedType, value, path);
  if (field.resolvedType instanceof protobuf.Enum) return enumValue(field.resolvedType, value, path);
  return scalarValue(field.type, value, path);
}

function enumValue(type: protobuf.Enum, value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  const number = typeof value === 'string' ? type.values[value] : undefined;
  if (number === undefined) throw invalid(path, `has to be one of ${Object.keys(type.values).join(', ')}`);
  return number;
}

function scalarValue(type: string, value: unknown, path: string): unknown {
  if (type === 'string' || type === 'bool') {
    if (typeof value !== (type === 'bool' ? 'boolean' : type)) throw invalid(path, `has to be a ${type}`);
    return value;
  }
  if (type === 'bytes') {
    if (value instanceof Uint8Array) return value;
    if (typeof value !== 'string') throw invalid(path, 'has to be base64 text');
    return Buffer.from(value, 'base64');
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) throw invalid(path, 'has to be a number');
  if (INTEGERS.has(type) && !Number.isSafeInteger(number)) throw invalid(path, 'has to be a whole number');
  if (type.startsWith('u') && number < 0) throw invalid(path, 'must not be negative');
  return number;
}

/** Types whose JSON form is not that of their fields; undefined for all others. */
function wellKnownValue(type: protobuf.Type, value: unknown, path: string): unknown {
  if (!type.fullName.startsWith('.google.protobuf.')) return undefined;
  const wrapper = WRAPPER.exec(type.fullName);
  if (wrapper) return { value: scalarValue((type.fields['value'] as protobuf.Field).type, value, path) };
  switch (type.name) {
    case 'Any':
      return anyValue(asPlain(value, path), path);
    case 'Duration':
      return required(typeof value === 'string' ? durationFromText(value) : undefined, path, 'has to be a duration such as "1.5s"');
    case 'Timestamp':
      return required(typeof value === 'string' ? timestampFromText(value) : undefined, path, 'has to be a time in RFC 3339 form');
    case 'Struct':
      return toStruct(asPlain(value, path));
    case 'Value':
      return toStructValue(value);
    default:
      return undefined;
  }
}

function required<T>(value: T | undefined, path: string, problem: string): T {
  if (value === undefined) throw invalid(path, problem);
  return value;
}

function anyValue(value: Plain, path: string): Plain {
  const { '@type': typeUrl, ...rest } = value;
  if (typeof typeUrl !== 'string') throw invalid(path, 'needs an @type');
  const type = messageNamed(nameOfTypeUrl(typeUrl));
  const isSpecial = type.fullName.startsWith('.google.protobuf.') && type.name !== 'Empty';
  const inner = messageValue(type, isSpecial ? rest['value'] : rest, `${path}(${type.name})`) as Plain;
  return { type_url: typeUrl, value: type.encode(inner).finish() };
}
