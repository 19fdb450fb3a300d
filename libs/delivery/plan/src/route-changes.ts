import { HANDS_OFF_ANNOTATION } from '@tidegate/delivery-contract';
import { driftOf, type HttpRoute, type Liveness, type TrafficPlan, type TrafficRouter } from '@tidegate/traffic-router';
import type { Observed } from './observed.js';
import type { Action } from './plan.js';

export interface RouteChanges {
  /** Everything is as the plan says; liveness then speaks about exactly this plan. */
  written: boolean;
  liveness: Liveness;
  apply: Action[];
  /** What is left over from earlier plans. */
  remove: Action[];
}

/** What is different between the objects that the plan needs and those that exist. */
export function routeChanges(observed: Observed, router: TrafficRouter, plan: TrafficPlan): RouteChanges {
  const objects = router.objects(plan);
  const apply: Action[] = [];
  const wantedRoutes: HttpRoute[] = [];
  const names = { Service: new Set<string>(), HTTPRoute: new Set<string>() };
  for (const wanted of objects) {
    const name = wanted.object.metadata?.name ?? '';
    names[wanted.kind].add(name);
    if (wanted.kind === 'Service') {
      const seen = observed.services.find((s) => s.metadata?.name === name);
      if (driftOf(seen, wanted.object) !== 'same') apply.push({ do: 'apply-service', object: wanted.object });
    } else {
      const seen = observed.routes.find((r) => r.metadata?.name === name);
      const drift = driftOf(seen, wanted.object);
      if (drift !== 'same') apply.push({ do: drift === 'edited' ? 'restore-route' : 'apply-route', object: wanted.object });
      if (seen) wantedRoutes.push(seen);
    }
  }
  const written = apply.length === 0;
  return { written, liveness: router.liveness(wantedRoutes), apply, remove: leftovers(observed, names) };
}

function leftovers(observed: Observed, wanted: { Service: ReadonlySet<string>; HTTPRoute: ReadonlySet<string> }): Action[] {
  const routes = observed.routes.filter((r) => !wanted.HTTPRoute.has(r.metadata?.name ?? ''));
  const services = observed.services.filter((s) => !wanted.Service.has(s.metadata?.name ?? ''));
  return [
    ...routes.map((r): Action => ({ do: 'remove-route', name: r.metadata?.name ?? '' })),
    ...services.map((s): Action => ({ do: 'remove-service', name: s.metadata?.name ?? '' })),
  ];
}

/** A person who wants the routes says so on one of them; delivery then writes none of them. */
export function handsOff(observed: Observed): string | undefined {
  const route = observed.routes.find((r) => r.metadata?.annotations?.[HANDS_OFF_ANNOTATION] === 'true');
  if (!route) return undefined;
  return `Route ${route.metadata?.name} says ${HANDS_OFF_ANNOTATION}: nothing is routed until the annotation is taken away`;
}
