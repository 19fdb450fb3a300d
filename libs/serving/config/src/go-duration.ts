import { type Result, err, ok } from '@tidegate/kernel';

const UNIT_NS: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const LARGEST_NS = 2n ** 63n - 1n;
/** No duration that a person means is longer; the arithmetic stays small. */
const LONGEST_TEXT = 200;
const PART = /^(\d*)(\.(\d*))?([^\d.]*)/;

/**
 * A duration as Go's time.ParseDuration reads it (`1h30m`, `1.5s`, `-2m`, `0`), in milliseconds; a fraction of one for
 * microseconds and nanoseconds. The error is Go's sentence.
 */
export function parseGoDuration(text: string): Result<number, string> {
  const invalid = err(`time: invalid duration ${quote(text)}`);
  const isNegative = text.startsWith('-');
  let rest = /^[+-]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return ok(0);
  if (rest === '' || text.length > LONGEST_TEXT) return invalid;
  let total = 0n;
  while (rest !== '') {
    const [part = '', whole = '', dot, fraction = '', unit = ''] = PART.exec(rest) ?? [];
    if (whole === '' && fraction === '') return invalid;
    if (unit === '') return err(`time: missing unit in duration ${quote(text)}`);
    const unitNs = UNIT_NS[unit];
    if (unitNs === undefined) return err(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    total += BigInt(whole || '0') * unitNs;
    if (dot !== undefined && fraction !== '') total += (BigInt(fraction) * unitNs) / 10n ** BigInt(fraction.length);
    if (total > LARGEST_NS + (isNegative ? 1n : 0n)) return invalid;
    rest = rest.slice(part.length);
  }
  const ms = Number(total / 1_000_000n) + Number(total % 1_000_000n) / 1_000_000;
  return ok(isNegative && ms !== 0 ? -ms : ms);
}

/** Milliseconds as Go prints a time.Duration: 90000 -> 1m30s, 3600000 -> 1h0m0s, 1.5 -> 1.5ms, 0 -> 0s. */
export function formatGoDuration(ms: number): string {
  const ns = BigInt(Math.round(Math.abs(ms) * 1_000_000));
  if (ns === 0n) return '0s';
  const sign = ms < 0 ? '-' : '';
  if (ns < 1_000n) return `${sign}${ns}ns`;
  if (ns < 1_000_000n) return `${sign}${decimal(ns, 1_000n)}µs`;
  if (ns < 1_000_000_000n) return `${sign}${decimal(ns, 1_000_000n)}ms`;
  const seconds = decimal(ns % 60_000_000_000n, 1_000_000_000n);
  const minutes = ns / 60_000_000_000n;
  if (minutes === 0n) return `${sign}${seconds}s`;
  return minutes < 60n ? `${sign}${minutes}m${seconds}s` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}s`;
}

/** `ns / unit` without trailing zeros; the unit is a power of ten. */
function decimal(ns: bigint, unit: bigint): string {
  const fraction = (ns % unit)
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${ns / unit}` : `${ns / unit}.${fraction}`;
}

/** The time package quotes byte by byte. */
function quote(text: string): string {
  const inner = Array.from(Buffer.from(text, 'utf8'), (byte) => {
    const c = String.fromCharCode(byte);
    if (c === '"' || c === '\\') return `\\${c}`;
    return byte < 0x20 || byte >= 0x7f ? `\\x${byte.toString(16).padStart(2, '0')}` : c;
  });
  return `"${inner.join('')}"`;
}
