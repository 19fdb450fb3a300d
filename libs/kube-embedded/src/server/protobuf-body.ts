import { protobufFields } from './generated/protobuf-fields.js';

/** Kubernetes' protobuf envelope: "k8s\0", then runtime.Unknown { 1 typeMeta { 1 apiVersion, 2 kind }, 2 raw }. */
const MAGIC = Buffer.from('k8s\0', 'latin1');
/** Deeper than any message of Kubernetes; a stranger may nest further. */
const DEEPEST = 64;

type JsonValue = string | number | boolean | unknown[] | Record<string, unknown>;
interface Field {
  number: number;
  name: string;
  type: string;
}
interface RawField {
  number: number;
  /** Varints and fixed numbers as bigint, everything else as bytes. */
  value: bigint | Buffer;
}

/** Bytes that are no protobuf of a kind known here. */
export class ProtobufError extends Error {}

const tables = new Map<string, Map<number, Field>>();

function fieldsOf(message: string): Map<number, Field> {
  const known = tables.get(message);
  if (known) return known;
  const text = protobufFields[message];
  if (text === undefined) throw new ProtobufError(`no message ${message}`);
  const fields = text
    .split(';')
    .filter(Boolean)
    .map((part): [number, Field] => {
      const [number = '', name = '', type = ''] = part.split(' ');
      return [Number(number), { number: Number(number), name, type }];
    });
  const table = new Map(fields);
  tables.set(message, table);
  return table;
}

/** `apps/v1` -> `apps`; meta.k8s.io kinds belong to every group. */
function messageOf(apiVersion: string, kind: string): string {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : 'core';
  if (kind === 'DeleteOptions') return 'meta.DeleteOptions';
  if (apiVersion === 'autoscaling/v2') return `autoscaling2.${kind}`;
  return `${group === 'rbac.authorization.k8s.io' ? 'rbac' : (group.split('.')[0] ?? '')}.${kind}`;
}

/** The object in a protobuf body, as its JSON form. Throws ProtobufError. */
export function decodeProtobuf(bytes: Buffer): Record<string, unknown> {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new ProtobufError('the envelope is missing');
  const envelope = [...rawFields(bytes.subarray(MAGIC.length))];
  const typeMeta = [...rawFields(bytesOf(envelope.find((f) => f.number === 1)))];
  const text = (number: number): string => bytesOf(typeMeta.find((f) => f.number === number)).toString('utf8');
  const [apiVersion, kind] = [text(1), text(2)];
  const body = decodeMessage(bytesOf(envelope.find((f) => f.number === 2)), messageOf(apiVersion, kind), 0);
  return { apiVersion, kind, ...body };
}

function bytesOf(field: RawField | undefined): Buffer {
  if (field === undefined) return Buffer.alloc(0);
  if (typeof field.value === 'bigint') throw new ProtobufError('a number where bytes belong');
  return field.value;
}

function* rawFields(bytes: Buffer): Generator<RawField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new ProtobufError('a number is cut off');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new ProtobufError('a number is too long');
  };
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length) throw new ProtobufError('a field is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    if (wire === 0) yield { number, value: varint() };
    else if (wire === 1) yield { number, value: take(8).readBigInt64LE() };
    else if (wire === 2) yield { number, value: take(Number(varint())) };
    else if (wire === 5) yield { number, value: BigInt(take(4).readInt32LE()) };
    else throw new ProtobufError(`wire type ${wire}`);
  }
}

function decodeMessage(bytes: Buffer, message: string, depth: number): Record<string, unknown> {
  if (depth > DEEPEST) throw new ProtobufError('messages are nested too deep');
  const fields = fieldsOf(message);
  const object: Record<string, unknown> = {};
  for (const raw of rawFields(bytes)) {
    const field = fields.get(raw.number);
    if (field) addField(object, field, raw, depth);
  }
  return object;
}

function addField(object: Record<string, unknown>, { name, type }: Field, raw: RawField, depth: number): void {
  const isPointer = type.startsWith('?');
  const bare = isPointer ? type.slice(1) : type;
  if (bare.startsWith('*')) {
    const list = (object[name] ??= []) as unknown[];
    list.push(decodeValue(raw, bare.slice(1), depth));
  } else if (bare.startsWith('%')) {
    const [key, value] = [1, 2].map((number) => [...rawFields(bytesOf(raw))].find((f) => f.number === number));
    const map = (object[name] ??= {}) as Record<string, unknown>;
    const zero = { number: 2, value: Buffer.alloc(0) };
    Object.defineProperty(map, bytesOf(key).toString('utf8'), {
      value: decodeValue(value ?? zero, bare.slice(1), depth),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    const value = decodeValue(raw, bare, depth);
    if (name === '') Object.assign(object, value);
    else if (isPointer || !isZero(value)) object[name] = value;
  }
}

/** Go writes every field that is no pointer; in JSON these are left out when they hold nothing. */
function isZero(value: JsonValue | undefined): boolean {
  return (
    value === undefined || value === '' || value === 0 || value === false || (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

function decodeValue(raw: RawField, type: string, depth: number): JsonValue | undefined {
  if (typeof raw.value === 'bigint') return type === 'b' ? raw.value !== 0n : type === 'd' ? doubleOf(raw.value) : Number(raw.value);
  const bytes = raw.value;
  switch (type) {
    case 's':
      return bytes.toString('utf8');
    case 'y':
      return bytes.toString('base64');
    case 'raw':
      return jsonIn(bytes);
    case 'time':
    case 'micro':
      return timeOf(bytes, type === 'micro' ? 6 : 0);
    case 'qty':
      return bytesOf([...rawFields(bytes)][0]).toString('utf8');
    case 'w':
      return [...rawFields(bytes)].map((field) => bytesOf(field).toString('utf8'));
    case 'ios':
      return intOrString(bytes);
    default:
      return decodeMessage(bytes, type, depth + 1);
  }
}

function doubleOf(bits: bigint): number {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(bits);
  return buffer.readDoubleLE();
}

function jsonIn(message: Buffer): JsonValue | undefined {
  const text = bytesOf([...rawFields(message)].find((f) => f.number === 1)).toString('utf8');
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new ProtobufError('embedded JSON is broken');
  }
}

/** Timestamp { 1 seconds, 2 nanos }; Go's zero time is the absent one. */
function timeOf(message: Buffer, digits: number): string | undefined {
  const fields = [...rawFields(message)];
  const part = (number: number): number => Number(fields.find((f) => f.number === number)?.value ?? 0n);
  if (fields.length === 0 || part(1) < -62_135_596_000) return undefined;
  const date = new Date(part(1) * 1000);
  if (Number.isNaN(date.getTime())) throw new ProtobufError('a time is out of range');
  const fraction = digits === 0 ? '' : `.${String(part(2)).padStart(9, '0').slice(0, digits)}`;
  return `${date.toISOString().slice(0, 19)}${fraction}Z`;
}

/** { 1 type: 0 integer, 1 text; 2 intVal; 3 strVal } */
function intOrString(message: Buffer): string | number {
  const fields = [...rawFields(message)];
  const isText = fields.find((f) => f.number === 1)?.value === 1n;
  if (isText) return bytesOf(fields.find((f) => f.number === 3)).toString('utf8');
  return Number(fields.find((f) => f.number === 2)?.value ?? 0n);
}
