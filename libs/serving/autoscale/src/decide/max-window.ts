/** The largest of what was recorded in the newest `size` ticks. A value: recording gives another one. */
export interface MaxWindow {
  readonly size: number;
  /** Falling values with rising ticks: each is the largest since its tick. At most `size` of them. */
  readonly maxima: readonly { tick: number; value: number }[];
}

/** `size` at least 1. */
export function emptyMaxWindow(size: number): MaxWindow {
  return { size, maxima: [] };
}

/** Ticks must not go back; of several values of one tick the largest counts. */
export function recordMaximum(window: MaxWindow, tick: number, value: number): MaxWindow {
  const kept = window.maxima.filter((m) => tick - m.tick < window.size && m.value > value);
  // What is kept of this very tick is larger.
  return { size: window.size, maxima: kept.at(-1)?.tick === tick ? kept : [...kept, { tick, value }] };
}

/** 0 when nothing was recorded. */
export function currentMaximum(window: MaxWindow): number {
  return window.maxima[0]?.value ?? 0;
}
