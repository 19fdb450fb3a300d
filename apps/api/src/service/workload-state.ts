import type { Deployment, StatefulSet } from '@tidegate/kube';
import type { KnativeService, PodAutoscaler } from '@tidegate/serving-contract';
import { type Replicas, ServiceState } from './service.types.js';

export interface StateInWords {
  state: ServiceState;
  why: string;
}

const pods = (n: number): string => (n === 1 ? '1 pod' : `${n} pods`);

/** First finding wins; each sentence has both sides of the mismatch. */
export function deploymentState(deployment: Deployment, replicas: Replicas): StateInWords {
  const failed = deployment.status?.conditions?.find((c) => c.type === 'Progressing' && c.status === 'False');
  if (replicas.wanted === 0) return stopped(replicas);
  if (failed) return { state: ServiceState.FAILED, why: failed.message ?? 'The newest version does not become ready.' };
  if ((deployment.status?.observedGeneration ?? 0) < (deployment.metadata?.generation ?? 0)) return { state: ServiceState.PROGRESSING, why: 'A change has not been taken up yet.' };
  return rolledOut(replicas);
}

export function statefulSetState(set: StatefulSet, replicas: Replicas): StateInWords {
  if (replicas.wanted === 0) return stopped(replicas);
  if ((set.status?.observedGeneration ?? 0) < (set.metadata?.generation ?? 0)) return { state: ServiceState.PROGRESSING, why: 'A change has not been taken up yet.' };
  return rolledOut(replicas);
}

function rolledOut({ wanted, ready, updated }: Replicas): StateInWords {
  if (updated < wanted) return { state: ServiceState.PROGRESSING, why: `${updated} of ${pods(wanted)} run the newest version.` };
  if (ready < wanted) return { state: ServiceState.DEGRADED, why: `${ready} of ${pods(wanted)} are ready.` };
  return { state: ServiceState.READY, why: wanted === 1 ? 'Its pod is ready.' : `All ${pods(wanted)} are ready.` };
}

const stopped = ({ ready }: Replicas): StateInWords => ({ state: ServiceState.STOPPED, why: ready === 0 ? 'Scaled to zero by hand.' : `Scaled to zero by hand; ${pods(ready)} still run.` });

/** `scalers` are those of the revisions that have traffic. */
export function knativeState({ status, metadata }: KnativeService, scalers: readonly PodAutoscaler[]): StateInWords {
  const ready = status?.conditions?.find((c) => c.type === 'Ready');
  if (!ready || (status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) return { state: ServiceState.PROGRESSING, why: 'A change has not been taken up yet.' };
  const because = ready.message || ready.reason || '';
  if (ready.status === 'False') return { state: ServiceState.FAILED, why: because || 'It is not ready.' };
  if (ready.status !== 'True') return { state: ServiceState.PROGRESSING, why: because || 'It is being made ready.' };
  const awake = scalers.reduce((sum, s) => sum + (s.status?.actualScale ?? 0), 0);
  const coming = scalers.some((s) => (s.status?.desiredScale ?? 0) > 0);
  if (awake > 0) return { state: ServiceState.READY, why: awake === 1 ? '1 pod is awake.' : `${awake} pods are awake.` };
  if (coming) return { state: ServiceState.PROGRESSING, why: 'It is waking up.' };
  return { state: ServiceState.ASLEEP, why: 'It has no pods; the next request wakes it.' };
}
