/**
 * Kubernetes quantities (`500m`, `1.5Gi`, `2e3`): exact decimal arithmetic on integers of 10^-9, and the canonical form that the
 * API stores (resource.Quantity.String). Formats as in k8s.io/apimachinery: BinarySI keeps Ki.., DecimalSI m..E, exponents stay exponents.
 */
const shape = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;
const binaryPower: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const decimalPower: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const NANO = 1_000_000_000n;
/** Beyond this many digits a number is not a quantity but an attack on the arithmetic. */
const maxLength = 64;

export interface Quantity {
  /** In units of 10^-9, rounded away from zero. */
  nano: bigint;
  format: 'binary' | 'decimal' | 'exponent';
}

/** Undefined when the text is no quantity. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = text.length <= maxLength ? shape.exec(text) : null;
  if (!match) return undefined;
  const [, sign, digits = '', suffix = ''] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  let value = BigInt(whole + fraction || '0') * NANO;
  let divisor = 10n ** BigInt(fraction.length);
  const binary = binaryPower[suffix];
  const exponent = /^[eE]/.test(suffix) && suffix.length > 1 ? Number(suffix.slice(1)) : decimalPower[suffix];
  if (binary !== undefined) value *= 2n ** BigInt(binary);
  else if (exponent === undefined || Math.abs(exponent) > 64) return undefined;
  else if (exponent >= 0) value *= 10n ** BigInt(exponent);
  else divisor *= 10n ** BigInt(-exponent);
  const rounded = value % divisor === 0n ? value / divisor : value / divisor + 1n;
  const isExponent = /^[eE][+-]?\d/.test(suffix);
  return { nano: sign === '-' ? -rounded : rounded, format: binary !== undefined ? 'binary' : isExponent ? 'exponent' : 'decimal' };
}

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  const sign = nano < 0n ? '-' : '';
  const size = nano < 0n ? -nano : nano;
  // Binary form holds whole numbers of at least 1024; anything else falls back to decimal, as in Kubernetes.
  if (format === 'binary' && size >= 1024n * NANO && size % NANO === 0n) return sign + formatBinary(size / NANO);
  let power = 0;
  let mantissa = size;
  while (power < decimalSuffixes.length - 1 && mantissa % 1000n === 0n) {
    mantissa /= 1000n;
    power += 1;
  }
  if (format === 'exponent') {
    const exponent = power * 3 - 9;
    return `${sign}${mantissa}${exponent === 0 ? '' : `e${exponent}`}`;
  }
  return `${sign}${mantissa}${decimalSuffixes[power] ?? ''}`;
}

function formatBinary(whole: bigint): string {
  let power = 0;
  let mantissa = whole;
  while (power < binarySuffixes.length - 1 && mantissa % 1024n === 0n) {
    mantissa /= 1024n;
    power += 1;
  }
  return `${mantissa}${binarySuffixes[power] ?? ''}`;
}

/** The stored form of a quantity given as text or number; the text itself when it is none. */
export function canonicalQuantity(value: string | number): string {
  const parsed = parseQuantity(String(value));
  return parsed ? formatQuantity(parsed) : String(value);
}

/** Negative, zero or positive; texts that are no quantity count as zero. */
export function compareQuantities(a: string, b: string): number {
  const left = parseQuantity(a)?.nano ?? 0n;
  const right = parseQuantity(b)?.nano ?? 0n;
  return left < right ? -1 : left > right ? 1 : 0;
}
