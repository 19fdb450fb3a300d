import { type Result, err, ok } from '@tidegate/kernel';

/** Texts to values as Go's strconv reads them, with its complaints: what users of Knative's config maps and annotations know. */

/** strconv.Quote for what a person writes; other characters than printable ones become escapes. */
export function goQuote(text: string): string {
  const inner = Array.from(text, (c) => {
    if (c === '"' || c === '\\') return `\\${c}`;
    if (c === '\n') return '\\n';
    if (c === '\r') return '\\r';
    if (c === '\t') return '\\t';
    const code = c.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
    return c;
  });
  return `"${inner.join('')}"`;
}

const complaint = (call: string, text: string, what: 'invalid syntax' | 'value out of range'): string =>
  `strconv.${call}: parsing ${goQuote(text)}: ${what}`;

/** A decimal integer of that many bits. Beyond 2^53 the nearest number that JavaScript has. */
export function parseGoInt(text: string, bits: 32 | 64): Result<number, string> {
  if (!/^[+-]?\d+$/.test(text)) return err(complaint('ParseInt', text, 'invalid syntax'));
  const value = text.length <= 64 ? BigInt(text.replace('+', '')) : undefined;
  const limit = 2n ** BigInt(bits - 1);
  if (value === undefined || value >= limit || value < -limit) return err(complaint('ParseInt', text, 'value out of range'));
  return ok(Number(value));
}

/** A decimal integer of 64 bits that is not negative. */
export function parseGoUint(text: string): Result<number, string> {
  if (!/^\d+$/.test(text)) return err(complaint('ParseUint', text, 'invalid syntax'));
  const value = text.length <= 64 ? BigInt(text) : undefined;
  if (value === undefined || value >= 2n ** 64n) return err(complaint('ParseUint', text, 'value out of range'));
  return ok(Number(value));
}

const DECIMAL_FLOAT = /^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)([eE][+-]?\d+(_\d+)*)?$/;

/** A decimal floating-point number, infinity or NaN. Go's hexadecimal ones are refused as bad syntax. */
export function parseGoFloat(text: string): Result<number, string> {
  const special = /^([+-]?)(inf|infinity)$|^(nan)$/i.exec(text);
  if (special) return ok(special[3] ? Number.NaN : special[1] === '-' ? -Infinity : Infinity);
  if (!DECIMAL_FLOAT.test(text)) return err(complaint('ParseFloat', text, 'invalid syntax'));
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? ok(value) : err(complaint('ParseFloat', text, 'value out of range'));
}

const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

export function parseGoBool(text: string): Result<boolean, string> {
  if (TRUE.includes(text)) return ok(true);
  return FALSE.includes(text) ? ok(false) : err(complaint('ParseBool', text, 'invalid syntax'));
}

/** fmt's %v of a float64. */
export function formatGoFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e21)) return String(value);
  const [mantissa, exponent = '+0'] = value.toExponential().split('e');
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** Whether two texts are equal but for case. */
export const equalFold = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
