import type { JudgedMetric, JudgeSettings } from './types.js';

/** Cap in nats so that no fewer than `seconds` seconds decide (docs: judge, patience: 2 s -> 5, 10 s -> 0.8, 20 s -> 0.4). */
export function capOfPatience(seconds: number): number {
  return 7.6 / (Math.max(2, seconds) - 0.5);
}

/** Error rate with weight 1/2, latency levels sharing the other half; without levels the error rate alone. */
export function metricsOf(errorTolerance: number, latencyTolerance: number, levels: readonly number[]): JudgedMetric[] {
  const errors: JudgedMetric = {
    kind: 'failed',
    name: 'error-rate',
    tolerance: errorTolerance,
    weight: levels.length > 0 ? 0.5 : 1,
    equivalentRequired: true,
  };
  const latency = levels.map((level): JudgedMetric => {
    const name = `latency-p${String(Math.round(level * 10_000) / 100).replace('.', '')}`;
    return { kind: 'latency-level', name, level, tolerance: latencyTolerance, weight: 0.5 / levels.length, equivalentRequired: true };
  });
  return [errors, ...latency];
}

/** Defaults for a service of 10 to 500 requests/s; below, widen the tolerance, above, narrow it. */
export const defaultJudgeSettings: JudgeSettings = {
  mode: 'compare',
  alpha: 0.01,
  beta: 0.05,
  metrics: metricsOf(0.005, 0.2, [0.5, 0.9, 0.99]),
  guardrails: [{ kind: 'failed', name: 'success-rate', limit: 0.01, alpha: 0.01 }],
  warmupSeconds: 30,
  warmupFailureLimit: 0.5,
  poolSeconds: 10,
  capNats: 5,
  phi: 1,
  minimumBad: 3,
  steps: 1,
  maximumDurationSeconds: 3600,
};
