import { OVER, UNDER, lnBlock, logSumExp } from './block-evidence.js';
import type { JudgeState } from './types.js';

const STEPS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
/** Differences of bad shares that the interval is inverted on; its bounds are "at least" and "at most" such values. */
export const MARGINS: readonly number[] = [...STEPS.map((v) => -v).reverse(), 0, ...STEPS];
/** Seconds pooled into one block: the strata stay short, the cost small. */
const BLOCK_SECONDS = 10;

type IntervalState = JudgeState['interval'];

export function newInterval(): IntervalState {
  const start = (odds: readonly number[]): number[][] => MARGINS.map(() => odds.map(() => rounded(-Math.log(odds.length))));
  return { lower: start(OVER), upper: start(UNDER), block: [0, 0, 0, 0, 0] };
}

/** Adds one second; pooled until ten are there. Changes `state`. */
export function addToInterval(state: IntervalState, nc: number, kc: number, nb: number, kb: number): void {
  const [a = 0, b = 0, c = 0, d = 0, seconds = 0] = state.block;
  state.block = [a + nc, b + kc, c + nb, d + kb, seconds + 1];
  if (seconds + 1 >= BLOCK_SECONDS) closeIntervalBlock(state);
}

/** Ends the block, so that no block spans two weights. Changes `state`. */
export function closeIntervalBlock(state: IntervalState): void {
  const [nc = 0, kc = 0, nb = 0, kb = 0] = state.block;
  state.block = [0, 0, 0, 0, 0];
  if (nc === 0 || nb === 0) return;
  state.lower = state.lower.map((m, i) => withBlock(m, OVER, MARGINS[i] as number, nc, kc, nb, kb));
  state.upper = state.upper.map((m, i) => withBlock(m, UNDER, MARGINS[i] as number, nc, kc, nb, kb));
}

/**
 * [lower, upper] bound of the candidate's bad share minus the principal's (of the requests the other serves well), each
 * side wrong with chance `alphaSide` at any time; -1 and 1 when nothing is excluded yet.
 */
export function intervalOf(state: IntervalState, alphaSide: number): [number, number] {
  const now: IntervalState = { lower: state.lower, upper: state.upper, block: state.block };
  closeIntervalBlock(now);
  const target = Math.log(1 / alphaSide);
  let lower = -1;
  let upper = 1;
  MARGINS.forEach((margin, i) => {
    if (logSumExp(now.lower[i] as number[]) >= target) lower = Math.max(lower, margin);
    if (logSumExp(now.upper[i] as number[]) >= target) upper = Math.min(upper, margin);
  });
  return [lower, upper];
}

/** On the other side of zero the arms change places: odds are inverted and the margin counts for the principal. */
function withBlock(
  m: readonly number[],
  odds: readonly number[],
  margin: number,
  nc: number,
  kc: number,
  nb: number,
  kb: number,
): number[] {
  return m.map((value, j) => {
    const w = odds[j] as number;
    return rounded(value + (margin >= 0 ? lnBlock(nc, kc, nb, kb, margin, w) : lnBlock(nb, kb, nc, kc, -margin, 1 / w)));
  });
}

/** Six decimals are plenty for a display and keep the saved state small. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
