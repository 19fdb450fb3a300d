import type { Declarations } from '../cel/check.js';
import { CelError, CostExceeded } from '../cel/values.js';
import { compiledCondition, type Evaluation, type Named } from './environment.js';

export type ConditionsMet = { met: boolean; problem?: undefined } | { problem: string };

/** One condition that is false settles it, whatever goes wrong with others. */
export function conditionsMet(conditions: readonly Named[], names: Declarations, evaluation: Evaluation): ConditionsMet {
  const problems: string[] = [];
  for (const { expression } of conditions) {
    const made = compiledCondition(expression, names);
    if (!made.ok) {
      problems.push(`compilation error: ${made.problem}`);
      continue;
    }
    try {
      if (evaluation.run(made.compiled) !== true) return { met: false };
    } catch (error) {
      if (!(error instanceof CelError || error instanceof CostExceeded)) throw error;
      problems.push(`expression '${expression}' resulted in error: ${error.message}`);
      if (error instanceof CostExceeded) break;
    }
  }
  if (problems.length === 0) return { met: true };
  return { problem: problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]` };
}
