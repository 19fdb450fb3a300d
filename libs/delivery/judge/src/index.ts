export type {
  Arm,
  GuardRecord,
  Guardrail,
  JudgeSamples,
  JudgeSettings,
  JudgeState,
  JudgedMetric,
  MetricRecord,
  NotYetReason,
  OpenRequests,
  Process,
  Remaining,
  Verdict,
  VerdictRecord,
} from './types.js';
export { capOfPatience, defaultJudgeSettings, metricsOf } from './settings.js';
export { startJudge, startStep } from './state.js';
export { judgePartial, judgeSecond } from './judge.js';
export { toPartial, toSamples } from './samples.js';
export { toRecord } from './record.js';
export { inWords, percent } from './words.js';
export { type ExpectedRates, needed } from './needed.js';
