import {
  type Pod,
  type RunningController,
  type StatefulSet,
  isAlreadyExists,
  isNotFound,
  keyOf,
  kinds,
  splitKey,
  startController,
} from '@tidegate/kube';
import { claimsOfSet, volumesOfSet } from './claims-of-set.js';
import type { ControllerContext } from './controller-context.js';
import { controllerKey, controllerRef } from './owner.js';
import { REVISION_LABEL, type StatefulSetPlan, planStatefulSet } from './plan-stateful-set.js';
import { podFromTemplate } from './pod-from-template.js';
import { keepRevisions } from './revisions.js';
import { type VolumeClaim, volumeClaims } from './volume-kinds.js';

/** Keeps pods with lasting names, one after the other. */
export function startStatefulSetController(context: ControllerContext): RunningController {
  const { client, informers, events, clock, log, registry } = context;
  const sets = informers.informer(kinds.statefulSets);
  const pods = informers.informer(kinds.pods);

  async function reconcile(key: string): Promise<{ againInMs?: number } | void> {
    const { namespace, name } = splitKey(key);
    const set = sets.get(namespace, name);
    if (!set) return;
    const plan = planStatefulSet(set, pods.list(namespace), clock.now());
    if (!set.metadata?.deletionTimestamp) {
      const { template, revisionHistoryLimit } = set.spec ?? {};
      const hash = plan.revision.slice(name.length + 1);
      await keepRevisions(context, { kind: kinds.statefulSets, owner: set, template, hash, limit: revisionHistoryLimit ?? 10 });
    }
    for (const ordinal of plan.create) await create(set, ordinal, plan.revision);
    for (const pod of plan.remove) await remove(set, pod);
    await writeStatus(set, plan);
    return plan.againInMs === undefined ? undefined : { againInMs: plan.againInMs };
  }

  /** Its lasting name makes a second creation harmless, whatever the cache knows. */
  async function create(set: StatefulSet, ordinal: number, revision: string): Promise<void> {
    const name = `${set.metadata?.name}-${ordinal}`;
    const pod = podFromTemplate(set.spec?.template, set, controllerRef(kinds.statefulSets, set), name);
    const labels = {
      ...pod.metadata?.labels,
      [REVISION_LABEL]: revision,
      'statefulset.kubernetes.io/pod-name': name,
      'apps.kubernetes.io/pod-index': String(ordinal),
    };
    const volumes = volumesOfSet(set, ordinal);
    const spec = {
      ...(pod.spec ?? { containers: [] }),
      ...(volumes.length > 0 ? { volumes } : {}),
      hostname: name,
      ...(set.spec?.serviceName ? { subdomain: set.spec.serviceName } : {}),
    };
    for (const claim of claimsOfSet(set, ordinal)) await createClaim(set, claim);
    try {
      await client.create(kinds.pods, { metadata: { ...pod.metadata, labels }, spec });
    } catch (error) {
      if (isAlreadyExists(error)) return;
      throw error;
    }
    events.record(set, {
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `create Pod ${name} in StatefulSet ${set.metadata?.name} successful`,
    });
  }

  /** Those of a pod before it are there, and keep what it wrote. */
  async function createClaim(set: StatefulSet, claim: VolumeClaim): Promise<void> {
    try {
      await client.create(volumeClaims, claim);
    } catch (error) {
      if (isAlreadyExists(error)) return;
      throw error;
    }
    const name = claim.metadata?.name ?? '';
    events.record(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `create Claim ${name} Pod in StatefulSet ${set.metadata?.name} success` });
  }

  async function remove(set: StatefulSet, pod: Pod): Promise<void> {
    const name = pod.metadata?.name ?? '';
    await client.delete(kinds.pods, name, pod.metadata?.namespace, { uid: pod.metadata?.uid ?? '' });
    events.record(set, {
      type: 'Normal',
      reason: 'SuccessfulDelete',
      message: `delete Pod ${name} in StatefulSet ${set.metadata?.name} successful`,
    });
  }

  async function writeStatus(set: StatefulSet, plan: StatefulSetPlan): Promise<void> {
    const before: Record<string, unknown> = { ...set.status };
    if (Object.entries(plan.status).every(([k, v]) => (before[k] ?? (typeof v === 'number' ? 0 : undefined)) === v)) return;
    const { name = '', namespace, uid } = set.metadata ?? {};
    try {
      await client.patch(
        kinds.statefulSets,
        name,
        namespace,
        { type: 'merge', body: { metadata: { uid }, status: plan.status } },
        { subresource: 'status' },
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  return startController({
    name: 'embedded.statefulset',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [
      { informer: sets, toKeys: (set) => [keyOf(set)] },
      { informer: pods, toKeys: controllerKey('StatefulSet') },
    ],
  });
}
