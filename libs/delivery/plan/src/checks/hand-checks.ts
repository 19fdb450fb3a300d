import { because, stepOf, type Check } from '../release-input.js';

/** What people ask for, and what keeps them in charge. */

export const handPauses: Check = ({ hand, status }) => {
  if (hand?.action !== 'pause') return undefined;
  if (status.pausedBy !== undefined)
    return { then: 'refuse-hand', reason: 'AlreadyPaused', message: `the release is paused already, by ${status.pausedBy}` };
  return { then: 'pause', by: hand.by, reason: 'PausedByHand', message: `${hand.by} paused the release${because(hand.why)}` };
};

export const handResumes: Check = ({ hand, status }) => {
  if (hand?.action !== 'resume') return undefined;
  if (status.pausedBy === undefined) return { then: 'refuse-hand', reason: 'NotPaused', message: 'the release is not paused' };
  return { then: 'resume', by: hand.by, reason: 'ResumedByHand', message: `${hand.by} resumed the release${because(hand.why)}` };
};

/** At a manual gate `promote` opens the gate; anywhere else it skips what is left. */
export const handPromotes: Check = (input) => {
  const { hand, status, candidate } = input;
  if (hand?.action !== 'promote') return undefined;
  if (candidate.ready === 0) {
    return { then: 'refuse-hand', reason: 'CandidateNotReady', message: `${candidate.version} has no ready pod: it cannot be promoted` };
  }
  const atGate = stepOf(input).gate === 'Manual' && status.approved !== status.step && status.weight === stepOf(input).weight;
  if (atGate)
    return {
      then: 'approve',
      by: hand.by,
      reason: 'ApprovedByHand',
      message: `${hand.by} opened the gate of step ${status.step + 1}${because(hand.why)}`,
    };
  return {
    then: 'promote',
    decision: 'PromotedByHand',
    by: hand.by,
    reason: 'PromotedByHand',
    message: `${hand.by} promoted ${candidate.version}${because(hand.why)}`,
  };
};

export const routeIsTakenOver: Check = ({ takenOver }) =>
  takenOver === undefined ? undefined : { then: 'hold', reason: 'TakenOver', message: takenOver };

export const releaseIsPaused: Check = ({ status, held }) => {
  if (status.pausedBy !== undefined) return { then: 'wait', reason: 'PausedByHand', message: `paused by ${status.pausedBy}` };
  return held === undefined ? undefined : { then: 'wait', reason: 'StrategyPaused', message: held };
};
