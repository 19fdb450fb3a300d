export {
  ACTION_ANNOTATION,
  ACTION_BY_ANNOTATION,
  ACTION_REASON_ANNOTATION,
  CHANGED_BY_ANNOTATION,
  DELIVERY_GROUP,
  DELIVERY_MANAGER,
  HANDS_OFF_ANNOTATION,
  MADE_BY_ANNOTATION,
  MADE_FROM_ANNOTATION,
  RELEASE_HISTORY,
  RESTART_ANNOTATION,
  SERVICE_LABEL,
  STRATEGY_FINALIZER,
  STRATEGY_LABEL,
  VERSION_LABEL,
  VERSION_POD_LABEL,
} from './names.js';
export { type Condition, conditionSchema } from './fields.js';
export { type Analysis, type Guardrail, type Step, analysisSchema, stepSchema } from './analysis.js';
export { type Match, type Mirror, type Preview, type Sticky } from './traffic.js';
export {
  type CandidatePatch,
  type Strategy,
  type StrategySpec,
  type StrategySpecInput,
  type StrategyStatus,
  strategySpecSchema,
  strategyStatusSchema,
} from './strategy.js';
export {
  DECISION_REASONS,
  type DecisionReason,
  RELEASE_PHASES,
  type Release,
  type ReleasePhase,
  type ReleaseSpec,
  type ReleaseStatus,
  type StepRecord,
  type VerdictRecord,
  releaseSpecSchema,
  releaseStatusSchema,
  verdictRecordSchema,
} from './release.js';
export {
  ACTIONS,
  BLOCK_REASONS,
  type BlockReason,
  CONDITION_TYPES,
  type ConditionType,
  EVENTS,
  type EventReason,
  type HandAction,
  isHandAction,
} from './vocabulary.js';
export { releases, strategies } from './kinds.js';
export { deliveryCrds } from './crds.js';
