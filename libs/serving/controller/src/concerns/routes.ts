import { keyFor, keyOf, splitKey, startController, type KubeObject } from '@tidegate/kube';
import { ROUTE_LABEL, routes } from '@tidegate/serving-contract';
import { planRoute } from '@tidegate/serving-plan';
import { applyPlan } from '../apply-plan.js';
import { BY_ROUTE, BY_TARGET } from '../caches.js';
import { BACKOFF, type Concern, type ConcernContext } from '../concern.js';

/** Route ─► placeholder Services and HTTPRoutes. */
export function startRoutes(context: ConcernContext): Concern {
  const { observed, settings, clock, log, registry } = context;
  const { caches } = observed;
  const routesTo =
    (kind: 'Configuration' | 'Revision') =>
    ({ metadata }: KubeObject): string[] =>
      caches.routes.byIndex(BY_TARGET, `${metadata?.namespace}/${kind}/${metadata?.name}`).map(keyOf);
  const controller = startController({
    name: 'serving.route',
    clock,
    log,
    registry,
    backoff: BACKOFF,
    watches: [
      { informer: caches.routes, toKeys: (r) => [keyOf(r)] },
      { informer: caches.configurations, toKeys: routesTo('Configuration') },
      { informer: caches.revisions, toKeys: routesTo('Revision') },
      { informer: caches.kubeServices, toKeys: routeOf },
      { informer: caches.httpRoutes, toKeys: routeOf },
    ],
    reconcile: async (key) => {
      const { namespace = '', name } = splitKey(key);
      const route = observed.get(caches.routes, namespace, name);
      if (!route || route.metadata?.deletionTimestamp !== undefined) return;
      const plan = planRoute(
        {
          route,
          sources: observed.trafficSources(namespace),
          service: (wanted) => observed.get(caches.kubeServices, namespace, wanted),
          httpRoute: (wanted) => observed.get(caches.httpRoutes, namespace, wanted),
          labelled: {
            services: observed.list(caches.kubeServices, BY_ROUTE, key),
            httpRoutes: observed.list(caches.httpRoutes, BY_ROUTE, key),
          },
        },
        settings.current(),
        clock.now(),
      );
      await applyPlan(context, { kind: routes, object: route }, plan);
      return plan.lookAgainInMs === undefined ? undefined : { againInMs: plan.lookAgainInMs };
    },
  });
  return { controller, keysOfSettings: () => caches.routes.list().map(keyOf) };
}

/** Also a stranger that has the name which a Route wants. */
function routeOf(child: KubeObject): string[] {
  const route = child.metadata?.labels?.[ROUTE_LABEL];
  return [keyOf(child), ...(route === undefined ? [] : [keyFor(child.metadata?.namespace, route)])];
}
