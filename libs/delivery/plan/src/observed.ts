import type { Deployment, Service, StatefulSet } from '@tidegate/kube';
import type { Release, Strategy, StrategySpec } from '@tidegate/delivery-contract';
import type { HttpRoute } from '@tidegate/traffic-router';
import type { Evidence } from './evidence.js';

export type WorkloadKind = 'Deployment' | 'StatefulSet';

export interface ObservedWorkload {
  kind: WorkloadKind;
  name: string;
  uid: string;
  replicas: number;
  /** Hash of the pod template as far as it decides what runs. */
  templateHash: string;
  /** Made by this Strategy's releases, from the workload named here. */
  madeFrom?: string;
  /** Still owned by the Strategy: not promoted yet. */
  owned: boolean;
  /** Names another Strategy that made it. */
  object: Deployment | StatefulSet;
}

/** One version as it runs now: its workload, if there is one, and its pods (those that are ending do not count). */
export interface ObservedVersion {
  version: string;
  workload?: ObservedWorkload;
  /** Pods that would get requests. */
  ready: number;
  pods: number;
  /** When the newest of the ready pods became ready, milliseconds. */
  newestReadyAt?: number;
  /** A sentence about a pod that crashes again and again. */
  crashing?: string;
  /** A sentence about why pods are not ready, when the cluster says why. */
  trouble?: string;
}

/**
 * Everything a decision about one Strategy rests on: a value, gathered from caches in one go. Nothing else is looked at,
 * so what was decided can be repeated and printed.
 */
export interface Observed {
  strategy: Strategy;
  spec: StrategySpec;
  service?: Service;
  /** Older Strategies of the same Service: the oldest works, the others wait. */
  olderStrategies: readonly string[];
  versions: ReadonlyMap<string, ObservedVersion>;
  /** Names of workloads in the namespace that belong to somebody else, by kind/name. */
  takenNames: ReadonlySet<string>;
  /** Releases of this Strategy, any order. */
  releases: readonly Release[];
  /** Per-version Services and routes that delivery made for this Strategy. */
  services: readonly Service[];
  routes: readonly HttpRoute[];
  /** Secrets of cohorts and previews, once made. */
  keys?: { cohort: string; preview: string };
  /** The judge's memory of the running release; absent when it has none yet. */
  evidence?: Evidence;
}

export function observedVersion(observed: Observed, version: string): ObservedVersion {
  return observed.versions.get(version) ?? { version, ready: 0, pods: 0 };
}
