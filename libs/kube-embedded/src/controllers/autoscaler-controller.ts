import { type HorizontalPodAutoscaler, type Kind, type RunningController, isNotFound, keyOf, kinds, splitKey, startController } from '@tidegate/kube';
import type { UsageSource } from '../api/metrics-answers.js';
import type { ControllerContext } from './controller-context.js';
import { type AutoscalerMemory, planAutoscaler } from './plan-autoscaler.js';

/** As Kubernetes: --horizontal-pod-autoscaler-sync-period. */
const SYNC_MS = 15_000;

interface Scale {
  metadata?: { resourceVersion?: string };
  spec?: { replicas?: number };
  status?: { replicas: number; selector?: string };
}

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean }[];
}

/** Follows the load of pods with the number of replicas, for everything that has a scale. */
export function startAutoscalerController(context: ControllerContext, usage: UsageSource): RunningController {
  const { client, informers, events, clock, log, registry } = context;
  const autoscalers = informers.informer(kinds.horizontalPodAutoscalers);
  /** One entry for each autoscaler that exists. */
  const memories = new Map<string, AutoscalerMemory>();

  async function scalePath(autoscaler: HorizontalPodAutoscaler): Promise<string | undefined> {
    const { apiVersion = 'v1', kind = '', name = '' } = autoscaler.spec?.scaleTargetRef ?? {};
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const list = await client.request<ResourceList>({ method: 'GET', path: base }).catch(undefinedWhenAbsent);
    const found: Pick<Kind, 'plural'> | undefined = list?.resources
      ?.filter((resource) => resource.kind === kind && !resource.name.includes('/'))
      .map((resource) => ({ plural: resource.name }))[0];
    return found && `${base}/namespaces/${autoscaler.metadata?.namespace ?? ''}/${found.plural}/${name}/scale`;
  }

  async function reconcile(key: string): Promise<{ againInMs: number } | void> {
    const { namespace, name } = splitKey(key);
    const autoscaler = autoscalers.get(namespace, name);
    if (!autoscaler || autoscaler.metadata?.deletionTimestamp) return void memories.delete(key);
    const path = await scalePath(autoscaler);
    const scale = path === undefined ? undefined : await client.request<Scale>({ method: 'GET', path }).catch(undefinedWhenAbsent);
    if (path === undefined || !scale) {
      await writeFailure(autoscaler);
      return { againInMs: SYNC_MS };
    }
    const selector = scale.status?.selector ?? '';
    const pods = selector === '' ? [] : (await client.list(kinds.pods, { namespace, labelSelector: selector })).items;
    const measured = new Map(usage.pods().map((reading) => [`${reading.namespace}/${reading.name}`, reading]));
    const plan = planAutoscaler({
      autoscaler,
      replicas: scale.spec?.replicas ?? 0,
      pods,
      usageOf: (pod) => measured.get(`${pod.metadata?.namespace}/${pod.metadata?.name}`),
      memory: memories.get(key) ?? { wanted: [], scaled: [] },
      now: clock.now(),
    });
    if (plan.scaleTo !== undefined) {
      await client.request({ method: 'PUT', path, body: { apiVersion: 'autoscaling/v1', kind: 'Scale', ...scale, spec: { replicas: plan.scaleTo } } });
      events.record(autoscaler, { type: 'Normal', reason: 'SuccessfulRescale', message: `New size: ${plan.scaleTo}` });
    }
    memories.set(key, plan.memory);
    await writeStatus(autoscaler, plan.status);
    return { againInMs: SYNC_MS };
  }

  async function writeFailure(autoscaler: HorizontalPodAutoscaler): Promise<void> {
    const { kind, name } = autoscaler.spec?.scaleTargetRef ?? {};
    const message = `the HPA controller was unable to get the target's current scale: ${kind ?? ''} "${name ?? ''}" not found`;
    const before = autoscaler.status?.conditions?.find(({ type }) => type === 'AbleToScale');
    if (before?.message === message) return;
    const at = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const condition = { type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message, lastTransitionTime: at };
    await writeStatus(autoscaler, { currentReplicas: 0, desiredReplicas: 0, conditions: [condition] });
    events.record(autoscaler, { type: 'Warning', reason: 'FailedGetScale', message });
  }

  async function writeStatus(autoscaler: HorizontalPodAutoscaler, status: NonNullable<HorizontalPodAutoscaler['status']>): Promise<void> {
    if (JSON.stringify(autoscaler.status) === JSON.stringify(status)) return;
    const { name = '', namespace, uid } = autoscaler.metadata ?? {};
    try {
      await client.patch(kinds.horizontalPodAutoscalers, name, namespace, { type: 'merge', body: { metadata: { uid }, status } }, { subresource: 'status' });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  return startController({
    name: 'embedded.autoscaler',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [{ informer: autoscalers, toKeys: (autoscaler) => [keyOf(autoscaler)] }],
  });
}

function undefinedWhenAbsent(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}
