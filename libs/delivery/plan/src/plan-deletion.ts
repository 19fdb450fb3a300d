import { STRATEGY_FINALIZER, type Release, type StrategyStatus } from '@tidegate/delivery-contract';
import type { TrafficRouter } from '@tidegate/traffic-router';
import type { Observed } from './observed.js';
import type { Action, Plan } from './plan.js';
import { isRunning, newestFirst } from './release-phase.js';

type PlanRunning = (observed: Observed, router: TrafficRouter, before: StrategyStatus, release: Release, now: number) => Plan;

/**
 * A Strategy that goes away leaves nothing behind, in an order that loses no request: traffic back to the principal, then
 * copies that were never promoted, and only when their pods are gone the routes (the plain Service would name them), then
 * the per-version Services, then the finalizer. A promoted copy stays: it is what serves.
 */
export function planDeletion(observed: Observed, router: TrafficRouter, now: number, planRunning: PlanRunning): Plan {
  const status = observed.strategy.status ?? {};
  if (!(observed.strategy.metadata?.finalizers ?? []).includes(STRATEGY_FINALIZER)) {
    return { finding: { reason: 'Gone', message: 'the Strategy is gone' }, actions: [], urgent: false };
  }
  const running = newestFirst(observed.releases).filter(isRunning).at(-1);
  if (running && observed.service) return planRunning(observed, router, status, running, now);
  const promoted = status.promoted ?? observed.spec.principal;
  const copies = [...observed.versions.values()].filter((v) => v.workload?.madeFrom !== undefined);
  const leaving = copies.filter((v) => v.version !== promoted);
  if (leaving.length > 0) {
    const actions = leaving.flatMap(({ workload }): Action[] =>
      workload ? [{ do: 'remove-workload', kind: workload.kind, name: workload.name, uid: workload.uid }] : [],
    );
    return {
      finding: { reason: 'Deleting', message: 'copies that serve nothing are removed' },
      actions,
      urgent: false,
      lookAgainInMs: 1_000,
    };
  }
  const lingering = [...observed.versions.values()].find((v) => v.workload === undefined && v.pods > 0);
  if (lingering) {
    return {
      finding: { reason: 'Deleting', message: `the pods of ${lingering.version} are ending` },
      actions: [],
      urgent: false,
      lookAgainInMs: 1_000,
    };
  }
  return {
    finding: { reason: 'Deleting', message: 'routes are taken away; the Service works as without a Strategy' },
    actions: lastActions(observed, promoted),
    urgent: false,
  };
}

function lastActions(observed: Observed, promoted: string): Action[] {
  const served = [...observed.versions.values()].find((v) => v.version === promoted)?.workload;
  const handOver: Action[] =
    served?.madeFrom === undefined ? [] : [{ do: 'hand-over-workload', kind: served.kind, name: served.name, keepOrigin: false }];
  return [
    ...handOver,
    ...observed.routes.map((r): Action => ({ do: 'remove-route', name: r.metadata?.name ?? '' })),
    ...observed.services.map((s): Action => ({ do: 'remove-service', name: s.metadata?.name ?? '' })),
    {
      do: 'event',
      on: { kind: 'Strategy' },
      reason: 'CleanedUp',
      message: 'Routes, per-version Services and unpromoted copies are removed',
    },
    { do: 'remove-finalizer' },
  ];
}
