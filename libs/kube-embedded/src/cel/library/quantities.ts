import { parseQuantity } from '@tidegate/kube';
import { compare as order, sign } from '../compare.js';
import { declare, type Overload, text } from '../signatures.js';
import { Addressed, CelError, QuantityValue, type Value, noOverload } from '../values.js';

const NANO = 1_000_000_000n;

function quantity(value: Value | undefined): QuantityValue['quantity'] {
  if (value instanceof QuantityValue) return value.quantity;
  throw noOverload();
}

function parsed(given: string): QuantityValue {
  const found = parseQuantity(given);
  if (!found)
    throw new CelError(
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
  return new QuantityValue(found);
}

function sum(a: Value | undefined, b: Value | undefined, factor: bigint): QuantityValue {
  const left = quantity(a);
  const right = typeof b === 'bigint' ? b * NANO : quantity(b).nano;
  return new QuantityValue({ nano: left.nano + factor * right, format: left.format });
}

const comparison = (a: Value | undefined, b: Value | undefined): number => sign(quantity(a).nano - quantity(b).nano);

export const quantities: Overload[] = [
  declare('quantity(string): Quantity', ([a]) => parsed(text(a)), [0]),
  declare('isQuantity(string): bool', ([a]) => parseQuantity(text(a)) !== undefined, [0]),
  declare('Quantity.sign(): int', ([a]) => BigInt(sign(quantity(a).nano))),
  declare('Quantity.isInteger(): bool', ([a]) => quantity(a).nano % NANO === 0n),
  declare('Quantity.asInteger(): int', ([a]) => {
    if (quantity(a).nano % NANO !== 0n) throw new CelError('cannot convert value to integer');
    return quantity(a).nano / NANO;
  }),
  declare('Quantity.asApproximateFloat(): double', ([a]) => Number(quantity(a).nano) / 1e9),
  declare('Quantity.isGreaterThan(Quantity): bool', ([a, b]) => comparison(a, b) > 0),
  declare('Quantity.isLessThan(Quantity): bool', ([a, b]) => comparison(a, b) < 0),
  declare('Quantity.compareTo(Quantity): int', ([a, b]) => BigInt(comparison(a, b))),
  declare('Quantity.add(Quantity): Quantity', ([a, b]) => sum(a, b, 1n)),
  declare('Quantity.add(int): Quantity', ([a, b]) => sum(a, b, 1n)),
  declare('Quantity.sub(Quantity): Quantity', ([a, b]) => sum(a, b, -1n)),
  declare('Quantity.sub(int): Quantity', ([a, b]) => sum(a, b, -1n)),
];

interface Version {
  numbers: [bigint, bigint, bigint];
  pre: string[];
}

const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/** `normalize`: a leading v goes, missing numbers are zero, zeros in front of numbers go. */
function versionOf(given: string, normalize: boolean): Addressed | undefined {
  let wanted = given;
  if (normalize) {
    const [, core = '', rest = ''] = /^v?([\d.]+)(.*)$/.exec(given) ?? [];
    const numbers = core.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
    wanted = `${[...numbers, '0', '0'].slice(0, Math.max(3, numbers.length)).join('.')}${rest}`;
  }
  const match = VERSION.exec(wanted);
  if (!match) return undefined;
  const [, major = '0', minor = '0', patch = '0', pre = ''] = match;
  const data: Version = { numbers: [BigInt(major), BigInt(minor), BigInt(patch)], pre: pre === '' ? [] : pre.split('.') };
  // What was built how does not make a version another one.
  return new Addressed('kubernetes.Semver', `${major}.${minor}.${patch}${pre ? `-${pre}` : ''}`, data);
}

const isVersion = (data: unknown): data is Version => typeof data === 'object' && data !== null && 'numbers' in data && 'pre' in data;

function version(value: Value | undefined): Version {
  if (value instanceof Addressed && isVersion(value.data)) return value.data;
  throw noOverload();
}

function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) {
    const difference = sign((a.numbers[i] ?? 0n) - (b.numbers[i] ?? 0n));
    if (difference !== 0) return difference;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  for (let i = 0; i < Math.min(a.pre.length, b.pre.length); i++) {
    const [left = '', right = ''] = [a.pre[i], b.pre[i]];
    const [leftIsNumber, rightIsNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)];
    const difference =
      leftIsNumber && rightIsNumber ? sign(BigInt(left) - BigInt(right)) : leftIsNumber !== rightIsNumber ? (leftIsNumber ? -1 : 1) : order(left, right);
    if (difference !== 0) return difference;
  }
  return Math.sign(a.pre.length - b.pre.length);
}

const makeVersion = ([a, normalize]: Value[]): Value => {
  const made = versionOf(text(a), normalize === true);
  if (!made) throw new CelError(`invalid semver: ${text(a)}`);
  return made;
};

const numberAt = (index: 0 | 1 | 2) => ([a]: Value[]): Value => version(a).numbers[index];

export const versions: Overload[] = [
  declare('semver(string): Semver', makeVersion, [0]),
  declare('semver(string, bool): Semver', makeVersion, [0]),
  declare('isSemver(string): bool', ([a]) => versionOf(text(a), false) !== undefined, [0]),
  declare('isSemver(string, bool): bool', ([a, normalize]) => versionOf(text(a), normalize === true) !== undefined, [0]),
  declare('Semver.major(): int', numberAt(0)),
  declare('Semver.minor(): int', numberAt(1)),
  declare('Semver.patch(): int', numberAt(2)),
  declare('Semver.isGreaterThan(Semver): bool', ([a, b]) => compareVersions(version(a), version(b)) > 0),
  declare('Semver.isLessThan(Semver): bool', ([a, b]) => compareVersions(version(a), version(b)) < 0),
  declare('Semver.compareTo(Semver): int', ([a, b]) => BigInt(compareVersions(version(a), version(b)))),
];

