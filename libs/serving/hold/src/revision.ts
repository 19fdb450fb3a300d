import type { PodAutoscaler } from '@tidegate/serving-contract';
import type { PodView } from './pod-view.js';
import type { RevisionPods } from './revision-holds.js';

/** Opt-in to the response header with the length of a cold start; on the revision's template or the PodAutoscaler. */
export const COLD_START_HEADER_ANNOTATION = 'serving.tidegate.dev/cold-start-header';

export interface KnownPod {
  view: PodView;
  /** Runs that were seen to serve before the kubelet said so. */
  servingRun?: string;
  /** It was there before this process: what is in flight on it is not known at once. */
  isOlderThanUs: boolean;
  times: PodTimes;
}

/** When a pod was seen to get on, in monotonic milliseconds. */
export interface PodTimes {
  seenAt: number;
  /** Its program was started. */
  runningAt?: number;
}

/** What follows from the pods of a revision for granting. `mayBeBusy`: pods from before our start are left alone, for their load is not known yet. */
export function podsForGrants(pods: Iterable<KnownPod>, mayBeBusy: boolean): RevisionPods {
  const known: { name: string; address: string; isGrantable: boolean }[] = [];
  let coming = 0;
  let failure: string | undefined;
  for (const { view, servingRun, isOlderThanUs } of pods) {
    const { name } = view;
    switch (view.state) {
      case 'ready':
        known.push({ name, address: view.address, isGrantable: !(mayBeBusy && isOlderThanUs) });
        break;
      case 'starting': {
        const serves = view.address !== undefined && servingRun === view.run;
        if (!serves) coming += 1;
        known.push({ name, address: view.address ?? '', isGrantable: serves && !(mayBeBusy && isOlderThanUs) });
        break;
      }
      case 'parked':
      case 'leaving':
        known.push({ name, address: view.address ?? '', isGrantable: false });
        break;
      case 'failed':
        known.push({ name, address: '', isGrantable: false });
        failure ??= view.because;
        break;
    }
  }
  return { pods: known, coming, ...(failure === undefined ? {} : { failure }) };
}

export function limitOf(autoscaler: PodAutoscaler | undefined): number {
  return Math.max(0, autoscaler?.spec.containerConcurrency ?? 0);
}

export function wantsColdStartHeader(autoscaler: PodAutoscaler | undefined): boolean {
  return autoscaler?.metadata?.annotations?.[COLD_START_HEADER_ANNOTATION] === 'true';
}
