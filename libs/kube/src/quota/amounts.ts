import { formatQuantity, parseQuantity, type Quantity } from '../quantity.js';

/** Quantities by resource name, e.g. `requests.cpu`. Texts are those of the API; sums are exact. */
export type Amounts = Readonly<Record<string, string>>;

const NOTHING: Quantity = { nano: 0n, format: 'decimal' };
const quantityOf = (text: string | undefined): Quantity => parseQuantity(text ?? '0') ?? NOTHING;

function combine(a: Amounts, b: Amounts, sign: bigint): Amounts {
  const result: Record<string, string> = { ...a };
  for (const [name, text] of Object.entries(b)) {
    const [left, right] = [quantityOf(a[name]), quantityOf(text)];
    // As in Go's: nothing has no format of its own.
    result[name] = formatQuantity({ nano: left.nano + sign * right.nano, format: left.nano === 0n ? right.format : left.format });
  }
  return result;
}

export const add = (a: Amounts, b: Amounts): Amounts => combine(a, b, 1n);
export const subtract = (a: Amounts, b: Amounts): Amounts => combine(a, b, -1n);

/** Only the names in `kept`. */
export function pick(amounts: Amounts, kept: readonly string[]): Amounts {
  return Object.fromEntries(kept.flatMap((name) => (amounts[name] === undefined ? [] : [[name, amounts[name]]])));
}

/** Only what is more than nothing. */
export function positive(amounts: Amounts): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([, text]) => quantityOf(text).nano > 0n));
}

/** Names of which `used` is more than `limit` allows. */
export function exceeded(used: Amounts, limit: Amounts): string[] {
  return Object.keys(used).filter((name) => limit[name] !== undefined && quantityOf(used[name]).nano > quantityOf(limit[name]).nano);
}

/** The greater of both for each name. */
export function greatest(a: Amounts, b: Amounts): Amounts {
  const result: Record<string, string> = { ...a };
  for (const [name, text] of Object.entries(b)) if (quantityOf(text).nano > quantityOf(a[name]).nano) result[name] = text;
  return result;
}

/** `cpu=1,pods=2`, as Kubernetes' messages have it. */
export function amountsText(amounts: Amounts): string {
  return Object.keys(amounts)
    .sort()
    .map((name) => `${name}=${amounts[name] ?? ''}`)
    .join(',');
}
