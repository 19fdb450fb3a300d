import { compare, equal, identityOf, keyOf } from '../compare.js';
import { declare, items, type Overload, sizeOf } from '../signatures.js';
import { CelError, Duration, ListValue, MapValue, Optional, Timestamp, Uint, type Value, noOverload } from '../values.js';

const MOST_INT = 2n ** 63n - 1n;
const MOST_UINT = 2n ** 64n - 1n;
/** The years 1 to 9999, in nanoseconds since 1970. */
const FIRST_TIME = -62_135_596_800n * 1_000_000_000n;
const LAST_TIME = 253_402_300_800n * 1_000_000_000n - 1n;

export function checkedInt(value: bigint): bigint {
  if (value > MOST_INT || value < -MOST_INT - 1n) throw new CelError('integer overflow');
  return value;
}
export function checkedUint(value: bigint): Uint {
  if (value < 0n || value > MOST_UINT) throw new CelError('unsigned integer overflow');
  return new Uint(value);
}
export function checkedTime(nanos: bigint): Timestamp {
  if (nanos < FIRST_TIME || nanos > LAST_TIME) throw new CelError('timestamp overflow');
  return new Timestamp(nanos);
}
const checkedDuration = (nanos: bigint): Duration => new Duration(checkedInt(nanos));

function numbers(
  operator: string,
  onInts: (a: bigint, b: bigint) => bigint,
  onDoubles: ((a: number, b: number) => number) | undefined,
): Overload[] {
  const call = ([a, b]: Value[]): Value => {
    if (typeof a === 'bigint' && typeof b === 'bigint') return checkedInt(onInts(a, b));
    if (a instanceof Uint && b instanceof Uint) return checkedUint(onInts(a.value, b.value));
    if (typeof a === 'number' && typeof b === 'number' && onDoubles) return onDoubles(a, b);
    throw noOverload();
  };
  const types = ['int', 'uint', ...(onDoubles ? ['double'] : [])];
  return types.map((type) => declare(`_${operator}_(${type}, ${type}): ${type}`, call));
}

function divided(what: string): (a: bigint, b: bigint) => bigint {
  return (a, b) => {
    if (b === 0n) throw new CelError(`${what} by zero`);
    return what === 'division' ? a / b : a % b;
  };
}

const times = (a: Value | undefined): bigint => {
  if (a instanceof Timestamp || a instanceof Duration) return a.nanos;
  throw noOverload();
};

/** Sets and lists of type map are joined as sets are: what is there stays in place, new items come after. */
function joinedLists([a, b]: Value[]): Value {
  if (!(a instanceof ListValue) || !(b instanceof ListValue)) throw noOverload();
  const { identity } = a;
  if (!identity) return new ListValue([...a.items, ...b.items]);
  const keyed = (item: Value): string => identityOf(item, identity.keys);
  const replaced = new Map(b.items.map((item) => [keyed(item), item]));
  const kept = a.items.map((item) => replaced.get(keyed(item)) ?? item);
  const known = new Set(a.items.map(keyed));
  return new ListValue([...kept, ...b.items.filter((item) => !known.has(keyed(item)))], identity);
}

export function indexed(of: Value, index: Value): Value {
  const found = lookedUp(of, index);
  if (found !== undefined) return found;
  if (of instanceof ListValue) throw new CelError(`index out of bounds: ${String(index)}`);
  throw new CelError(`no such key: ${index instanceof Uint ? index.value : String(index)}`);
}

/** Undefined when there is nothing at this place. */
export function lookedUp(of: Value, index: Value): Value | undefined {
  if (of instanceof MapValue) return of.get(keyOf(index));
  if (!(of instanceof ListValue)) throw noOverload();
  const place = index instanceof Uint ? index.value : typeof index === 'number' && Number.isInteger(index) ? BigInt(index) : index;
  if (typeof place !== 'bigint') throw new CelError(`unsupported index type '${typeof index}' in list`);
  return place < 0n ? undefined : of.items[Number(place)];
}

