/**
 * Shares of requests in millionths. Envoy draws one random number for a request and takes the first matching route with
 * `number % 1000000 < numerator`, so consecutive routes carry the upper bound of their interval: shares never overlap and sum to one.
 */
export const WHOLE = 1_000_000;

export interface Interval {
  from: number;
  /** Exclusive. */
  to: number;
}

/** One interval for each weight, in order; weight 0 gives an empty one. A sum of 0 gives only empty ones. */
export function intervalsOf(weights: readonly number[], within: Interval = { from: 0, to: WHOLE }): Interval[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  let before = 0;
  return weights.map((weight) => {
    const from = sum === 0 ? 0 : before / sum;
    before += weight;
    const to = sum === 0 ? 0 : before / sum;
    return nest({ from: Math.round(from * WHOLE), to: Math.round(to * WHOLE) }, within);
  });
}

/** The part of `outer` that `inner` (a share of the whole) stands for. */
export function nest(inner: Interval, outer: Interval): Interval {
  const width = outer.to - outer.from;
  return { from: outer.from + Math.round((inner.from * width) / WHOLE), to: outer.from + Math.round((inner.to * width) / WHOLE) };
}

/** `runtime_fraction` of the interval's upper bound; none when everything that came so far matches. */
export function runtimeFraction(to: number): { default_value: { numerator: number; denominator: 'MILLION' } } | undefined {
  return to >= WHOLE ? undefined : { default_value: { numerator: to, denominator: 'MILLION' } };
}
