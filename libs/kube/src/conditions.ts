import { timestamp } from './timestamps.js';

/** metav1.Condition, as every kind's status carries it. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  /** One CamelCase word. */
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

/**
 * The list with this condition in its place (or at the end). `lastTransitionTime` is `now` (milliseconds since the epoch) only when the
 * status changed: it says since when, not when it was last looked at. Nothing is mutated.
 */
export function setCondition(conditions: readonly Condition[], wanted: Omit<Condition, 'lastTransitionTime'>, now: number): Condition[] {
  const at = conditions.findIndex((c) => c.type === wanted.type);
  const existing = conditions[at];
  const kept = existing?.status === wanted.status ? existing.lastTransitionTime : timestamp(now);
  const made: Condition = { ...wanted, lastTransitionTime: kept };
  if (!existing) return [...conditions, made];
  return conditions.map((c, i) => (i === at ? made : c));
}

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((c) => c.type === type);
}

/** True when the condition is True, and, if a generation is given, was computed for that one. */
export function conditionIsTrue(conditions: readonly Condition[] | undefined, type: string, generation?: number): boolean {
  const found = findCondition(conditions, type);
  if (found?.status !== 'True') return false;
  return generation === undefined || found.observedGeneration === generation;
}
