import { type CelType, type ScalarKind, listOf, mapOf, optionalOf, scalar } from './types.js';
import { Addressed, Duration, ListValue, MapValue, Optional, QuantityValue, Timestamp, TypeValue, Uint, type Value, noOverload } from './values.js';

/** One form of a function: its types, what it does, and what a call costs at least. */
export interface Overload {
  name: string;
  isMember: boolean;
  parameters: CelType[];
  result: CelType;
  call(args: Value[]): Value;
  /** Units of cel-go's cost model; 1 where nothing else is said. */
  cost(args: Value[]): number;
  /** How the size of the arguments enters the cost, for estimates before there are values. */
  scans: readonly number[];
}

const SCALARS: ReadonlySet<string> = new Set('dyn bool int uint double string bytes null timestamp duration type'.split(' '));
const isScalar = (name: string): name is ScalarKind => SCALARS.has(name);

const AUTHORIZATION: ReadonlySet<string> = new Set(['Authorizer', 'PathCheck', 'GroupCheck', 'ResourceCheck', 'Decision']);

function typeOf(text: string): CelType {
  const generic = /^(list|map|optional)<(.+)>$/.exec(text);
  if (generic) {
    const [, kind, inner = ''] = generic;
    if (kind === 'list') return listOf(typeOf(inner));
    if (kind === 'optional') return optionalOf(typeOf(inner));
    const comma = inner.indexOf(',');
    return mapOf(typeOf(inner.slice(0, comma).trim()), typeOf(inner.slice(comma + 1).trim()));
  }
  if (isScalar(text)) return scalar(text);
  return /^[A-Z]$/.test(text) ? { kind: 'variable', name: text } : { kind: 'opaque', name: `kubernetes.${AUTHORIZATION.has(text) ? 'authorization.' : ''}${text}` };
}

function splitTypes(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    const letter = text[i];
    if (letter === '<') depth++;
    else if (letter === '>') depth--;
    else if (depth === 0 && (letter === ',' || letter === undefined)) {
      if (i > from) parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  return parts;
}

/**
 * A function from its signature, e.g. `string.contains(string): bool` or `size(list<A>): int`. `scans` names arguments of which the
 * function reads every part: a tenth of a unit for each letter or item, as in cel-go.
 */
export function declare(signature: string, call: (args: Value[]) => Value, scans: readonly number[] = []): Overload {
  const match = /^(?:((?:list|map|optional)<.+?>(?=\.)|[A-Za-z]+)\.(?=\w+\())?([\w.@[\]?!:=<>+\-*/%]+?)\((.*)\): (.+)$/.exec(signature);
  if (!match) throw new TypeError(`not a signature: ${signature}`);
  const [, target, name = '', parameters = '', result = ''] = match;
  const isMember = target !== undefined && !NAMESPACES.has(target);
  return {
    name: target !== undefined && !isMember ? `${target}.${name}` : name,
    isMember,
    parameters: [...(isMember ? [target] : []), ...splitTypes(parameters)].map(typeOf),
    result: typeOf(result),
    call,
    cost: (args) => 1 + scans.reduce((sum, index) => sum + Math.ceil(sizeOf(args[index] ?? null) * 0.1), 0),
    scans,
  };
}

/** Names before a dot that are no types. */
const NAMESPACES: ReadonlySet<string> = new Set(['sets', 'format', 'ip', 'optional', 'jsonpatch', 'strings']);

/** Letters or items of a value; 1 for all else. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  if (value instanceof ListValue) return value.items.length;
  if (value instanceof MapValue) return value.size;
  return 1;
}

/** Whether a value may stand where a type is asked, as far as values tell. */
export function isOf(type: CelType, value: Value): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'variable':
      return true;
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return typeof value === 'bigint';
    case 'uint':
      return value instanceof Uint;
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'bytes':
      return value instanceof Uint8Array;
    case 'null':
      return value === null;
    case 'timestamp':
      return value instanceof Timestamp;
    case 'duration':
      return value instanceof Duration;
    case 'type':
      return value instanceof TypeValue;
    case 'list':
      return value instanceof ListValue && (value.items.length === 0 || isOf(type.of, value.items[0] ?? null));
    case 'map':
    case 'object':
      return value instanceof MapValue;
    case 'optional':
      return value instanceof Optional;
    case 'opaque':
      return (value instanceof QuantityValue || value instanceof Addressed) && value.type === type.name;
  }
}

// Arguments as what they are: signatures have settled it, and a mismatch is CEL's own error.
export function text(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  throw noOverload();
}
export function int(value: Value | undefined): bigint {
  if (typeof value === 'bigint') return value;
  throw noOverload();
}
export function bool(value: Value | undefined): boolean {
  if (typeof value === 'boolean') return value;
  throw noOverload();
}
export function items(value: Value | undefined): readonly Value[] {
  if (value instanceof ListValue) return value.items;
  throw noOverload();
}
export const list = (values: readonly Value[]): ListValue => new ListValue(values);
