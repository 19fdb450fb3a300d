import { keyFor, keyOf, splitKey, startController, type KubeObject } from '@tidegate/kube';
import { SERVICE_LABEL, knativeServices } from '@tidegate/serving-contract';
import { planService } from '@tidegate/serving-plan';
import { applyPlan } from '../apply-plan.js';
import { BACKOFF, type Concern, type ConcernContext } from '../concern.js';

/** Service ─► Configuration and Route of its name. */
export function startServices(context: ConcernContext): Concern {
  const { observed, clock, log, registry } = context;
  const { caches } = observed;
  const controller = startController({
    name: 'serving.service',
    clock,
    log,
    registry,
    backoff: BACKOFF,
    watches: [
      { informer: caches.services, toKeys: (s) => [keyOf(s)] },
      { informer: caches.configurations, toKeys: serviceOf },
      { informer: caches.routes, toKeys: serviceOf },
    ],
    reconcile: async (key) => {
      const { namespace, name } = splitKey(key);
      const service = observed.get(caches.services, namespace, name);
      if (!service || service.metadata?.deletionTimestamp !== undefined) return;
      const named = service.spec.template.metadata?.name;
      const seen = {
        service,
        configuration: observed.get(caches.configurations, namespace, name),
        route: observed.get(caches.routes, namespace, name),
        namedRevision: named === undefined ? undefined : observed.get(caches.revisions, namespace, named),
      };
      await applyPlan(context, { kind: knativeServices, object: service }, planService(seen, clock.now()));
    },
  });
  return { controller, keysOfSettings: () => [] };
}

/** Also a child of another owner: its name is what the Service wants. */
function serviceOf(child: KubeObject): string[] {
  const service = child.metadata?.labels?.[SERVICE_LABEL];
  return [keyOf(child), ...(service === undefined ? [] : [keyFor(child.metadata?.namespace, service)])];
}
