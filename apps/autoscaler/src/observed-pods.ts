import type { Pod } from '@tidegate/kube';
import { ENDPOINT_LABEL } from '@tidegate/serving-contract';

/** A pod that is not ready, and parked, serves nobody but whom the activator's own probe let in: it is not waited for as long. */
const UNREADY_DRAIN_MS = 10_000;
const DEFAULT_GRACE_SECONDS = 30;

export function isLive(pod: Pod): boolean {
  return pod.metadata?.deletionTimestamp === undefined && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';
}

export function isReady(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && (pod.status.conditions ?? []).some((c) => c.type === 'Ready' && c.status === 'True');
}

export function isParked(pod: Pod): boolean {
  return pod.metadata?.labels?.[ENDPOINT_LABEL] !== 'true';
}

/** A pod's grace period is its revision's request timeout: no request that is in it may last longer. */
export function longestDrainMs(pod: Pod): number {
  return isReady(pod) ? (pod.spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * 1000 : UNREADY_DRAIN_MS;
}
