import { formatDuration } from '@tidegate/kernel';
import { WHOLE } from '@tidegate/traffic-router';
import { lackOfPods, neededPods } from '../capacity.js';
import { toPercent } from '../policy.js';
import { stepOf, type Check, type Finding, type ReleaseInput } from '../release-input.js';
import { principalReplicas } from './ending-checks.js';

/** What has to hold, in this order, before a step is over. */

/** Never send requests to a version without a ready pod: its weight goes to the principal until it is back. */
export const candidateHasNoPods: Check = ({ candidate, status, principal }) =>
  candidate.ready === 0 && status.weight > 0 && principal.ready > 0
    ? {
        then: 'move',
        weight: 0,
        reason: 'CandidateNotReady',
        message: `${candidate.version} has no ready pod left; all requests go to ${principal.version}`,
      }
    : undefined;

export const candidateNeedsPods: Check = (input) => {
  const step = stepOf(input);
  const needed = neededPods(step.weight, principalReplicas(input), input.policy.spec.apply);
  const lack = lackOfPods(input.candidate, needed, toPercent(step.weight));
  return lack === undefined ? undefined : { then: 'wait', reason: 'CandidateNotReady', message: lack, lookAgainAt: deadline(input) };
};

export const weightIsNotTheSteps: Check = (input) => {
  const { weight } = stepOf(input);
  return input.status.weight === weight
    ? undefined
    : { then: 'move', weight, reason: 'WeightChanged', message: `${input.candidate.version} gets ${toPercent(weight)} % of the requests` };
};

export const weightIsNotLive: Check = ({ routes, status, now, strategyDeleted }) => {
  if (routes.written && routes.live) return undefined;
  // A Strategy that goes away does not wait for ever for a gateway that is gone too.
  if (strategyDeleted && status.weightSince !== undefined && now - Date.parse(status.weightSince) > DELETION_PATIENCE_MS) return undefined;
  const message = routes.written ? routes.message : 'the routes are being written';
  return { then: 'wait', reason: 'WeightNotLive', message: message === '' ? 'the proxies have not confirmed the routes yet' : message };
};
const DELETION_PATIENCE_MS = 30_000;

/** No data is not bad data: what it means is the policy's to say. */
export const dataIsMissing: Check = (input) => {
  const { evidence, policy, now, candidate } = input;
  const step = stepOf(input);
  if (!step.expectsTraffic || step.gate === 'Time') return undefined;
  const since = Math.max(liveSince(input), (evidence?.lastRequest ?? -1) * 1000);
  if (now - since < policy.noDataAfterMs) return undefined;
  const what = `${candidate.version} got no requests that were seen for ${policy.spec.analysis.noDataAfter}`;
  switch (policy.spec.analysis.noData) {
    case 'Hold':
      return { then: 'hold', reason: 'NoData', message: `${what}; the policy is to hold` };
    case 'Fail':
      return { then: 'roll-back', decision: 'NoDataFails', reason: 'NoDataFails', message: `${what}; the policy is to fail` };
    case 'Pass':
      return now - liveSince(input) < step.holdMs ? undefined : passStep(input, 'NoDataPasses', `${what}; the policy is to pass`);
  }
};

export const versionIsSuspect: Check = (input) => {
  const verdict = input.evidence?.verdict;
  if (verdict?.kind !== 'Suspect' || stepOf(input).gate === 'Time') return undefined;
  const { candidate, principal } = input;
  const what =
    verdict.rule === 'no-answers'
      ? `${candidate.version} has open requests and answers none`
      : `${candidate.version} is proved worse than ${principal.version} (${verdict.metric}), not yet by more than the tolerance`;
  if (isOverdue(input)) {
    const message = `${what}, for ${input.policy.spec.analysis.maximumDuration}`;
    return { then: 'roll-back', decision: 'SuspectTooLong', reason: 'SuspectTooLong', message };
  }
  return { then: 'hold', reason: 'Suspect', message: what, lookAgainAt: overdueAt(input) };
};

export const bothVersionsFail: Check = (input) => {
  const verdict = input.evidence?.verdict;
  if (verdict?.kind !== 'NotYet' || verdict.because !== 'both-fail') return undefined;
  return {
    then: 'hold',
    reason: 'BothFail',
    message: `${input.candidate.version} and ${input.principal.version} both break a limit: this is not the candidate's alone`,
  };
};

export const stepIsTooShort: Check = (input) => {
  const endsAt = liveSince(input) + stepOf(input).holdMs;
  if (input.now >= endsAt) return undefined;
  const hold = formatDuration(stepOf(input).holdMs);
  return { then: 'wait', reason: 'StepHolds', message: `the weight stays for ${hold}`, lookAgainAt: endsAt };
};

/** Only a verdict about this step, from seconds in which its weight was live, counts. */
export const signalsAreBehind: Check = (input) => {
  const { evidence, status } = input;
  if (stepOf(input).gate !== 'Verdict') return undefined;
  if (evidence && evidence.step === status.step && evidence.second * 1000 >= liveSince(input) - 1000) return undefined;
  return waitOrOverdue(input, 'SignalsBehind', 'no signals since the weight is live');
};

