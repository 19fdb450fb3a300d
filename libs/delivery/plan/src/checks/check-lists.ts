import type { ReleasePhase } from '@tidegate/delivery-contract';
import type { Check } from '../release-input.js';
import { candidateCrashes, candidateIsLate, candidateIsSuperseded, evidenceIsBad, handEndsIt, strategyIsDeleted } from './ending-checks.js';
import { handPauses, handPromotes, handResumes, releaseIsPaused, routeIsTakenOver } from './hand-checks.js';
import {
  bothVersionsFail,
  candidateHasNoPods,
  candidateIsWarmingUp,
  candidateNeedsPods,
  dataIsMissing,
  equivalenceIsNotProved,
  manualGateIsClosed,
  principalHasNoPods,
  promotionNeedsPods,
  requestsAreFew,
  routesAreAsDecided,
  signalsAreBehind,
  stepIsDone,
  stepIsTooShort,
  versionIsSuspect,
  weightIsNotLive,
  weightIsNotTheSteps,
  weightIsNotWhole,
  weightIsNotZero,
} from './step-checks.js';

/** What ends a release comes first and holds while it is paused too: a pause keeps people in charge, not users in harm. */
const ending: Check[] = [strategyIsDeleted, handEndsIt, candidateIsSuperseded, evidenceIsBad, candidateCrashes];

const underWay: Check[] = [
  ...ending,
  handPauses,
  handResumes,
  handPromotes,
  routeIsTakenOver,
  candidateHasNoPods,
  releaseIsPaused,
  candidateIsLate,
  candidateNeedsPods,
  weightIsNotTheSteps,
  weightIsNotLive,
  dataIsMissing,
  versionIsSuspect,
  bothVersionsFail,
  stepIsTooShort,
  manualGateIsClosed,
  signalsAreBehind,
  candidateIsWarmingUp,
  requestsAreFew,
  equivalenceIsNotProved,
  stepIsDone,
];

const promoting: Check[] = [
  ...ending,
  handPauses,
  handResumes,
  routeIsTakenOver,
  candidateHasNoPods,
  releaseIsPaused,
  candidateIsLate,
  promotionNeedsPods,
  weightIsNotWhole,
  weightIsNotLive,
  routesAreAsDecided,
];

const rollingBack: Check[] = [routeIsTakenOver, principalHasNoPods, weightIsNotZero, weightIsNotLive, routesAreAsDecided];

export function checksFor(phase: ReleasePhase, isPromoting: boolean): readonly Check[] {
  switch (phase) {
    case 'RollingBack':
      return rollingBack;
    case 'Promoting':
      return promoting;
    case 'Preparing':
    case 'Progressing':
    case 'Holding':
    case 'Paused':
      return isPromoting ? promoting : underWay;
    case 'Promoted':
    case 'RolledBack':
      return [];
  }
}
