import { Addressed, CelError, Duration, type Key, ListValue, MapValue, Optional, QuantityValue, Timestamp, TypeValue, Uint, type Value, isNumber, noOverload } from './values.js';

const plain = (value: bigint | number | Uint): bigint | number => (value instanceof Uint ? value.value : value);

/** Equality across number types; values of different types are not equal. */
export function equal(a: Value, b: Value): boolean {
  // JavaScript compares bigint and number exactly, as CEL does.
  if (isNumber(a) && isNumber(b)) return plain(a) == plain(b);
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (a instanceof ListValue && b instanceof ListValue) return equalLists(a, b);
  if (a instanceof MapValue && b instanceof MapValue) return equalMaps(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (a instanceof Timestamp && b instanceof Timestamp) return a.nanos === b.nanos;
  if (a instanceof Duration && b instanceof Duration) return a.nanos === b.nanos;
  if (a instanceof TypeValue && b instanceof TypeValue) return a.name === b.name;
  if (a instanceof QuantityValue && b instanceof QuantityValue) return a.quantity.nano === b.quantity.nano;
  if (a instanceof Addressed && b instanceof Addressed) return a.type === b.type && a.text === b.text;
  if (a instanceof Optional && b instanceof Optional)
    return a.value === undefined || b.value === undefined ? a.value === b.value : equal(a.value, b.value);
  return false;
}

/** What identifies an item of a list of type map; undefined for lists without. */
export function identityOf(item: Value, keys: readonly string[]): string {
  if (!(item instanceof MapValue)) return JSON.stringify(textKey(item));
  return JSON.stringify(keys.map((key) => textKey(item.get(key) ?? null)));
}

function textKey(value: Value): string {
  if (isNumber(value)) return `n${plain(value)}`;
  return typeof value === 'object' ? 'o' : `${typeof value}${String(value)}`;
}

function equalLists(a: ListValue, b: ListValue): boolean {
  if (a.items.length !== b.items.length) return false;
  const { identity } = a;
  if (!identity) return a.items.every((item, index) => equal(item, b.items[index] ?? null));
  if (identity.keys.length === 0) return a.items.every((item) => b.items.some((other) => equal(item, other)));
  const others = new Map(b.items.map((item) => [identityOf(item, identity.keys), item]));
  return a.items.every((item) => {
    const other = others.get(identityOf(item, identity.keys));
    return other !== undefined && equal(item, other);
  });
}

function equalMaps(a: MapValue, b: MapValue): boolean {
  if (a.size !== b.size) return false;
  return a.keys().every((key) => {
    const [left, right] = [a.get(key), b.get(key)];
    return left !== undefined && right !== undefined && equal(left, right);
  });
}

/** Negative, zero or positive. Throws CelError for values that have no order. */
export function compare(a: Value, b: Value): number {
  if (isNumber(a) && isNumber(b)) {
    const [left, right] = [plain(a), plain(b)];
    return left < right ? -1 : left > right ? 1 : left == right ? 0 : Number.NaN;
  }
  // Code points, not UTF-16 units: UTF-8 keeps their order.
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return sign(a.nanos - b.nanos);
  if (a instanceof Duration && b instanceof Duration) return sign(a.nanos - b.nanos);
  throw noOverload();
}

export const sign = (value: bigint): number => (value < 0n ? -1 : value > 0n ? 1 : 0);

/** Maps are keyed by text, whole numbers and truth values. */
export function keyOf(value: Value): Key {
  if (typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean' || value instanceof Uint) return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  throw new CelError(`unsupported key type: ${value === null ? 'null' : typeof value}`);
}
