/** Condition types of a Strategy and of a Release. */
export const CONDITION_TYPES = ['Ready', 'Progressing', 'Promoted', 'Live'] as const;
export type ConditionType = (typeof CONDITION_TYPES)[number];

/** Why a Strategy cannot work as it stands; also what admission refuses. */
export const BLOCK_REASONS = [
  'ServiceMissing',
  'PortNotHttp',
  'PrincipalMissing',
  'PrincipalNotReady',
  'CandidateMissing',
  'WorkloadNameTaken',
  'ServiceHasAnotherStrategy',
  'RouterRefuses',
  'SpecInvalid',
  'Paused',
  'TakenOver',
] as const;
export type BlockReason = (typeof BLOCK_REASONS)[number];

/** Every event that delivery writes, with its type. */
export const EVENTS = {
  ReleaseStarted: 'Normal',
  CandidateMade: 'Normal',
  WeightChanged: 'Normal',
  Held: 'Warning',
  Paused: 'Normal',
  Resumed: 'Normal',
  ActionRefused: 'Warning',
  Promoting: 'Normal',
  Promoted: 'Normal',
  RollingBack: 'Warning',
  RolledBack: 'Warning',
  Superseded: 'Warning',
  TrafficPinned: 'Normal',
  RouteRestored: 'Warning',
  TakenOver: 'Warning',
  Blocked: 'Warning',
  CandidateRemoved: 'Normal',
  CleanedUp: 'Normal',
} as const satisfies Record<string, 'Normal' | 'Warning'>;
export type EventReason = keyof typeof EVENTS;

export const ACTIONS = ['promote', 'pause', 'resume', 'abort', 'rollback'] as const;
export type HandAction = (typeof ACTIONS)[number];
export function isHandAction(value: string | undefined): value is HandAction {
  return ACTIONS.some((a) => a === value);
}
