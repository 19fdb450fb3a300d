import { CONTROLLER_NAME } from '@tidegate/mesh-contract';
import type { PolicyIndex, PolicyPlan } from './backend-policies.js';
import type { GatewayPlan } from './gateway-plan.js';
import { compareText } from './object-key.js';
import { type PolicyStatusPlan, condition } from './status-plan.js';

/** As many as the status may hold. */
const MAX_ANCESTORS = 16;

/** `gateways` are those with a route to one of the targets. */
export function policyStatus(plan: PolicyPlan, index: PolicyIndex, gateways: readonly GatewayPlan[]): PolicyStatusPlan {
  const { ref, resolved } = plan;
  const accepted = index.isConflicted(plan)
    ? { holds: false, reason: 'Conflicted', message: 'An older policy has the same targets; remove one of them.' }
    : plan.accepted;
  return {
    ref,
    ancestors: [...gateways]
      .sort((a, b) => compareText(a.key, b.key))
      .slice(0, MAX_ANCESTORS)
      .map((gateway) => ({
        ancestorRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: gateway.ref.namespace, name: gateway.ref.name },
        controllerName: CONTROLLER_NAME,
        conditions: [
          condition(ref, 'Accepted', accepted.holds, accepted.reason, accepted.message),
          condition(ref, 'ResolvedRefs', resolved.holds, resolved.reason, resolved.message),
        ],
      })),
  };
}
