import { OVER, UNDER, lnBlock } from './block-evidence.js';
import type { Process } from './types.js';

export interface ExpectedRates {
  /** Bad shares of candidate and principal, for example (k + 0.5) / (n + 1). */
  candidate: number;
  principal: number;
  /** Share of all requests that the candidate gets, 0..1. */
  weight: number;
}

const ODDS = { over: OVER, under: UNDER, guard: OVER } as const;

/** Expected evidence per candidate request at these rates, in nats: lnBlock is homogeneous, so a block of one request tells. */
function gainPerRequest(rates: ExpectedRates, delta: number, w: number): number {
  const nc = rates.weight;
  const nb = 1 - rates.weight;
  return lnBlock(nc, nc * rates.candidate, nb, nb * rates.principal, delta, w) / nc;
}

/**
 * Candidate requests until a new process rejects at `alpha`, about (the median is 0.7 to 1.1 times it, the 95th percentile
 * up to 2.5 times); Infinity when it never will at these rates. `first` = the share of money invested at the start.
 */
export function needed(rates: ExpectedRates, delta: number, alpha: number, odds: 'over' | 'under', first: number): number {
  const list = ODDS[odds];
  let best = 0;
  for (const w of list) best = Math.max(best, gainPerRequest(rates, delta, w));
  return best > 0 ? (Math.log(1 / alpha) + Math.log(list.length / first)) / best : Infinity;
}

/** Like `needed`, but counting the evidence that a running process has already. */
export function neededStill(process: Process, rates: ExpectedRates, alpha: number): number {
  const list = ODDS[process.odds];
  const target = Math.log(1 / alpha);
  let least = Infinity;
  for (let j = 0; j < list.length; j++) {
    const gain = gainPerRequest(rates, process.delta, list[j] as number);
    if (gain > 0) least = Math.min(least, Math.max(0, target - (process.m[j] ?? 0)) / gain);
  }
  return least;
}
