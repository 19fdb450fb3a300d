export interface Share {
  key: string;
  /** Whole percent. */
  percent: number;
}

/**
 * One share is set and the others make room in proportion to what they had (evenly when they had nothing), so that all whole percents
 * sum to 100. The largest remainders get what rounding leaves.
 */
export function rebalance(shares: readonly Share[], key: string, percent: number): Share[] {
  if (shares.length === 1) return shares.map((s) => ({ ...s, percent: 100 }));
  const wanted = Math.min(100, Math.max(0, Math.round(percent)));
  const others = shares.filter((s) => s.key !== key);
  const had = others.reduce((sum, s) => sum + s.percent, 0);
  const left = 100 - wanted;
  const exact = others.map((s) => ({ key: s.key, exact: had === 0 ? left / others.length : (s.percent / had) * left }));
  const floors = new Map(exact.map((e) => [e.key, Math.floor(e.exact)]));
  const missing = left - [...floors.values()].reduce((sum, v) => sum + v, 0);
  const byRemainder = exact.toSorted((a, b) => (b.exact % 1) - (a.exact % 1));
  for (const { key: k } of byRemainder.slice(0, missing)) floors.set(k, (floors.get(k) ?? 0) + 1);
  return shares.map((s) => ({ key: s.key, percent: s.key === key ? wanted : (floors.get(s.key) ?? 0) }));
}