export const candidateIsWarmingUp: Check = (input) => {
  const verdict = input.evidence?.verdict;
  if (stepOf(input).gate !== 'Verdict' || verdict?.kind !== 'NotYet' || verdict.because !== 'warming-up') return undefined;
  return { then: 'wait', reason: 'WarmingUp', message: `${input.candidate.version} warms up for ${input.policy.spec.analysis.warmup}` };
};

export const requestsAreFew: Check = (input) => {
  const step = stepOf(input);
  if (step.gate !== 'Verdict') return undefined;
  const seen = input.evidence?.stepRequests ?? 0;
  if (seen >= step.minimumRequests) return undefined;
  return waitOrOverdue(input, 'FewRequests', `${input.candidate.version} must answer ${step.minimumRequests} requests in this step`);
};

export const manualGateIsClosed: Check = (input) => {
  if (stepOf(input).gate !== 'Manual' || input.status.approved === input.status.step) return undefined;
  return { then: 'hold', reason: 'WaitsForApproval', message: `step ${input.status.step + 1} waits for a person: promote, or abort` };
};

export const equivalenceIsNotProved: Check = (input) => {
  if (!stepOf(input).deciding || stepOf(input).gate !== 'Verdict') return undefined;
  const verdict = input.evidence?.verdict;
  if (verdict?.kind === 'Equivalent' || verdict?.kind === 'Better') return undefined;
  return waitOrOverdue(input, 'EvidenceNotEnough', `${input.candidate.version} is not proved as good as ${input.principal.version} yet`);
};

export const stepIsDone: Check = (input) => {
  const better = input.evidence?.verdict.kind === 'Better';
  if (!input.policy.steps.some((s) => s.deciding)) {
    return passStep(input, 'NotCompared', `${input.candidate.version} kept its limits; the versions were not compared`);
  }
  const words = better ? 'better than' : 'as good as';
  return passStep(
    input,
    better ? 'Better' : 'Equivalent',
    `${input.candidate.version} is ${words} ${input.principal.version}, within the tolerance`,
  );
};

export const promotionNeedsPods: Check = (input) => {
  const needed = neededPods(WHOLE, principalReplicas(input), input.policy.spec.apply);
  const lack = lackOfPods(input.candidate, needed, 100);
  return lack === undefined || input.status.weight === WHOLE
    ? undefined
    : { then: 'wait', reason: 'CandidateNotReady', message: lack, lookAgainAt: deadline(input) };
};

export const weightIsNotWhole: Check = ({ status, candidate }) =>
  status.weight === WHOLE
    ? undefined
    : { then: 'move', weight: WHOLE, reason: 'WeightChanged', message: `${candidate.version} gets all requests` };

/** A way back to a version without pods would lose every request: the candidate keeps what it has until the principal is back. */
export const principalHasNoPods: Check = ({ status, principal, candidate }) =>
  status.weight > 0 && principal.ready === 0 && candidate.ready > 0
    ? {
        then: 'hold',
        reason: 'PrincipalNotReady',
        message: `${principal.version} has no ready pod to go back to; ${candidate.version} keeps its requests until it has`,
      }
    : undefined;

export const weightIsNotZero: Check = ({ status, principal }) =>
  status.weight === 0
    ? undefined
    : { then: 'move', weight: 0, reason: 'WeightChanged', message: `all requests go to ${principal.version}` };

export const routesAreAsDecided: Check = ({ status, candidate, principal }) => ({
  then: 'finish',
  reason: status.decision?.reason ?? 'Finished',
  message: status.phase === 'Promoting' ? `${candidate.version} serves all requests` : `${principal.version} serves all requests`,
});

function passStep(
  input: ReleaseInput,
  decision: 'Equivalent' | 'Better' | 'NotCompared' | 'NoDataPasses' | 'MaximumDurationPasses',
  message: string,
): Finding {
  const isLast = input.status.step >= input.policy.steps.length - 1;
  return isLast ? { then: 'promote', decision, reason: decision, message } : { then: 'advance', reason: 'StepDone', message };
}

function waitOrOverdue(input: ReleaseInput, reason: string, message: string): Finding {
  if (!isOverdue(input)) return { then: 'wait', reason, message, lookAgainAt: overdueAt(input) };
  const { atMaximum, maximumDuration } = input.policy.spec.analysis;
  const late = `${message}, after ${maximumDuration}`;
  switch (atMaximum) {
    case 'Hold':
      return { then: 'hold', reason: 'MaximumDuration', message: `${late}; promote or abort by hand` };
    case 'Promote':
      return passStep(input, 'MaximumDurationPasses', `${late}; the policy is to go on`);
    case 'Rollback':
      return {
        then: 'roll-back',
        decision: 'MaximumDurationFails',
        reason: 'MaximumDurationFails',
        message: `${late}; the policy is to roll back`,
      };
  }
}

function liveSince({ status, now }: ReleaseInput): number {
  return status.liveSince === undefined ? now : Date.parse(status.liveSince);
}
function overdueAt(input: ReleaseInput): number {
  return liveSince(input) + input.policy.maximumDurationMs;
}
function isOverdue(input: ReleaseInput): boolean {
  return input.now >= overdueAt(input);
}
function deadline({ status, policy }: ReleaseInput): number | undefined {
  return status.waitingSince === undefined ? undefined : Date.parse(status.waitingSince) + policy.progressDeadlineMs;
}
