import { type Condition, setCondition } from '@tidegate/kube';
import type { TrafficPolicy } from '@tidegate/mesh-contract';
import type { PlannedCondition, TrafficPolicyStatusPlan } from '@tidegate/mesh-snapshot';
import type { LiveFinding } from './live-condition.js';

/**
 * The status of a TrafficPolicy, from the plan of a build and what proxies say.
 *
 *   Holding   True ──(endpoint ready)──► Unknown, still held ──(this is read back)──► passed on ──(every ACK)──► False
 *     ▲                                                                                                            │
 *     └───────────(every ACK)─────────── Unknown, or False for as long as ACKs usually take ◄──(no endpoint)───────┘
 *
 * So True is never said while a proxy may pass requests on, not even by what an earlier process has written. `finding` is undefined
 * while it is too early to say what the proxies do; then only what needs no answer of theirs is said.
 */
export function desiredPolicyStatus(
  plan: TrafficPolicyStatusPlan,
  existing: TrafficPolicy['status'],
  finding: LiveFinding | undefined,
  now: number,
): TrafficPolicy['status'] | undefined {
  const { generation } = plan.ref;
  const accepted = plan.conditions.every((c) => c.type !== 'Accepted' || c.status === 'True');
  const planned: PlannedCondition[] = [...plan.conditions];
  if (accepted) {
    if (!finding && plan.holding !== 'waking') return undefined;
    const live = finding ?? existing?.conditions?.find((c) => c.type === 'Live');
    if (live)
      planned.push({ type: 'Live', observedGeneration: generation, status: live.status, reason: live.reason, message: live.message });
    if (plan.holding) planned.push({ type: 'Holding', observedGeneration: generation, ...holding(plan.holding, finding) });
  }
  const known = (existing?.conditions ?? []).filter((c) => planned.some((p) => p.type === c.type));
  return {
    observedGeneration: generation,
    conditions: planned.reduce<Condition[]>((list, condition) => setCondition(list, condition, now), known),
  };
}

type HoldingCondition = Pick<PlannedCondition, 'status' | 'reason' | 'message'>;

function holding(state: NonNullable<TrafficPolicyStatusPlan['holding']>, finding: LiveFinding | undefined): HoldingCondition {
  if (state === 'waking' || !finding) {
    return { status: 'Unknown', reason: 'Waking', message: 'an endpoint is ready; requests are about to be passed on' };
  }
  const what = state === 'held' ? 'requests are held' : 'requests are passed on';
  if (finding.status !== 'True')
    return { status: 'Unknown', reason: finding.reason, message: `not everywhere yet that ${what}: ${finding.message}` };
  return {
    status: state === 'held' ? 'True' : 'False',
    reason: state === 'held' ? 'Held' : 'PassedOn',
    message: `${what}, ${finding.message}`,
  };
}
