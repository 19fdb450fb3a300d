import { toUserText } from '@tidegate/kernel';
import { keyFor, keyOf, splitKey, startController } from '@tidegate/kube';
import { CONFIGURATION_LABEL, configurations, type Revision } from '@tidegate/serving-contract';
import { controllerOf, planConfiguration, type ObservedConfiguration } from '@tidegate/serving-plan';
import { applyPlan, isRefusal } from '../apply-plan.js';
import { BY_CONFIGURATION } from '../caches.js';
import { BACKOFF, type Concern, type ConcernContext } from '../concern.js';

/** Configuration ─► one Revision for each generation. */
export function startConfigurations(context: ConcernContext): Concern {
  const { observed, clock, log, registry } = context;
  const { caches } = observed;
  const controller = startController({
    name: 'serving.configuration',
    clock,
    log,
    registry,
    backoff: BACKOFF,
    watches: [
      { informer: caches.configurations, toKeys: (c) => [keyOf(c)] },
      { informer: caches.revisions, toKeys: configurationOf },
    ],
    reconcile: async (key) => {
      const { namespace, name } = splitKey(key);
      const configuration = observed.get(caches.configurations, namespace, name);
      if (!configuration || configuration.metadata?.deletionTimestamp !== undefined) return;
      const named = configuration.spec.template.metadata?.name;
      const seen: ObservedConfiguration = {
        configuration,
        revisions: observed.list(caches.revisions, BY_CONFIGURATION, key),
        namedRevision: named === undefined ? undefined : observed.get(caches.revisions, namespace, named),
      };
      await applyPlan(context, { kind: configurations, object: configuration }, planConfiguration(seen, clock.now()), (failure) =>
        isRefusal(failure) ? planConfiguration({ ...seen, refusal: toUserText(failure) }, clock.now()) : undefined,
      );
    },
  });
  return { controller, keysOfSettings: () => [] };
}

function configurationOf(revision: Revision): string[] {
  const owner = controllerOf(revision);
  const names = [revision.metadata?.labels?.[CONFIGURATION_LABEL], owner?.kind === 'Configuration' ? owner.name : undefined];
  return [...new Set(names)].flatMap((name) => (name === undefined ? [] : [keyFor(revision.metadata?.namespace, name)]));
}
