import { toPercent } from '../policy.js';
import { because, stepOf, type Check, type ReleaseInput } from '../release-input.js';
import { neededPods } from '../capacity.js';

/** What ends a release at once, whatever it was waiting for. */

export const strategyIsDeleted: Check = ({ strategyDeleted, release }) =>
  strategyDeleted
    ? {
        then: 'roll-back',
        decision: 'StrategyDeleted',
        reason: 'StrategyDeleted',
        message: `Strategy ${release.spec.strategy} was deleted`,
      }
    : undefined;

export const handEndsIt: Check = ({ hand }) => {
  if (hand?.action === 'abort') {
    return {
      then: 'roll-back',
      decision: 'AbortedByHand',
      reason: 'AbortedByHand',
      message: `${hand.by} aborted the release${because(hand.why)}`,
      by: hand.by,
    };
  }
  if (hand?.action === 'rollback') {
    return {
      then: 'roll-back',
      decision: 'RolledBackByHand',
      reason: 'RolledBackByHand',
      message: `${hand.by} rolled the release back${because(hand.why)}`,
      by: hand.by,
    };
  }
  return undefined;
};

export const candidateIsSuperseded: Check = ({ supersededBecause }) =>
  supersededBecause === undefined
    ? undefined
    : { then: 'roll-back', decision: 'Superseded', reason: 'Superseded', message: supersededBecause };

export const evidenceIsBad: Check = ({ evidence, release, status }) => {
  const verdict = evidence?.verdict;
  if (verdict?.kind !== 'Worse') return undefined;
  const at = `at ${toPercent(status.weight)} % of the requests`;
  return verdict.rule === 'guardrail'
    ? {
        then: 'roll-back',
        decision: 'Guardrail',
        reason: 'Guardrail',
        message: `${release.spec.candidate} broke the limit ${verdict.metric} ${at}`,
      }
    : {
        then: 'roll-back',
        decision: 'Worse',
        reason: 'Worse',
        message: `${release.spec.candidate} is worse than ${release.spec.principal}: ${verdict.metric} ${at}`,
      };
};

export const candidateCrashes: Check = ({ candidate }) =>
  candidate.crashing === undefined
    ? undefined
    : { then: 'roll-back', decision: 'CandidateCrashes', reason: 'CandidateCrashes', message: candidate.crashing };

/** Its pods are gone or not ready for the whole progress deadline. */
export const candidateIsLate: Check = (input) => {
  const { status, now, policy, candidate } = input;
  if (status.waitingSince === undefined) return undefined;
  const waitedMs = now - Date.parse(status.waitingSince);
  if (waitedMs < policy.progressDeadlineMs) return undefined;
  const needed = neededPods(stepOf(input).weight, principalReplicas(input), policy.spec.apply);
  const served = status.trafficSince !== undefined;
  const decision = served ? 'CandidateGone' : 'CandidateNeverReady';
  const trouble = candidate.trouble === undefined ? '' : ` ${candidate.trouble}`;
  const message = `${candidate.version} had ${candidate.ready} of ${needed} ready pods for ${policy.spec.progressDeadline}.${trouble}`;
  return { then: 'roll-back', decision, reason: decision, message };
};

export function principalReplicas({ principal }: ReleaseInput): number {
  return Math.max(principal.workload?.replicas ?? 0, principal.ready);
}
