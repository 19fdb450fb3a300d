import { keyFor, keyOf, splitKey, startController } from '@tidegate/kube';
import { CONFIGURATION_LABEL, configurations } from '@tidegate/serving-contract';
import { planCollection } from '@tidegate/serving-plan';
import { applyPlan } from '../apply-plan.js';
import { BY_CONFIGURATION } from '../caches.js';
import { BACKOFF, type Concern, type ConcernContext } from '../concern.js';

/** Configuration ─► which of its Revisions are old enough to go. */
export function startCollections(context: ConcernContext): Concern {
  const { observed, settings, clock, log, registry } = context;
  const { caches } = observed;
  const controller = startController({
    name: 'serving.collection',
    clock,
    log,
    registry,
    backoff: BACKOFF,
    workers: 1,
    watches: [
      { informer: caches.configurations, toKeys: (c) => [keyOf(c)] },
      {
        informer: caches.revisions,
        toKeys: ({ metadata }) => {
          const name = metadata?.labels?.[CONFIGURATION_LABEL];
          return name === undefined ? [] : [keyFor(metadata?.namespace, name)];
        },
      },
    ],
    reconcile: async (key) => {
      const { namespace, name } = splitKey(key);
      const configuration = observed.get(caches.configurations, namespace, name);
      if (!configuration || configuration.metadata?.deletionTimestamp !== undefined) return;
      const revisions = observed.list(caches.revisions, BY_CONFIGURATION, key);
      const plan = planCollection({ configuration, revisions }, settings.current().config.gc, clock.now());
      await applyPlan(context, { kind: configurations, object: configuration }, plan);
      return plan.lookAgainInMs === undefined ? undefined : { againInMs: plan.lookAgainInMs };
    },
  });
  return { controller, keysOfSettings: () => caches.configurations.list().map(keyOf) };
}
