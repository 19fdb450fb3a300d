import type { HandAction, Release, ReleaseStatus } from '@tidegate/delivery-contract';
import {
  ACTION_ANNOTATION,
  ACTION_BY_ANNOTATION,
  ACTION_REASON_ANNOTATION,
  isHandAction,
  type DecisionReason,
} from '@tidegate/delivery-contract';
import type { Liveness } from '@tidegate/traffic-router';
import type { Evidence } from './evidence.js';
import type { ObservedVersion } from './observed.js';
import type { PlannedStep, ReleasePolicy } from './policy.js';

export interface Hand {
  action: HandAction;
  by: string;
  why: string;
  /** The same hand seen again has the same key. */
  key: string;
}

/** Everything that one look at a release rests on. `status` is what was decided so far; checks add to it. */
export interface ReleaseInput {
  now: number;
  release: Release;
  policy: ReleasePolicy;
  status: ReleaseStatus & { phase: NonNullable<ReleaseStatus['phase']>; step: number; weight: number };
  candidate: ObservedVersion;
  principal: ObservedVersion;
  /** Whether the routes as `status` wants them are written and confirmed by every proxy. */
  routes: Liveness & { written: boolean };
  evidence?: Evidence;
  hand?: Hand;
  /** Why this release must make room; undefined when it need not. */
  supersededBecause?: string;
  strategyDeleted: boolean;
  /** The Strategy itself says paused (or apply: Paused). */
  held?: string;
  takenOver?: string;
}

/** What a check found, and what follows from it. Its reason is the word that conditions, events and metrics use. */
export type Finding = { reason: string; message: string } & (
  | { then: 'roll-back'; decision: DecisionReason; by?: string }
  | { then: 'promote'; decision: DecisionReason; by?: string }
  /** Nothing moves on, and a person should know. */
  | { then: 'hold'; lookAgainAt?: number }
  | { then: 'pause'; by: string }
  | { then: 'resume'; by: string }
  | { then: 'approve'; by: string }
  | { then: 'refuse-hand' }
  /** All is well so far. */
  | { then: 'wait'; lookAgainAt?: number }
  /** The candidate's weight becomes this many parts. */
  | { then: 'move'; weight: number }
  | { then: 'advance' }
  /** The release is over: the routes are as decided, on every proxy. */
  | { then: 'finish' }
);

/** First finding wins; a check's name is its finding. */
export type Check = (input: ReleaseInput) => Finding | undefined;

export function firstFinding(checks: readonly Check[], input: ReleaseInput): Finding | undefined {
  for (const check of checks) {
    const found = check(input);
    if (found) return found;
  }
  return undefined;
}

export function stepOf(input: ReleaseInput): PlannedStep {
  const { steps } = input.policy;
  const step = steps[Math.min(input.status.step, steps.length - 1)];
  if (!step) throw new Error('a release has at least one step');
  return step;
}

export function handOn(release: Release): { hand?: Hand; unknown?: string } {
  const annotations = release.metadata?.annotations ?? {};
  const action = annotations[ACTION_ANNOTATION];
  if (action === undefined || action === '') return {};
  if (!isHandAction(action)) return { unknown: action };
  const by = annotations[ACTION_BY_ANNOTATION] ?? 'somebody with write access';
  const why = annotations[ACTION_REASON_ANNOTATION] ?? '';
  return { hand: { action, by, why, key: [action, by, why].join('|').slice(0, 500) } };
}

export function because(why: string): string {
  return why === '' ? '' : `: ${why}`;
}
