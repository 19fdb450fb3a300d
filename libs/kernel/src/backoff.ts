export interface BackoffShape {
  baseMs: number;
  maxMs: number;
  /** Growth per attempt; 2 doubles. */
  factor?: number;
  /** Share of the delay that is random, 0..1; full jitter is 1. */
  jitter?: number;
}

/** Delay before attempt `attempt` (0 = first retry), in milliseconds. `random` is in [0,1). */
export function backoffMs(attempt: number, shape: BackoffShape, random: number): number {
  const raw = Math.min(shape.maxMs, shape.baseMs * (shape.factor ?? 2) ** attempt);
  const jitter = shape.jitter ?? 0.5;
  return raw * (1 - jitter) + raw * jitter * random;
}
