import { isDeepStrictEqual } from 'node:util';
import { type HorizontalPodAutoscaler, type KubeClient, isNotFound, kinds } from '@tidegate/kube';
import { type ObservedRevision, leastReady, planHpa } from '@tidegate/serving-autoscale';
import {
  type Finding,
  POD_AUTOSCALER_CONDITIONS,
  type PodAutoscaler,
  type PodAutoscalerStatus,
  conditionOf,
  settleConditions,
} from '@tidegate/serving-contract';

/** Kubernetes' autoscaler is looked at this often, for the numbers in the status. */
export const HPA_LOOK_MS = 15_000;

interface Answer {
  /** Absent when there is nothing that could scale the revision. */
  hpa?: HorizontalPodAutoscaler;
  /** Why there is none. */
  problem?: Omit<Finding, 'type'>;
}

/** Gives a revision of class hpa to Kubernetes' own autoscaler. Such a revision is always active, and never sleeps. */
export async function reconcileHpa(client: KubeClient, observed: ObservedRevision, nowMs: number): Promise<PodAutoscalerStatus> {
  const { pa, settings, replicas = 0, serviceName } = observed;
  const { hpa, problem } = await ensureHpa(client, pa, planHpa(pa, settings));
  const wasInitialized = conditionOf(pa.status?.conditions, 'ScaleTargetInitialized')?.status === 'True';
  const current = observed.pods.filter((pod) => pod.ready).length;
  const initialized = wasInitialized || (serviceName !== undefined && current >= leastReady(settings, false));
  const findings: Finding[] = [
    { type: 'Active', ...(problem ?? { status: 'True' }) },
    { type: 'ScaleTargetInitialized', status: initialized ? 'True' : 'Unknown' },
  ];
  return {
    ...pa.status,
    observedGeneration: pa.metadata?.generation,
    conditions: settleConditions(POD_AUTOSCALER_CONDITIONS, pa.status?.conditions, findings, nowMs),
    ...(serviceName === undefined ? {} : { serviceName, metricsServiceName: serviceName }),
    // A cluster that knows the kind may have nothing that acts on it.
    desiredScale: hpa?.status?.desiredReplicas ?? replicas,
    actualScale: current,
  };
}

async function ensureHpa(client: KubeClient, pa: PodAutoscaler, wanted: HorizontalPodAutoscaler): Promise<Answer> {
  const { name = '', namespace } = wanted.metadata ?? {};
  const existing = await client.get(kinds.horizontalPodAutoscalers, name, namespace);
  if (existing && !existing.metadata?.ownerReferences?.some((o) => o.uid === pa.metadata?.uid)) {
    const message = `There is an existing HorizontalPodAutoscaler "${name}" that we do not own.`;
    return { problem: { status: 'False', reason: 'NotOwned', message } };
  }
  if (existing && contains(existing.spec, wanted.spec)) return { hpa: existing };
  try {
    return { hpa: await client.apply(kinds.horizontalPodAutoscalers, wanted) };
  } catch (error) {
    // The kind itself is missing: a cluster without autoscaling/v2.
    if (!isNotFound(error)) throw error;
    return { problem: { status: 'False', reason: 'FailedCreate', message: `Failed to create HorizontalPodAutoscaler "${name}".` } };
  }
}

/** Whether everything that is wanted is there; the server has added its defaults. */
function contains(existing: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null || typeof existing !== 'object' || existing === null)
    return isDeepStrictEqual(existing, wanted);
  const entries = Object.entries(wanted).filter(([, value]) => value !== undefined);
  return entries.every(([key, value]) => contains((existing as Record<string, unknown>)[key], value));
}
