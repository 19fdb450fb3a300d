import { readFileSync } from 'node:fs';
import { GUARD, OVER, UNDER, lnBlock, lnLimit, lnMean, logSumExp } from './block-evidence.js';
import { addToInterval, intervalOf, newInterval } from './interval.js';
import { needed } from './needed.js';
import { pool } from './pool.js';
import { invest, lnE, newProcess, updateGuard, updateProcess } from './process.js';

type Block = [number, number, number, number];
interface Vectors {
  logE: { nc: number; kc: number; nb: number; kb: number; delta: number; odds: number; lnE: number }[];
  process: {
    name: string;
    kind: string;
    config: { delta: number; odds: 'OVER' | 'UNDER'; first: number; everySecond: number; cap: number; phi: number | string };
    blocks: Block[] | string;
    reserve: number;
    m0: number;
    lnE: number;
  }[];
  guard: { n: number; k: number; limit: number; odds: 'GUARD' | 'UNDER'; lnE: number }[];
  guardProcess: { name: string; limit: number; first: number; everySecond: number; reserve: number; m0: number; lnE: number }[];
  interval: { blocks: string; alphaSide: number; bounds: [number, number] }[];
  needed: { pc: number; pb: number; w: number; delta: number; alpha: number; first: number; odds: 'OVER' | 'UNDER'; requests: number }[];
  mean: { lnE: number[]; weights: number[]; lnMean: number }[];
  pool: { window: number; steps: { in: [number, number, number]; ring: [number, number][]; nb: number; kb: number }[] }[];
}

const vectors = JSON.parse(readFileSync(new URL('../testdata/judge-vectors.json', import.meta.url), 'utf8')) as Vectors;

/** Six significant digits; vectors next to zero are rounding noise of the reference and compared absolutely. */
function expectSame(actual: number, wanted: number): void {
  expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(Math.max(1e-9, Math.abs(wanted) * 1e-6));
}

/** "[5,0,95,0] x 30, invest(0.05), [25,3,75,0] x 3" as a list of steps. */
function parseBlocks(text: string): (Block | { invest: number })[] {
  return [...text.matchAll(/\[([\d,]+)\] x (\d+)|invest\(([\d.]+)\)/g)].flatMap(
    ([, block, times, share]): (Block | { invest: number })[] =>
      share === undefined ? new Array<Block>(Number(times)).fill(block?.split(',').map(Number) as Block) : [{ invest: Number(share) }],
  );
}

it('has all vectors of the reference', () => {
  const { logE, process, guard, guardProcess, interval, needed: requests, mean, pool: pools } = vectors;
  expect([logE, process, guard, guardProcess, interval, requests, mean, pools].reduce((sum, list) => sum + list.length, 0)).toBe(68);
});

it.each(vectors.logE)('block [$nc,$kc,$nb,$kb] at margin $delta and odds $odds', (v) => {
  expectSame(lnBlock(v.nc, v.kc, v.nb, v.kb, v.delta, v.odds), v.lnE);
});

it.each(vectors.process)('process: $name, $kind', (v) => {
  const process = newProcess(v.config.odds === 'OVER' ? 'over' : 'under', v.config.delta, v.config);
  let phi = typeof v.config.phi === 'number' ? v.config.phi : 1;
  for (const step of typeof v.blocks === 'string' ? parseBlocks(v.blocks) : v.blocks) {
    if (Array.isArray(step)) updateProcess(process, ...step, phi);
    else {
      invest(process, step.invest);
      phi = 2;
    }
  }
  expectSame(process.reserve, v.reserve);
  expectSame(process.m[0] as number, v.m0);
  expectSame(lnE(process), v.lnE);
});

it.each(vectors.guard)('guardrail: $k of $n bad at limit $limit, $odds', (v) => {
  const odds = v.odds === 'GUARD' ? GUARD : UNDER;
  expectSame(logSumExp(odds.map((w) => lnLimit(v.n, v.k, v.limit, w))) - Math.log(odds.length), v.lnE);
});

it.each([
  { ...vectors.guardProcess[0], counts: [...new Array<[number, number]>(5).fill([5, 0]), ...new Array<[number, number]>(3).fill([1, 1])] },
  { ...vectors.guardProcess[1], counts: [...new Array<[number, number]>(600).fill([5, 0]), [10, 10] as [number, number]] },
])('guardrail process: $name', (v) => {
  const process = newProcess('guard', v.limit as number, { first: v.first as number, everySecond: v.everySecond as number, cap: 0 });
  for (const [n, k] of v.counts) updateGuard(process, n, k, 1);
  expectSame(process.reserve, v.reserve as number);
  expectSame(process.m[0] as number, v.m0 as number);
  expectSame(lnE(process), v.lnE as number);
});

it.each(vectors.interval)('interval of $blocks', (v) => {
  const state = newInterval();
  for (const step of parseBlocks(v.blocks)) if (Array.isArray(step)) addToInterval(state, ...step);
  expect(intervalOf(state, v.alphaSide)).toEqual(v.bounds);
});

it.each(vectors.needed)('requests needed at $pc against $pb, weight $w, margin $delta', (v) => {
  const odds = v.odds === 'OVER' ? 'over' : 'under';
  expectSame(needed({ candidate: v.pc, principal: v.pb, weight: v.w }, v.delta, v.alpha, odds, v.first), v.requests);
});

it.each(vectors.mean)('weighted mean of $lnE', (v) => {
  expectSame(lnMean(v.lnE, v.weights), v.lnMean);
});

it.each(vectors.pool)('pool of principal-only seconds', (v) => {
  const ring: number[][] = [];
  v.steps.forEach((step, second) => {
    const [nc, nb, kb] = step.in;
    expect(pool(ring, v.window, second, nc, nb, [kb])).toEqual({ nb: step.nb, bad: [step.kb] });
    expect(ring.map(([, n, k]) => [n, k])).toEqual(step.ring);
  });
});

it('keeps the odds of the reference', () => {
  expect([OVER.length, UNDER.length, GUARD.length]).toEqual([10, 8, 9]);
});
