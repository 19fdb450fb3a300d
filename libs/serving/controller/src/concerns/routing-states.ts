import { keyFor, keyOf, splitKey, startController, type KubeObject } from '@tidegate/kube';
import { ROUTES_ANNOTATION, routes } from '@tidegate/serving-contract';
import { namesIn, planRoutingState } from '@tidegate/serving-plan';
import { applyPlan } from '../apply-plan.js';
import { BY_MARK, BY_TARGET } from '../caches.js';
import { BACKOFF, type Concern, type ConcernContext } from '../concern.js';

/** Route ─► routing state of Revisions and Configurations. The key of a Route that is gone comes from what still carries its name. */
export function startRoutingStates(context: ConcernContext): Concern {
  const { observed, clock, log, registry } = context;
  const { caches } = observed;
  const routesOf =
    (kind: 'Configuration' | 'Revision') =>
    ({ metadata }: KubeObject): string[] => [
      ...namesIn(metadata?.annotations?.[ROUTES_ANNOTATION]).map((name) => keyFor(metadata?.namespace, name)),
      ...caches.routes.byIndex(BY_TARGET, `${metadata?.namespace}/${kind}/${metadata?.name}`).map(keyOf),
    ];
  const controller = startController({
    name: 'serving.routing-state',
    clock,
    log,
    registry,
    backoff: BACKOFF,
    watches: [
      { informer: caches.routes, toKeys: (r) => [keyOf(r)] },
      { informer: caches.configurations, toKeys: routesOf('Configuration') },
      { informer: caches.revisions, toKeys: routesOf('Revision') },
    ],
    reconcile: async (key) => {
      const { namespace = '', name } = splitKey(key);
      const route = observed.get(caches.routes, namespace, name);
      const living = route?.metadata?.deletionTimestamp === undefined ? route : undefined;
      const plan = planRoutingState(
        {
          name,
          ...(living ? { route: living } : {}),
          sources: observed.trafficSources(namespace),
          marked: {
            configurations: observed.list(caches.configurations, BY_MARK, key).filter(isLiving),
            revisions: observed.list(caches.revisions, BY_MARK, key).filter(isLiving),
          },
        },
        clock.now(),
      );
      await applyPlan(context, { kind: routes, object: route ?? { metadata: { namespace, name }, spec: {} } }, plan);
    },
  });
  return { controller, keysOfSettings: () => [] };
}

function isLiving({ metadata }: KubeObject): boolean {
  return metadata?.deletionTimestamp === undefined;
}
