import { LATENCY_BOUNDS_MS } from '@tidegate/signals';
import type { JudgedMetric, MetricState } from './types.js';

/** The history must grow by this factor before thresholds are chosen again. */
const REGROWTH = 1.1;

export const latencyBuckets = LATENCY_BOUNDS_MS.length + 1;

/** Requests slower than the bound at `index`. */
export function slowerThan(latency: readonly number[], index: number): number {
  let sum = 0;
  for (let i = index + 1; i < latency.length; i++) sum += latency[i] as number;
  return sum;
}

/** Index of the first bound at or above `ms`; the last one when all are lower. */
export function boundIndexFor(ms: number): number {
  const index = LATENCY_BOUNDS_MS.findIndex((bound) => bound >= ms - 1e-9);
  return index < 0 ? LATENCY_BOUNDS_MS.length - 1 : index;
}

/** Earlier principal requests that a level needs before it is judged: 200, and ten in the tail (1,000 for p99). */
export function historyNeeded(level: number): number {
  return Math.max(200, Math.round(10 / (1 - level)));
}

/**
 * Bound whose tail share in the principal's history is nearest to 1 - level on a log scale, and the smallest bound that
 * is at least `tolerance` slower. Only earlier seconds go in, so the choice can be made before the outcome is known.
 */
export function chooseBounds(
  history: readonly number[],
  total: number,
  level: number,
  tolerance: number,
): NonNullable<MetricState['bounds']> {
  const wanted = 1 - level;
  let tail = 0;
  let best = LATENCY_BOUNDS_MS.length - 1;
  let bestRatio = Infinity;
  for (let i = LATENCY_BOUNDS_MS.length - 1; i >= 0; i--) {
    tail += history[i + 1] as number;
    const share = (tail + 0.5) / (total + 1);
    const ratio = share > wanted ? share / wanted : wanted / share;
    if (ratio <= bestRatio) {
      bestRatio = ratio;
      best = i;
    }
  }
  return { principal: best, tolerated: boundIndexFor((LATENCY_BOUNDS_MS[best] as number) * (1 + tolerance)) };
}

/** Bounds of each metric from the history. Call only while no seconds wait in the pool: they were counted by the old bounds. */
export function refreshBounds(
  metrics: readonly JudgedMetric[],
  states: MetricState[],
  history: readonly number[],
  historyAtBounds: number,
): number {
  let total = 0;
  for (const count of history) total += count;
  const open = states.some((state, i) => state.bounds === null && levelIsReady(metrics[i], total));
  if (!open && total < historyAtBounds * REGROWTH) return historyAtBounds;
  metrics.forEach((metric, i) => {
    if (metric.kind === 'latency-level' && levelIsReady(metric, total)) {
      (states[i] as MetricState).bounds = chooseBounds(history, total, metric.level, metric.tolerance);
    }
  });
  return total;
}

function levelIsReady(metric: JudgedMetric | undefined, total: number): boolean {
  return metric?.kind === 'latency-level' && total >= historyNeeded(metric.level);
}
