import { keyOf, splitKey, startController } from '@tidegate/kube';
import { GATEWAY_NAME, SERVING_NAMESPACE, gateways } from '@tidegate/serving-contract';
import { planDomainListeners } from '@tidegate/serving-plan';
import { applyPlan } from '../apply-plan.js';
import { BACKOFF, type Concern, type ConcernContext } from '../concern.js';

const GATEWAY_KEY = `${SERVING_NAMESPACE}/${GATEWAY_NAME}`;

/** DomainMappings with certificates ─► HTTPS listeners of the one Gateway. */
export function startDomainListeners(context: ConcernContext): Concern {
  const { observed, clock, log, registry } = context;
  const { caches } = observed;
  const controller = startController({
    name: 'serving.domain-listener',
    clock,
    log,
    registry,
    backoff: BACKOFF,
    workers: 1,
    watches: [
      { informer: caches.gateways, toKeys: (g) => (keyOf(g) === GATEWAY_KEY ? [GATEWAY_KEY] : []) },
      { informer: caches.domainMappings, toKeys: () => [GATEWAY_KEY] },
    ],
    reconcile: async (key) => {
      const { namespace, name } = splitKey(key);
      const gateway = observed.get(caches.gateways, namespace, name);
      if (!gateway) return;
      await applyPlan(context, { kind: gateways, object: gateway }, planDomainListeners(gateway, caches.domainMappings.list()));
    },
  });
  return { controller, keysOfSettings: () => [] };
}
