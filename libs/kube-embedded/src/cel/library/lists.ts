import { compare, equal } from '../compare.js';
import { declare, int, items, list, type Overload } from '../signatures.js';
import { CelError, ListValue, type Value, Uint } from '../values.js';
import { operators } from './operators.js';

const plus = operators.filter((overload) => overload.name === '_+_');

function sum([values]: Value[]): Value {
  const [first, ...rest] = items(values);
  if (first === undefined) return 0n;
  return rest.reduce<Value>((total, value) => {
    const found = plus.find((overload) => typeof total === typeof value && overload.parameters.length === 2 && fitsPlus(overload.parameters[0]?.kind, total));
    if (!found) throw new CelError('no such overload');
    return found.call([total, value]);
  }, first);
}

function fitsPlus(kind: string | undefined, value: Value): boolean {
  if (typeof value === 'bigint') return kind === 'int';
  if (typeof value === 'number') return kind === 'double';
  return value instanceof Uint ? kind === 'uint' : kind === 'duration';
}

function best(name: string, better: (order: number) => boolean): (args: Value[]) => Value {
  return ([values]) => {
    const [first, ...rest] = items(values);
    if (first === undefined) throw new CelError(`${name} called on empty list`);
    return rest.reduce<Value>((found, value) => (better(compare(value, found)) ? value : found), first);
  };
}

function isSorted([values]: Value[]): Value {
  const all = items(values);
  return all.every((value, index) => index === 0 || compare(all[index - 1] ?? null, value) <= 0);
}

const ordered = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const summed = ['int', 'uint', 'double', 'duration'];

const contains = (all: readonly Value[], some: readonly Value[]): boolean => some.every((value) => all.some((other) => equal(value, other)));

function flattened(values: readonly Value[], depth: number): Value[] {
  return values.flatMap((value) => (value instanceof ListValue && depth > 0 ? flattened(value.items, depth - 1) : [value]));
}

function sliced([values, from, to]: Value[]): Value {
  const all = items(values);
  const [start, end] = [Number(int(from)), Number(int(to))];
  if (start < 0 || end < 0) throw new CelError(`cannot slice(${start}, ${end}), negative indexes not supported`);
  if (start > end) throw new CelError(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`);
  if (end > all.length) throw new CelError(`cannot slice(${start}, ${end}), list is length ${all.length}`);
  return list(all.slice(start, end));
}

export const lists: Overload[] = [
  ...ordered.map((type) => declare(`list<${type}>.isSorted(): bool`, isSorted, [0])),
  ...summed.map((type) => declare(`list<${type}>.sum(): ${type}`, sum, [0])),
  ...ordered.map((type) => declare(`list<${type}>.min(): ${type}`, best('min', (n) => n < 0), [0])),
  ...ordered.map((type) => declare(`list<${type}>.max(): ${type}`, best('max', (n) => n > 0), [0])),
  declare('list<A>.indexOf(A): int', ([a, b]) => BigInt(items(a).findIndex((item) => equal(item, b ?? null))), [0]),
  declare('list<A>.lastIndexOf(A): int', ([a, b]) => BigInt(items(a).findLastIndex((item) => equal(item, b ?? null))), [0]),
  declare('list<A>.slice(int, int): list<A>', sliced, [0]),
  declare('list<A>.reverse(): list<A>', ([a]) => list(items(a).toReversed()), [0]),
  declare('list<A>.distinct(): list<A>', ([a]) => list(items(a).filter((value, index, all) => all.findIndex((other) => equal(value, other)) === index)), [0]),
  declare('list<A>.sort(): list<A>', ([a]) => list(items(a).toSorted(compare)), [0]),
  declare('list<dyn>.flatten(): list<dyn>', ([a]) => list(flattened(items(a), 1)), [0]),
  declare('list<dyn>.flatten(int): list<dyn>', ([a, depth]) => list(flattened(items(a), Number(int(depth)))), [0]),
  declare('sets.contains(list<A>, list<A>): bool', ([a, b]) => contains(items(a), items(b)), [0, 1]),
  declare('sets.equivalent(list<A>, list<A>): bool', ([a, b]) => contains(items(a), items(b)) && contains(items(b), items(a)), [0, 1]),
  declare('sets.intersects(list<A>, list<A>): bool', ([a, b]) => items(a).some((value) => items(b).some((other) => equal(value, other))), [0, 1]),
];
