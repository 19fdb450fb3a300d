import type { ObservedVersion } from './observed.js';
import { WHOLE } from '@tidegate/traffic-router';

/**
 * Ready pods that a version needs for `weight` parts of the traffic: its share of the replicas that serve all of it today,
 * rounded up, at least one. `Immediately` asks for one.
 */
export function neededPods(weight: number, principalReplicas: number, apply: 'WaitForWorkloadReady' | 'Immediately' | 'Paused'): number {
  if (weight === 0) return 1;
  if (apply === 'Immediately') return 1;
  return Math.max(1, Math.ceil((weight * Math.max(1, principalReplicas)) / WHOLE));
}

/** Undefined when enough pods are ready; else a sentence with both sides and the remedy. */
export function lackOfPods(version: ObservedVersion, needed: number, weightPercent: number): string | undefined {
  if (version.ready >= needed) return undefined;
  const asked = version.workload?.replicas ?? 0;
  const few =
    version.workload && asked < needed ? ` Scale ${version.workload.name} to ${needed}.` : version.trouble ? ` ${version.trouble}` : '';
  const share = weightPercent === 0 ? 'needs' : `needs for ${weightPercent} % of the requests`;
  return `${version.version} has ${version.ready} ready ${version.ready === 1 ? 'pod' : 'pods'} of the ${needed} that it ${share}.${few}`;
}
