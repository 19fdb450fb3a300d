import { type KubeObject, type PodDisruptionBudget, selectorMatches } from '@tidegate/kube';
import { type JsonObject, isJsonObject, jsonOf, numberAt, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import { ApiError, badRequest, methodNotAllowed, notFound } from './api-error.js';
import type { ApiContext, SpecialAnswer, SpecialRequest, WriteOptions } from './api-options.js';
import { type DeleteOptions, deleteObject } from './deletion.js';
import { timestamp } from './object-metadata.js';

const BUDGETS = 'policy/poddisruptionbudgets';
const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";
/** As in Kubernetes: more pods under way than that, and the budget is not kept up by anybody. */
const MOST_DISRUPTED = 2000;

function tooManyRequests(message: string, cause: string): ApiError {
  return new ApiError(429, 'TooManyRequests', message, { causes: [{ reason: 'DisruptionBudget', message: cause }] });
}

/** Pods that have ended, have not begun or are on their way out disturb nobody. */
function needsNoBudget(pod: JsonObject): boolean {
  const phase = textAt(objectAt(pod, 'status'), 'phase');
  return ['Succeeded', 'Failed', 'Pending'].includes(phase) || objectAt(pod, 'metadata')?.deletionTimestamp !== undefined;
}

function isReady(pod: JsonObject): boolean {
  return objectsAt(objectAt(pod, 'status'), 'conditions').some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

/** A pod that is not ready may go: always when its budget says so, else while enough others are. */
function mayGoUnready(budget: JsonObject, pod: JsonObject): boolean {
  if (isReady(pod)) return false;
  if (objectAt(budget, 'spec')?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const status = objectAt(budget, 'status');
  const [healthy, desired] = [numberAt(status, 'currentHealthy') ?? 0, numberAt(status, 'desiredHealthy') ?? 0];
  return desired > 0 && healthy >= desired;
}

/** The budget with one disruption less. Throws 429 when there is none left (registry/core/pod/storage/eviction.go). */
function spent(current: KubeObject, podName: string, now: number): KubeObject {
  const budget = jsonOf(current);
  const name = current.metadata?.name ?? '';
  const status = objectAt(budget, 'status') ?? {};
  if ((numberAt(status, 'observedGeneration') ?? 0) < (current.metadata?.generation ?? 0))
    throw tooManyRequests(REFUSED, `The disruption budget ${name} is still being processed by the server.`);
  const disrupted = objectAt(status, 'disruptedPods') ?? {};
  if (Object.keys(disrupted).length > MOST_DISRUPTED)
    throw new ApiError(403, 'Forbidden', `poddisruptionbudgets.policy "${name}" is forbidden: DisruptedPods map too big - too many evictions not confirmed by PDB controller`);
  const allowed = numberAt(status, 'disruptionsAllowed') ?? 0;
  if (allowed <= 0) {
    const [desired, healthy] = [numberAt(status, 'desiredHealthy') ?? 0, numberAt(status, 'currentHealthy') ?? 0];
    const why = healthy <= desired ? `needs ${desired} healthy pods and has ${healthy} currently` : 'does not allow evicting pods currently';
    throw tooManyRequests(REFUSED, `The disruption budget ${name} ${why}`);
  }
  const next = { ...status, disruptionsAllowed: allowed - 1, disruptedPods: { ...disrupted, [podName]: timestamp(now) } };
  return { ...current, ...{ status: next } };
}

/** POST of an Eviction: the pod is deleted when its disruption budget allows it. */
export async function evictPod(context: ApiContext, request: SpecialRequest, write: WriteOptions): Promise<SpecialAnswer> {
  const { definition, namespace = '', name, object, method } = request;
  if (method !== 'POST') throw methodNotAllowed();
  if (!object) throw notFound(definition, name);
  const eviction = isJsonObject(request.body) ? request.body : {};
  const named = textAt(objectAt(eviction, 'metadata'), 'name');
  if (named !== '' && named !== name) throw badRequest('name in URL does not match name in Eviction object');
  const pod = jsonOf(object);
  const budgets = context.store
    .list(BUDGETS, `${namespace}/`)
    .filter((budget) => selectorMatches((budget as PodDisruptionBudget).spec?.selector, object.metadata?.labels));
  const [budget, another] = needsNoBudget(pod) ? [] : budgets;
  if (another)
    throw new ApiError(500, 'InternalError', 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
  if (budget && !mayGoUnready(jsonOf(budget), pod)) {
    const key = `${namespace}/${budget.metadata?.name ?? ''}`;
    if (write.dryRun) spent(budget, name, context.clock.now());
    else
      await context.store.write(BUDGETS, key, (current) =>
        current ? { put: spent(current, name, context.clock.now()) } : { keep: budget },
      );
  }
  await deleteObject(context, definition, namespace, name, deleteOptionsOf(eviction), write);
  return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
}

function deleteOptionsOf(eviction: JsonObject): DeleteOptions {
  const options = objectAt(eviction, 'deleteOptions');
  const preconditions = objectAt(options, 'preconditions');
  const grace = numberAt(options, 'gracePeriodSeconds');
  const [uid, resourceVersion] = [textAt(preconditions, 'uid'), textAt(preconditions, 'resourceVersion')];
  return {
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(preconditions ? { preconditions: { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) } } : {}),
  };
}

/** POST of a Binding, as schedulers send it: the pod gets its node. */
export async function bindPod(context: ApiContext, request: SpecialRequest, write: WriteOptions): Promise<SpecialAnswer> {
  const { definition, namespace = '', name, object, method } = request;
  if (method !== 'POST') throw methodNotAllowed();
  if (!object) throw notFound(definition, name);
  const node = textAt(objectAt(isJsonObject(request.body) ? request.body : undefined, 'target'), 'name');
  if (node === '') throw badRequest('binding must name the node that the pod goes to: target.name');
  const bound = (current: KubeObject): KubeObject => {
    const pod = jsonOf(current);
    const taken = textAt(objectAt(pod, 'spec'), 'nodeName');
    const conflict = (why: string): ApiError =>
      new ApiError(409, 'Conflict', `Operation cannot be fulfilled on pods/binding "${name}": ${why}`, { name, kind: 'pods/binding' });
    if (current.metadata?.deletionTimestamp) throw conflict(`pod ${name} is being deleted, cannot be assigned to a host`);
    if (taken !== '') throw conflict(`pod ${name} is already assigned to node "${taken}"`);
    const others = objectsAt(objectAt(pod, 'status'), 'conditions').filter((condition) => condition.type !== 'PodScheduled');
    const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: timestamp(context.clock.now()) };
    return {
      ...current,
      ...{ spec: { ...objectAt(pod, 'spec'), nodeName: node }, status: { ...objectAt(pod, 'status'), conditions: [...others, scheduled] } },
    };
  };
  if (write.dryRun) bound(object);
  else await context.store.write('/pods', `${namespace}/${name}`, (current) => (current ? { put: bound(current) } : { keep: object }));
  return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
}
