import { formatQuantity } from '@tidegate/kube';
import { declare, type Overload, text } from '../signatures.js';
import { Addressed, CelError, Duration, Optional, QuantityValue, Timestamp, TypeValue, Uint, type Value, noOverload, typeNameOf } from '../values.js';
import { checkedInt, checkedTime, checkedUint } from './operators.js';

const NANO: Record<string, bigint> = { ns: 1n, us: 1_000n, 'µs': 1_000n, ms: 1_000_000n, s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n };

/** As Go's time.ParseDuration; undefined for another text. */
export function durationOf(given: string): Duration | undefined {
  const [, sign = '', rest = ''] = /^([+-]?)(.+)$/.exec(given) ?? [];
  if (rest === '0') return new Duration(0n);
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.test(rest)) return undefined;
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of rest.matchAll(/(\d*)\.?(\d*)(ns|us|µs|ms|s|m|h)/g)) {
    const size = NANO[unit] ?? 1n;
    nanos += BigInt(whole || '0') * size + (fraction ? (BigInt(fraction) * size) / 10n ** BigInt(fraction.length) : 0n);
  }
  return new Duration(sign === '-' ? -nanos : nanos);
}

/** RFC 3339; undefined for another text. */
export function timestampOf(given: string): Timestamp | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/.exec(given);
  if (!match) return undefined;
  const [, date, time, fraction = '', zone] = match;
  const ms = Date.parse(`${date}T${time}${zone === 'z' ? 'Z' : zone}`);
  if (Number.isNaN(ms)) return undefined;
  return new Timestamp(BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
}

function timeText(nanos: bigint): string {
  const second = 1_000_000_000n;
  const part = ((nanos % second) + second) % second;
  const fraction = part === 0n ? '' : `.${String(part).padStart(9, '0').replace(/0+$/, '')}`;
  return `${new Date(Number((nanos - part) / 1_000_000n)).toISOString().slice(0, 19)}${fraction}Z`;
}

function durationText(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  const fraction = String(size % 1_000_000_000n).padStart(9, '0').replace(/0+$/, '');
  return `${nanos < 0n ? '-' : ''}${size / 1_000_000_000n}${fraction ? `.${fraction}` : ''}s`;
}

/** `string(x)`. */
export function asText(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value).replace('e+', 'e+') : value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN';
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return new TextDecoder('utf-8', { fatal: true }).decode(value);
  if (value instanceof Timestamp) return timeText(value.nanos);
  if (value instanceof Duration) return durationText(value.nanos);
  if (value instanceof QuantityValue) return formatQuantity(value.quantity);
  if (value instanceof Addressed) return value.text;
  throw noOverload();
}

function asInt(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (value instanceof Uint) return checkedInt(value.value);
  if (value instanceof Timestamp) return value.nanos / 1_000_000_000n;
  if (value instanceof Duration) return value.nanos;
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 63) throw new CelError('integer overflow');
    return BigInt(Math.trunc(value));
  }
  if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) return checkedInt(BigInt(value.replace('+', '')));
  throw new CelError(`type conversion error from '${typeNameOf(value)}' to 'int'`);
}

function asUint(value: Value): Uint {
  if (value instanceof Uint) return value;
  if (typeof value === 'bigint') return checkedUint(value);
  if (typeof value === 'number') return checkedUint(asInt(value));
  if (typeof value === 'string' && /^\d+$/.test(value)) return checkedUint(BigInt(value));
  throw new CelError(`type conversion error from '${typeNameOf(value)}' to 'uint'`);
}

function asDouble(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint) return Number(value.value);
  if (typeof value === 'string' && value.trim() === value && value !== '' && !Number.isNaN(Number(value))) return Number(value);
  throw new CelError(`type conversion error from '${typeNameOf(value)}' to 'double'`);
}

function asBool(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value)) return true;
    if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value)) return false;
  }
  throw new CelError(`type conversion error from '${typeNameOf(value)}' to 'bool'`);
}

function parsed<T extends Value>(value: T | undefined, problem: string): T {
  if (value === undefined) throw new CelError(problem);
  return value;
}

const conversion = (name: string, to: string, from: readonly string[], convert: (value: Value) => Value): Overload[] =>
  from.map((type) => declare(`${name}(${type}): ${to}`, ([value]) => convert(value ?? null), scansOf(type, to)));

/** As in cel-go: only texts and bytes are copied, letter by letter. */
const scansOf = (from: string, to: string): number[] => ((from === 'string' && to === 'bytes') || (from === 'bytes' && to === 'string') ? [0] : []);

const zero = (value: Value): boolean =>
  value === null || value === false || value === 0 || value === 0n || value === '' || (typeof value === 'object' && 'size' in value && value.size === 0);

export const conversions: Overload[] = [
  ...conversion('int', 'int', ['int', 'uint', 'double', 'string', 'timestamp', 'duration'], asInt),
  ...conversion('uint', 'uint', ['uint', 'int', 'double', 'string'], asUint),
  ...conversion('double', 'double', ['double', 'int', 'uint', 'string'], asDouble),
  ...conversion('bool', 'bool', ['bool', 'string'], asBool),
  ...conversion('string', 'string', ['string', 'bool', 'int', 'uint', 'double', 'bytes', 'timestamp', 'duration', 'IP', 'CIDR', 'Quantity'], asText),
  ...conversion('bytes', 'bytes', ['bytes', 'string'], (value) => (value instanceof Uint8Array ? value : Buffer.from(text(value), 'utf8'))),
  ...conversion('timestamp', 'timestamp', ['timestamp', 'string', 'int'], (value) => {
    if (typeof value === 'bigint') return checkedTime(value * 1_000_000_000n);
    return value instanceof Timestamp ? value : parsed(timestampOf(text(value)), `invalid timestamp: ${text(value)}`);
  }),
  ...conversion('duration', 'duration', ['duration', 'string', 'int'], (value) => {
    if (typeof value === 'bigint') return new Duration(value);
    return value instanceof Duration ? value : parsed(durationOf(text(value)), `time: invalid duration "${text(value)}"`);
  }),
  declare('dyn(A): dyn', ([value]) => value ?? null),
  declare('type(A): type', ([value]) => new TypeValue(typeNameOf(value ?? null))),
  declare('optional.of(A): optional<A>', ([value]) => new Optional(value ?? null)),
  declare('optional.none(): optional<A>', () => new Optional(undefined)),
  declare('optional.ofNonZeroValue(A): optional<A>', ([value]) => new Optional(value === undefined || zero(value) ? undefined : value)),
  declare('optional<A>.hasValue(): bool', ([value]) => value instanceof Optional && value.value !== undefined),
  declare('optional<A>.value(): A', ([value]) => parsed(value instanceof Optional ? value.value : undefined, 'optional.none() dereference')),
];
