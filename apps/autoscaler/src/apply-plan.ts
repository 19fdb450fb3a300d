import { isDeepStrictEqual } from 'node:util';
import { type Deployment, type EventRecorder, type KubeClient, type Pod, type WrittenObjects, isNotFound, kinds } from '@tidegate/kube';
import type { RevisionPlan } from '@tidegate/serving-autoscale';
import { ENDPOINT_LABEL, type PodAutoscaler, podAutoscalers } from '@tidegate/serving-contract';
import { type AutoscalerEvent, eventText } from './events.js';
import type { RevisionGatherer } from './gather-revision.js';

/** A ReplicaSet takes pods with a lower cost first. */
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const PARKED_COST = '-1000';
const CONDEMNED_COST = '-2000';
/** Pods written at the same time for one revision. */
const PODS_AT_ONCE = 16;

export interface ApplyContext {
  client: KubeClient;
  written: WrittenObjects;
  gatherer: RevisionGatherer;
  recorder: EventRecorder;
  onScaled(from: number, to: number): void;
}

/** The only writer. More pods come first, then pods that come back; the Deployment shrinks before further pods are parked. */
export async function applyPlan(context: ApplyContext, key: string, pa: PodAutoscaler, plan: RevisionPlan): Promise<void> {
  await growNow(context, key, pa, plan);
  const replicas = replicasOf(context, pa);
  if (plan.replicas !== undefined && replicas !== undefined && plan.replicas < replicas) {
    await writePods(context, key, plan.condemn, { metadata: { annotations: { [DELETION_COST]: CONDEMNED_COST } } });
    await scale(context, pa, replicas, plan.replicas);
  }
  const parked = { metadata: { labels: { [ENDPOINT_LABEL]: null }, annotations: { [DELETION_COST]: PARKED_COST } } };
  await writePods(context, key, plan.park, parked);
  await writeStatus(context, pa, plan);
}

/** The part of a plan that requests may wait for. */
export async function growNow(context: ApplyContext, key: string, pa: PodAutoscaler, plan: RevisionPlan): Promise<void> {
  const replicas = replicasOf(context, pa);
  const back = { metadata: { labels: { [ENDPOINT_LABEL]: 'true' }, annotations: { [DELETION_COST]: null } } };
  await Promise.all([
    plan.replicas !== undefined && replicas !== undefined && plan.replicas > replicas
      ? scale(context, pa, replicas, plan.replicas)
      : undefined,
    writePods(context, key, plan.unpark, back),
  ]);
}

function replicasOf({ gatherer }: ApplyContext, pa: PodAutoscaler): number | undefined {
  const deployment = gatherer.deployment(pa);
  return deployment && (deployment.spec?.replicas ?? 1);
}

async function scale(context: ApplyContext, pa: PodAutoscaler, from: number, to: number): Promise<void> {
  const deployment = context.gatherer.deployment(pa);
  const { namespace, name = '' } = deployment?.metadata ?? {};
  const path = '/spec/replicas';
  // A revision that somebody has let grow meanwhile must not shrink by what was decided before.
  const body =
    to < from
      ? [
          { op: 'test', path, value: from },
          { op: 'replace', path, value: to },
        ]
      : [{ op: 'add', path, value: to }];
  const answer = await context.client.patch<Deployment>(
    kinds.deployments,
    name,
    namespace,
    { type: 'json', body },
    { subresource: 'scale' },
  );
  const resourceVersion = answer.metadata?.resourceVersion;
  if (deployment?.spec)
    context.written.note(kinds.deployments, {
      ...deployment,
      metadata: { ...deployment.metadata, resourceVersion },
      spec: { ...deployment.spec, replicas: to },
    });
  record(context, pa, to === 0 ? { reason: 'ScaledToZero', from } : { reason: to > from ? 'ScaledUp' : 'ScaledDown', from, to });
  context.onScaled(from, to);
}

/** One merge patch for each of the pods; one that is gone needs none. */
async function writePods(context: ApplyContext, key: string, names: readonly string[], body: unknown): Promise<void> {
  if (names.length === 0) return;
  const namespace = key.slice(0, key.indexOf('/'));
  const left = [...names];
  const work = async (): Promise<void> => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      try {
        context.written.note<Pod>(kinds.pods, await context.client.patch(kinds.pods, name, namespace, { type: 'merge', body }));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(PODS_AT_ONCE, names.length) }, work));
}

export async function writeStatus(context: ApplyContext, pa: PodAutoscaler, { status }: Pick<RevisionPlan, 'status'>): Promise<void> {
  if (isDeepStrictEqual(pa.status, JSON.parse(JSON.stringify(status)))) return;
  const { namespace, name = '' } = pa.metadata ?? {};
  const patch = { type: 'merge' as const, body: { status } };
  context.written.note(podAutoscalers, await context.client.patch(podAutoscalers, name, namespace, patch, { subresource: 'status' }));
}

export function record({ recorder }: Pick<ApplyContext, 'recorder'>, pa: PodAutoscaler, event: AutoscalerEvent): void {
  const regarding = { ...pa, apiVersion: 'autoscaling.internal.knative.dev/v1alpha1', kind: 'PodAutoscaler' };
  recorder.record(regarding, {
    type: event.reason === 'DrainGivenUp' ? 'Warning' : 'Normal',
    reason: event.reason,
    message: eventText(event),
  });
}
