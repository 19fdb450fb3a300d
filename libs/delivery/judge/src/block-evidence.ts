/** Odds for "the candidate has more bad requests", "fewer", and for absolute limits (docs: judge). */
export const OVER: readonly number[] = [1.1, 1.3, 1.6, 2, 3, 5, 10, 30, 100, 1000];
export const UNDER: readonly number[] = [0.95, 0.9, 0.8, 0.65, 0.5, 0.3, 0.1, 0.03];
export const GUARD: readonly number[] = [1.25, 1.5, 2, 3, 5, 10, 30, 100, 1000];

/**
 * Logarithm of the e-value of one block (a second): `kc` of `nc` candidate and `kb` of `nb` principal requests were bad.
 * Odds `w > 1` speak against "pc <= pb + delta (1 - pb)", `w < 1` against "pc >= pb + delta (1 - pb)".
 *
 * When the versions are equal, the split of the bad ones is hypergeometric whatever the common rate of this second is;
 * the expected likelihood ratio is bounded three ways by binomial moment generating functions (Hoeffding 1963, Theorem 4),
 * `delta` by virtual failures of the principal's good requests. The least bound gives the strongest valid evidence.
 */
export function lnBlock(nc: number, kc: number, nb: number, kb: number, delta: number, w: number): number {
  if (nc === 0 || nb === 0) return 0;
  const good = nb - kb;
  const bad = kc + kb + delta * good;
  const c1 = (nc / (nc + nb)) * (w - 1);
  const q = Math.min(1, bad / (nc + nb));
  const lnW = Math.log(w);
  let byBad = kc + kb === 0 ? 0 : (kc + kb) * ln1p(c1);
  if (delta > 0) byBad -= good * ln1p((-delta * c1) / (1 + c1));
  const byCandidate = nc * ln1p(q * (w - 1));
  const byPrincipal = bad * lnW + nb * ln1p(q * (1 / w - 1));
  return kc * lnW - Math.min(byBad, byCandidate, byPrincipal);
}

/** ln(1 + x): the slower exact function only where adding 1 would lose digits. */
function ln1p(x: number): number {
  return x > -0.01 && x < 0.01 ? Math.log1p(x) : Math.log(1 + x);
}

/** Logarithm of the Bernoulli likelihood ratio for one arm against "rate <= limit" (`w > 1`) or ">= limit" (`w < 1`). */
export function lnLimit(n: number, k: number, limit: number, w: number): number {
  return k * Math.log(w) - n * Math.log1p(limit * (w - 1));
}

/** ln(exp(a) + exp(b)) without overflow. */
export function logAddExp(a: number, b: number): number {
  const high = Math.max(a, b);
  return high === -Infinity ? high : high + Math.log1p(Math.exp(Math.min(a, b) - high));
}

/** ln of the sum of exponentials; -Infinity of an empty list. */
export function logSumExp(values: readonly number[]): number {
  let high = -Infinity;
  for (const value of values) if (value > high) high = value;
  if (high === -Infinity) return high;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - high);
  return high + Math.log(sum);
}

/** ln of the weighted mean of e-values: valid under any dependence, unlike a product (Vovk & Wang 2021). */
export function lnMean(lnE: readonly number[], weights: readonly number[]): number {
  return logSumExp(lnE.map((value, i) => value + Math.log(weights[i] ?? 0)));
}
