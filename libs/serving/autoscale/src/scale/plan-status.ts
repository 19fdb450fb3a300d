import {
  type ConditionStatus,
  type Finding,
  POD_AUTOSCALER_CONDITIONS,
  type PodAutoscaler,
  type PodAutoscalerStatus,
  conditionOf,
  settleConditions,
} from '@tidegate/serving-contract';
import type { ScalingSettings } from '../scaling-settings.js';

export interface StatusInput {
  pa: PodAutoscaler;
  settings: ScalingSettings;
  /** Of the plan; -1: nobody knows. */
  wanted: number;
  /** Pods that serve: ready, and not parked. */
  servingPods: number;
  /** Pods that are ready, parked ones too. */
  readyPods: number;
  /** Whose endpoints the pods are; absent while there is no such Service. */
  serviceName: string | undefined;
}

const NO_TRAFFIC = { reason: 'NoTraffic', message: 'The target is not receiving traffic.' };
const TIMED_OUT = { reason: 'TimedOut', message: 'The target could not be activated.' };
const QUEUED = { reason: 'Queued', message: 'Requests to the target are being buffered as resources are provisioned.' };

/** The status to write. Reasons and sentences are Knative's: its users and programs know them. */
export function planStatus(input: StatusInput, nowMs: number): PodAutoscalerStatus {
  const { pa, wanted, readyPods, serviceName } = input;
  const before = pa.status;
  const conditions = settleConditions(POD_AUTOSCALER_CONDITIONS, before?.conditions, findings(input), nowMs);
  // A restart knows nothing for a moment: what was wanted before stays on show.
  const desiredScale = wanted < 0 && (before?.desiredScale ?? -1) >= 0 ? before?.desiredScale : wanted;
  return {
    ...before,
    observedGeneration: pa.metadata?.generation,
    conditions,
    ...(serviceName === undefined ? {} : { serviceName, metricsServiceName: serviceName }),
    desiredScale,
    actualScale: readyPods,
  };
}

function findings(input: StatusInput): Finding[] {
  const { pa, settings, wanted, servingPods, serviceName } = input;
  const statusOf = (type: string): ConditionStatus | undefined => conditionOf(pa.status?.conditions, type)?.status;
  const wasInitialized = statusOf('ScaleTargetInitialized') === 'True';
  const least = leastReady(settings, wasInitialized);
  const initialized = wasInitialized || (servingPods >= least && serviceName !== undefined);
  const active = activeFinding({ wanted, servingPods, least, before: statusOf('Active') ?? 'Unknown' });
  return [
    { type: 'Active', ...active },
    { type: 'ScaleTargetInitialized', status: initialized ? 'True' : 'Unknown' },
  ];
}

/** Pods that a revision needs to count as active. */
export function leastReady({ minScale, initialScale }: ScalingSettings, initialized: boolean): number {
  return Math.max(minScale, initialized ? 1 : initialScale);
}

interface ActiveInput {
  wanted: number;
  servingPods: number;
  least: number;
  before: ConditionStatus;
}

/** Active is True, activating is Unknown, inactive is False. (Knative's computeActiveCondition.) */
export function activeFinding({ wanted, servingPods, least, before }: ActiveInput): Omit<Finding, 'type'> {
  if (wanted === 0 || least === 0) return { status: 'False', ...(before === 'Unknown' && least > 0 ? TIMED_OUT : NO_TRAFFIC) };
  if (wanted < 0 && before === 'False') return { status: 'False', ...NO_TRAFFIC };
  return servingPods < least ? { status: 'Unknown', ...QUEUED } : { status: 'True' };
}
