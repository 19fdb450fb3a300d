import type { Pod } from '@tidegate/kube';

/** Pods that name another scheduler are that one's to place; those with gates wait. */
const OUR_SCHEDULER = 'default-scheduler';

export function isOursToPlace({ spec }: Pod): boolean {
  return (spec?.schedulerName ?? OUR_SCHEDULER) === OUR_SCHEDULER && (spec?.schedulingGates ?? []).length === 0;
}
