import { timestamp } from '@tidegate/kube';
import type { Condition, ConditionStatus } from './fields.js';

/** What a decision found about one condition: times and severities are added when it is written. */
export interface Finding {
  type: string;
  status: ConditionStatus;
  reason?: string;
  message?: string;
}

/** Conditions that Ready is the conjunction of, in the order in which their troubles are told. Others are Info and do not count. */
export interface ConditionSet {
  readonly dependents: readonly string[];
}

export const SERVICE_CONDITIONS: ConditionSet = { dependents: ['ConfigurationsReady', 'RoutesReady'] };
export const CONFIGURATION_CONDITIONS: ConditionSet = { dependents: [] };
export const REVISION_CONDITIONS: ConditionSet = { dependents: ['ResourcesAvailable', 'ContainerHealthy'] };
export const ROUTE_CONDITIONS: ConditionSet = { dependents: ['AllTrafficAssigned', 'CertificateProvisioned', 'IngressReady'] };
export const DOMAIN_MAPPING_CONDITIONS: ConditionSet = {
  dependents: ['DomainClaimed', 'ReferenceResolved', 'CertificateProvisioned', 'IngressReady'],
};
/** Active says whether pods are wanted and there: a PodAutoscaler that sleeps is not Ready, though its Revision is. */
export const POD_AUTOSCALER_CONDITIONS: ConditionSet = { dependents: ['Active', 'ScaleTargetInitialized'] };

/**
 * The conditions to write, sorted by type. A dependent that nothing was found about is Unknown. Ready says what the first False dependent says,
 * else the first Unknown one that has a reason, else True; with no dependents it has to be among the findings. `lastTransitionTime` moves only with the status.
 * `now` is milliseconds since the epoch.
 */
export function settleConditions(
  set: ConditionSet,
  previous: readonly Condition[] | undefined,
  findings: readonly Finding[],
  now: number,
): Condition[] {
  const found = new Map(findings.map((f) => [f.type, f]));
  for (const type of set.dependents) if (!found.has(type)) found.set(type, { type, status: 'Unknown' });
  if (set.dependents.length > 0) found.set('Ready', { ...worst(set.dependents.map((type) => found.get(type))), type: 'Ready' });
  return [...found.values()]
    .sort((a, b) => (a.type < b.type ? -1 : 1))
    .map((finding) => settled(finding, set, conditionOf(previous, finding.type), now));
}

function worst(dependents: readonly (Finding | undefined)[]): Omit<Finding, 'type'> {
  const unknown = dependents.filter((d) => d?.status === 'Unknown');
  const bad = dependents.find((d) => d?.status === 'False') ?? unknown.find((d) => d?.reason) ?? unknown[0];
  // A reason may come with True (TLSNotEnabled): it says nothing about Ready.
  return bad ? { status: bad.status, reason: bad.reason, message: bad.message } : { status: 'True' };
}

function settled({ type, status, reason, message }: Finding, set: ConditionSet, previous: Condition | undefined, now: number): Condition {
  const lastTransitionTime = previous?.status === status ? previous.lastTransitionTime : timestamp(now);
  const counts = type === 'Ready' || set.dependents.includes(type);
  return {
    type,
    status,
    ...(counts ? {} : { severity: 'Info' }),
    lastTransitionTime: lastTransitionTime ?? timestamp(now),
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
  };
}

export function conditionOf(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((c) => c.type === type);
}

interface Judged {
  metadata?: { generation?: number };
  status?: { observedGeneration?: number; conditions?: readonly Condition[] };
}

/** Ready of the object as it is now: Unknown while its controller has not seen the newest generation. */
export function readinessOf(object: Judged): ConditionStatus {
  if (object.status?.observedGeneration !== object.metadata?.generation) return 'Unknown';
  return conditionOf(object.status?.conditions, 'Ready')?.status ?? 'Unknown';
}
