import type { PodAutoscaler, PodAutoscalerStatus } from '@tidegate/serving-contract';
import { conditionOf } from '@tidegate/serving-contract';
import type { ScalingSettings } from '../scaling-settings.js';
import { type ObservedPod, type PodsPlan, planPods } from './plan-pods.js';
import { type Since, planScale } from './plan-scale.js';
import { planStatus } from './plan-status.js';

/** Everything that one decision about a revision's pods rests on. */
export interface ObservedRevision {
  pa: PodAutoscaler;
  settings: ScalingSettings;
  /** Of the newest decision; -1 while nothing is known. */
  desired: number;
  /** Of the Deployment; absent while there is none. */
  replicas: number | undefined;
  pods: readonly ObservedPod[];
  /** The TrafficPolicy's condition Holding. */
  holding: Since | undefined;
  heldAlways: boolean;
  bypassedBy: string | undefined;
  serviceName: string | undefined;
}

export interface RevisionPlan extends PodsPlan {
  wanted: number;
  status: PodAutoscalerStatus;
  lookAgainInMs?: number;
}

/** How often a parked pod is looked at until it has drained. */
const DRAIN_LOOK_MS = 500;

export function planRevision(observed: ObservedRevision, nowMs: number): RevisionPlan {
  const { pa, settings, replicas, pods, serviceName } = observed;
  const scale = replicas === undefined ? { wanted: -1 } : planScale({ ...observed, ...standing(pa), replicas }, nowMs);
  const plan =
    replicas === undefined
      ? { park: [], unpark: [], condemn: [] }
      : planPods({ wanted: scale.wanted, replicas, target: scale.replicas ?? (scale.wanted > 0 ? replicas : undefined), pods });
  const ready = pods.filter((pod) => pod.ready);
  const servingPods = ready.filter((pod) => !pod.parked).length;
  const status = planStatus({ pa, settings, wanted: scale.wanted, servingPods, readyPods: ready.length, serviceName }, nowMs);
  const drains = pods.some((pod) => pod.parked && !pod.drained) || plan.park.length > 0;
  const looks = [scale.lookAgainInMs, drains ? DRAIN_LOOK_MS : undefined].filter((ms) => ms !== undefined);
  return { wanted: scale.wanted, ...plan, status, ...(looks.length > 0 ? { lookAgainInMs: Math.min(...looks) } : {}) };
}

function standing({ status }: PodAutoscaler): { active: Since | undefined; initialized: boolean } {
  return {
    active: sinceOf(conditionOf(status?.conditions, 'Active')),
    initialized: conditionOf(status?.conditions, 'ScaleTargetInitialized')?.status === 'True',
  };
}

/** A condition as a status and its age; absent when it says nothing that can be read. */
export function sinceOf(condition: { status: string; lastTransitionTime?: string } | undefined): Since | undefined {
  const sinceMs = Date.parse(condition?.lastTransitionTime ?? '');
  const status = condition?.status;
  if (Number.isNaN(sinceMs) || (status !== 'True' && status !== 'False' && status !== 'Unknown')) return undefined;
  return { status, sinceMs };
}
