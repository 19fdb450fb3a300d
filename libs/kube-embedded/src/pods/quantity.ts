const FACTORS: Record<string, number> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
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

/** A resource quantity such as 100m, 0.5, 64Mi or 1e3 as a number (cores, bytes). Undefined when it is none. */
export function quantityValue(text: string | undefined): number | undefined {
  const match = /^([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|[+-]?\.\d+)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/.exec(text?.trim() ?? '');
  if (!match) return undefined;
  return Number(match[1]) * (FACTORS[match[2] ?? ''] ?? 1);
}
