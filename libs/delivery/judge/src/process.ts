import { GUARD, OVER, UNDER, lnBlock, lnLimit, logAddExp, logSumExp } from './block-evidence.js';
import type { Process } from './types.js';

const ODDS: Record<Process['odds'], readonly number[]> = { over: OVER, under: UNDER, guard: GUARD };

/**
 * A mixture over odds of products of block e-values. `first` is invested at once, the rest waits in `reserve` for
 * restarts, so that a good half hour can't hide a later failure. The weights of all restarts sum to 1: still a martingale.
 */
export function newProcess(odds: Process['odds'], delta: number, money: { first: number; everySecond: number; cap: number }): Process {
  const count = ODDS[odds].length;
  const start = Math.log(money.first / count);
  return { odds, delta, cap: money.cap, everySecond: money.everySecond, reserve: 1 - money.first, m: new Array<number>(count).fill(start) };
}

export function copyProcess(process: Process): Process {
  // Field by field: three times as fast as spreading, and done twenty times per second and release.
  const { odds, delta, cap, everySecond, reserve, m } = process;
  return { odds, delta, cap, everySecond, reserve, m: m.slice() };
}

/** Restarts with `share` of the money. Call before the outcome is used. Changes `process`. */
export function invest(process: Process, share: number): void {
  const value = Math.min(share, process.reserve);
  if (value <= 0) return;
  process.reserve -= value;
  const each = Math.log(value / process.m.length);
  for (let j = 0; j < process.m.length; j++) process.m[j] = logAddExp(process.m[j] as number, each);
}

/** Applies one block of both arms. The cap keeps any single second from deciding; `phi` divides the evidence. Changes `process`. */
export function updateProcess(process: Process, nc: number, kc: number, nb: number, kb: number, phi: number): void {
  invest(process, process.everySecond);
  if (nc === 0 || nb === 0) return;
  const odds = ODDS[process.odds];
  for (let j = 0; j < odds.length; j++) {
    const gain = lnBlock(nc, kc, nb, kb, process.delta, odds[j] as number);
    process.m[j] = (process.m[j] as number) + (gain < process.cap ? gain : process.cap) / phi;
  }
}

/** Applies `k` bad of `n` requests of one arm against the limit `delta`. Changes `process`. */
export function updateGuard(process: Process, n: number, k: number, phi: number): void {
  invest(process, process.everySecond);
  const odds = ODDS[process.odds];
  for (let j = 0; j < odds.length; j++) {
    process.m[j] = (process.m[j] as number) + lnLimit(n, k, process.delta, odds[j] as number) / phi;
  }
}

/** Logarithm of the e-value now; reject the hypothesis at `alpha` when it is at least ln(1/alpha), at any time. */
export function lnE(process: Process): number {
  const invested = logSumExp(process.m);
  return process.reserve > 0 ? logAddExp(invested, Math.log(process.reserve)) : invested;
}
