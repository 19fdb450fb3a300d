import type { Clock } from '@tidegate/kernel';

export interface DebounceLimits {
  /** Runs when nothing was asked for this long... */
  idleMs: () => number;
  /** ...and this long after the first asking at the latest. */
  maxMs: () => number;
}

export interface Debounced {
  ask(): void;
  cancel(): void;
}

/** Gathers a burst of askings into one run of `work`. */
export function debounce(clock: Clock, limits: DebounceLimits, work: () => void): Debounced {
  let firstAt: number | undefined;
  let cancelTimer: () => void = () => undefined;
  const run = (): void => {
    firstAt = undefined;
    work();
  };
  return {
    ask() {
      const now = clock.monotonic();
      firstAt ??= now;
      cancelTimer();
      cancelTimer = clock.after(Math.max(0, Math.min(limits.idleMs(), firstAt + limits.maxMs() - now)), run);
    },
    cancel() {
      cancelTimer();
      firstAt = undefined;
    },
  };
}
