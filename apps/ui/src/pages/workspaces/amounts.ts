export interface Amount {
  name: string;
  hard: string;
}

export const amountsText = (amounts: readonly Amount[]): string => amounts.map(({ name, hard }) => `${name}=${hard}`).join('\n');

/** One limit a line; the first line that is none is told. */
export function readAmounts(text: string): Amount[] | { wrong: string } {
  const amounts: Amount[] = [];
  for (const line of text.split('\n').map((l) => l.trim())) {
    if (line === '') continue;
    const [, name, hard] = /^([A-Za-z0-9./-]+)\s*[=:]\s*([0-9.]+[A-Za-z]*)$/.exec(line) ?? [];
    if (name === undefined || hard === undefined) return { wrong: line.slice(0, 60) };
    amounts.push({ name, hard });
  }
  return amounts;
}

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity of Kubernetes as a number, for the length of a bar; what is none is nothing. */
export function amountNumber(quantity: string): number {
  const [, digits, suffix] = /^([0-9.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  return Number(digits ?? 0) * (FACTORS[suffix ?? ''] ?? 1);
}
