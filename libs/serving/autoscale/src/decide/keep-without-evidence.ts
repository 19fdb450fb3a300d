import type { DecisionState } from './decide.js';

/**
 * What a decision may do while it rests on windows in which something can be missing: grow, but not shrink. A lost log stream or a restart must
 * not look like a revision that nobody calls. `readyPods` stands for what was wanted when nothing was decided yet.
 */
export function keepWithoutEvidence(next: DecisionState, before: DecisionState, readyPods: number): DecisionState {
  const floor = before.desired >= 0 ? before.desired : readyPods;
  return next.desired >= floor ? next : { ...next, desired: floor };
}

/** Whether a whole stable window has passed since the last moment at which something can be missing. */
export function hasEvidence(blindUntilMs: number, stableWindowMs: number, nowMs: number): boolean {
  return blindUntilMs + stableWindowMs <= nowMs;
}
