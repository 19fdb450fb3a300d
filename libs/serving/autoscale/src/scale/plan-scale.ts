import type { ConditionStatus } from '@tidegate/serving-contract';
import type { ScalingSettings } from '../scaling-settings.js';

/** A condition's status and since when it is so, milliseconds since the epoch. */
export interface Since {
  status: ConditionStatus;
  sinceMs: number;
}

export interface ScaleInput {
  settings: ScalingSettings;
  /** The decision; -1 while nothing is known. */
  desired: number;
  /** What the Deployment has. */
  replicas: number;
  /** The PodAutoscaler's conditions as they were; without one it is new. */
  active: Since | undefined;
  initialized: boolean;
  /**
   * The TrafficPolicy's Holding: True once every proxy holds requests instead of refusing them. It stands for Knative's activator, whose
   * presence in the path is probed before the last pod goes.
   */
  holding: Since | undefined;
  /** Requests ask the activator at any scale, so that nobody has to be asked whether they do. */
  heldAlways?: boolean;
  /** A Service by which clients reach the pods past the proxies, if there is one: nobody would wake the revision for them. */
  bypassedBy?: string;
}

export interface ScalePlan {
  /** Pods that are to serve; -1: nobody knows. */
  wanted: number;
  /** What the Deployment should have; absent: as it is. */
  replicas?: number;
  /** Nothing else may happen until then. */
  lookAgainInMs?: number;
}

/** A revision gets this much longer than its progress deadline, so that why its pods fail is told before they are gone. */
const ACTIVATION_BUFFER_MS = 30_000;
/** Until the change that was just decided has come back. */
const SOON_MS = 3_000;

/**
 * From the decision to replicas: bounds, the first scale, and the two steps to zero.
 *
 *   Active ──no load, active for a stable window──► Inactive (pods parked, proxies begin to hold)
 *                                                     │ all proxies hold, and a grace period, and the pod retention
 *                                                     ▼
 *                                                    0 replicas
 *
 * A revision that does not come up within its progress deadline goes to 0, too. (Knative's scaler.)
 */
export function planScale(input: ScaleInput, nowMs: number): ScalePlan {
  const { settings, desired, replicas, active, initialized } = input;
  if (desired < 0 && active !== undefined && active.status !== 'Unknown') return { wanted: desired };
  const startsLarge = settings.initialScale > 1 && !initialized && settings.reachable;
  const least = startsLarge ? Math.max(settings.initialScale, settings.minScale) : settings.minScale;
  const bounded = clamp(desired, least, settings.maxScale);
  const plan = bounded === 0 ? planZero(input, nowMs) : { wanted: bounded, replicas: bounded };
  return plan.replicas === replicas ? withoutReplicas(plan) : plan;
}

/** `most` 0 is unlimited. */
function clamp(value: number, least: number, most: number): number {
  const raised = Math.max(value, least);
  return most === 0 ? raised : Math.min(raised, Math.max(most, least));
}

function planZero(input: ScaleInput, nowMs: number): ScalePlan {
  const { settings, active, bypassedBy, replicas } = input;
  if (!settings.enableScaleToZero || (bypassedBy !== undefined && replicas > 0)) return { wanted: 1, replicas: 1 };
  switch (active?.status ?? 'Unknown') {
    case 'Unknown':
      return whileActivating(settings.progressDeadlineMs + ACTIVATION_BUFFER_MS, active, nowMs);
    case 'True':
      return whileActive(input, nowMs - (active?.sinceMs ?? nowMs));
    case 'False':
      return whileInactive(input, nowMs - (active?.sinceMs ?? nowMs), nowMs);
  }
}

function whileActivating(limitMs: number, active: Since | undefined, nowMs: number): ScalePlan {
  if (active && nowMs - active.sinceMs > limitMs) return { wanted: 0, replicas: 0 };
  return { wanted: -1, lookAgainInMs: active ? Math.max(0, active.sinceMs + limitMs - nowMs) + 1 : limitMs };
}

/** One pod stays until the revision was active for a whole window; then it is told to be inactive, and no more. */
function whileActive({ settings, holding }: ScaleInput, activeMs: number): ScalePlan {
  const leftMs = settings.stableWindowMs - activeMs;
  if (leftMs > 0) return { wanted: 1, replicas: 1, lookAgainInMs: leftMs };
  return { wanted: 0, ...(holding?.status === 'True' ? { lookAgainInMs: SOON_MS } : {}) };
}

function whileInactive({ settings, holding, heldAlways }: ScaleInput, inactiveMs: number, nowMs: number): ScalePlan {
  const { gracePeriodMs, podRetentionMs } = settings;
  // A change of the policy's status comes by itself.
  if (holding?.status !== 'True' && !heldAlways) return { wanted: 0 };
  if (inactiveMs >= Math.max(gracePeriodMs, podRetentionMs)) return { wanted: 0, replicas: 0 };
  if (inactiveMs < podRetentionMs) return { wanted: 0, lookAgainInMs: podRetentionMs - inactiveMs };
  const heldMs = holding?.status === 'True' ? nowMs - holding.sinceMs : 0;
  if (heldMs >= gracePeriodMs) return { wanted: 0, replicas: 0 };
  return { wanted: 0, lookAgainInMs: gracePeriodMs - Math.max(heldMs, inactiveMs) };
}

function withoutReplicas({ wanted, lookAgainInMs }: ScalePlan): ScalePlan {
  return { wanted, ...(lookAgainInMs === undefined ? {} : { lookAgainInMs }) };
}