function optionalIndexed([of, index]: Value[]): Value {
  if (!(of instanceof Optional)) return new Optional(lookedUp(of ?? null, index ?? null));
  return of.value === undefined ? of : new Optional(lookedUp(of.value, index ?? null));
}

function isIn([value, among]: Value[]): Value {
  if (among instanceof MapValue) return value !== null && typeof value !== 'object' && typeof value !== 'undefined' && among.has(keyOf(value));
  return items(among).some((item) => equal(item, value ?? null));
}

const order = (operator: string, holds: (order: number) => boolean): Overload[] =>
  ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration']
    .map((type) => [type, type])
    .concat([
      ['int', 'uint'],
      ['int', 'double'],
      ['uint', 'int'],
      ['uint', 'double'],
      ['double', 'int'],
      ['double', 'uint'],
    ])
    .map(([a, b]) => declare(`_${operator}_(${a}, ${b}): bool`, (args) => holds(compare(args[0] ?? null, args[1] ?? null)), a === 'string' ? [0] : []));

const negated = ([a]: Value[]): Value => {
  if (typeof a === 'bigint') return checkedInt(-a);
  if (typeof a === 'number') return -a;
  throw noOverload();
};

const size = ([value]: Value[]): Value =>
  BigInt(typeof value === 'string' ? [...value].length : value === undefined ? 0 : sizeOf(value));

export const operators: Overload[] = [
  ...numbers('+', (a, b) => a + b, (a, b) => a + b),
  ...numbers('-', (a, b) => a - b, (a, b) => a - b),
  ...numbers('*', (a, b) => a * b, (a, b) => a * b),
  ...numbers('/', divided('division'), (a, b) => a / b),
  ...numbers('%', divided('modulus'), undefined),
  declare('_+_(string, string): string', ([a, b]) => `${String(a)}${String(b)}`, [0, 1]),
  declare('_+_(bytes, bytes): bytes', ([a, b]) => Buffer.concat([a, b].filter((part) => part instanceof Uint8Array)), [0, 1]),
  declare('_+_(list<A>, list<A>): list<A>', joinedLists),
  declare('_+_(timestamp, duration): timestamp', ([a, b]) => checkedTime(times(a) + times(b))),
  declare('_+_(duration, timestamp): timestamp', ([a, b]) => checkedTime(times(a) + times(b))),
  declare('_+_(duration, duration): duration', ([a, b]) => checkedDuration(times(a) + times(b))),
  declare('_-_(timestamp, duration): timestamp', ([a, b]) => checkedTime(times(a) - times(b))),
  declare('_-_(timestamp, timestamp): duration', ([a, b]) => checkedDuration(times(a) - times(b))),
  declare('_-_(duration, duration): duration', ([a, b]) => checkedDuration(times(a) - times(b))),
  declare('-_(int): int', negated),
  declare('-_(double): double', negated),
  declare('!_(bool): bool', ([a]) => a !== true),
  declare('_==_(A, A): bool', ([a, b]) => equal(a ?? null, b ?? null)),
  declare('_!=_(A, A): bool', ([a, b]) => !equal(a ?? null, b ?? null)),
  ...order('<', (n) => n < 0),
  ...order('<=', (n) => n <= 0),
  ...order('>', (n) => n > 0),
  ...order('>=', (n) => n >= 0),
  declare('@in(A, list<A>): bool', isIn, [1]),
  declare('@in(A, map<A, B>): bool', isIn),
  declare('_[_](list<A>, int): A', ([of, index]) => indexed(of ?? null, index ?? null)),
  declare('_[_](map<A, B>, A): B', ([of, index]) => indexed(of ?? null, index ?? null)),
  declare('_[?_](list<A>, int): optional<A>', optionalIndexed),
  declare('_[?_](map<A, B>, A): optional<B>', optionalIndexed),
  declare('_[?_](optional<list<A>>, int): optional<A>', optionalIndexed),
  declare('_[?_](optional<map<A, B>>, A): optional<B>', optionalIndexed),
  ...['string', 'bytes', 'list<A>', 'map<A, B>'].flatMap((type) => [declare(`size(${type}): int`, size), declare(`${type}.size(): int`, size)]),
];

