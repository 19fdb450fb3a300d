export { type ScalingAnnotations, readScalingAnnotations } from './annotations.js';
export { type Aggregation, type ScalingSettings, resolveSettings } from './scaling-settings.js';
export { MetricWindow, smoothingCoefficient } from './load/metric-window.js';
export { type LoadReport, type RevisionReport, revisionKey } from './load/load-report.js';
export { RequestLedger } from './load/request-ledger.js';
export { LoadBook, type WindowLoad, type WindowSettings } from './load/load-book.js';
export {
  type DecisionSettings,
  type DecisionState,
  type ObservedLoad,
  TICK_MS,
  beginDeciding,
  decide,
  decideToWake,
} from './decide/decide.js';
export { hasEvidence, keepWithoutEvidence } from './decide/keep-without-evidence.js';
export { type ScaleInput, type ScalePlan, type Since, planScale } from './scale/plan-scale.js';
export { type ObservedPod, type PodsInput, type PodsPlan, planPods } from './scale/plan-pods.js';
export { type StatusInput, activeFinding, leastReady, planStatus } from './scale/plan-status.js';
export { bypassingService } from './scale/bypassing-service.js';
export { planHpa } from './scale/plan-hpa.js';
export { type ObservedRevision, type RevisionPlan, planRevision, sinceOf } from './scale/plan-revision.js';
