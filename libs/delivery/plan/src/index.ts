export { type Evidence, type EvidenceContext, evidenceFromCheckpoint, startEvidence, takeBatch, verdictRecord } from './evidence.js';
export { type Observed, type ObservedVersion, type ObservedWorkload, type WorkloadKind, observedVersion } from './observed.js';
export { type Action, type MadeWorkload, type Plan, describePlan } from './plan.js';
export { keysSecretName, planStrategy } from './plan-strategy.js';
export { type PlannedStep, type ReleasePolicy, releasePolicy, toParts, toPercent } from './policy.js';
export { isFinal, isPromotion, isRunning, newestFirst } from './release-phase.js';
export { templateHash } from './candidate-hash.js';
export { madeWorkloadName } from './made-workload.js';
