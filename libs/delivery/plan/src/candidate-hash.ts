import type { Deployment, StatefulSet } from '@tidegate/kube';
import { RESTART_ANNOTATION, type Strategy, type StrategySpec } from '@tidegate/delivery-contract';
import { specHash } from '@tidegate/traffic-router';
import type { ObservedVersion } from './observed.js';

/** Annotations that restart pods without changing what runs in them. */
const RESTARTS_ONLY = new Set(['kubectl.kubernetes.io/restartedAt']);

export function templateHash(object: Deployment | StatefulSet): string {
  const template = object.spec?.template;
  const annotations = Object.fromEntries(Object.entries(template?.metadata?.annotations ?? {}).filter(([key]) => !RESTARTS_ONLY.has(key)));
  return specHash({ labels: template?.metadata?.labels, annotations, spec: template?.spec });
}

/**
 * What exactly would be released, as a hash: a workload of the user by its pod template, one that is made by its patch, so
 * that an image changed in place counts as new and a copy that appears does not. Undefined when there is nothing to release.
 */
export function candidateHash(strategy: Strategy, spec: StrategySpec, candidate: ObservedVersion): string | undefined {
  if (spec.candidate === undefined) return undefined;
  const restart = strategy.metadata?.annotations?.[RESTART_ANNOTATION];
  const isMade = candidate.workload === undefined || candidate.workload.madeFrom !== undefined;
  const what = isMade ? { patch: spec.candidatePatch } : { template: candidate.workload?.templateHash };
  return specHash({ version: spec.candidate, restart, ...what });
}
