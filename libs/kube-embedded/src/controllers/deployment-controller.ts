import { selectorMatches } from '@tidegate/kube';
import {
  type Deployment,
  type ReplicaSet,
  type RunningController,
  isAlreadyExists,
  isNotFound,
  keyOf,
  kinds,
  splitKey,
  startController,
} from '@tidegate/kube';
import type { ControllerContext } from './controller-context.js';
import { deploymentStatus } from './deployment-status.js';
import { controllerKey, controllerOf, controllerRef, isBeingDeleted, isControlledBy } from './owner.js';
import { DESIRED, type DeploymentPlan, MAX, REVISION, desiredOf, planDeployment, revisionOf } from './plan-deployment.js';
import { rollingNumbers } from './rolling-numbers.js';
import { TEMPLATE_HASH_LABEL, sameTemplate, templateHash } from './template-hash.js';

/** Turns Deployments into ReplicaSets, one for each template, and moves pods from the old to the new. */
export function startDeploymentController(context: ControllerContext): RunningController {
  const { client, informers, events, clock, log, registry } = context;
  const deployments = informers.informer(kinds.deployments);
  const sets = informers.informer(kinds.replicaSets);
  const pods = informers.informer(kinds.pods);

  async function reconcile(key: string): Promise<{ againInMs?: number } | void> {
    const { namespace, name } = splitKey(key);
    const deployment = deployments.get(namespace, name);
    if (!deployment) return;
    const uid = deployment.metadata?.uid;
    const inNamespace = sets.list(namespace);
    const orphans = inNamespace.filter(
      (s) => !controllerOf(s) && !isBeingDeleted(s) && selectorMatches(deployment.spec?.selector, s.metadata?.labels),
    );
    if (orphans.length > 0 && !isBeingDeleted(deployment)) return adopt(deployment, orphans);
    const own = inNamespace.filter((s) => isControlledBy(s, uid));
    const plan = planDeployment(deployment, own, deployment.spec?.strategy?.type === 'Recreate' ? pods.list(namespace) : []);
    const made = plan.make ? await make(deployment, plan) : undefined;
    for (const { set, replicas } of plan.scale) await scale(deployment, set, replicas, plan);
    if (plan.current && revisionOf(plan.current) !== plan.revision && !plan.scale.some((s) => s.set === plan.current)) {
      await scale(deployment, plan.current, desiredOf(plan.current), plan);
    }
    for (const set of plan.forget) {
      await client.delete(kinds.replicaSets, set.metadata?.name ?? '', namespace, {
        uid: set.metadata?.uid ?? '',
        propagationPolicy: 'Background',
      });
    }
    if (!isBeingDeleted(deployment) && (plan.current ?? made) && revisionOf(deployment) !== plan.revision) {
      const body = { metadata: { annotations: { [REVISION]: String(plan.revision) } } };
      await client.patch(kinds.deployments, name, namespace, { type: 'merge', body });
    }
    return writeStatus(deployment, { ...plan, current: plan.current ?? made });
  }

  async function adopt(deployment: Deployment, orphans: ReplicaSet[]): Promise<void> {
    for (const set of orphans) {
      const ownerReferences = [...(set.metadata?.ownerReferences ?? []), controllerRef(kinds.deployments, deployment)];
      const body = { metadata: { uid: set.metadata?.uid, ownerReferences } };
      await client.patch(kinds.replicaSets, set.metadata?.name ?? '', set.metadata?.namespace, { type: 'merge', body });
    }
  }

  async function make(deployment: Deployment, plan: DeploymentPlan): Promise<ReplicaSet | undefined> {
    const { namespace, name = '' } = deployment.metadata ?? {};
    const replicas = plan.make?.replicas ?? 0;
    const set = newReplicaSet(deployment, replicas, plan.revision);
    try {
      const made = await client.create(kinds.replicaSets, set);
      if (replicas > 0) {
        events.record(deployment, {
          type: 'Normal',
          reason: 'ScalingReplicaSet',
          message: `Scaled up replica set ${made.metadata?.name} from 0 to ${replicas}`,
        });
      }
      return made;
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const existing = await client.get(kinds.replicaSets, set.metadata?.name ?? '', namespace);
      // The cache was a moment behind: the next round sees it.
      if (existing && isControlledBy(existing, deployment.metadata?.uid) && sameTemplate(existing.spec?.template, set.spec?.template))
        return existing;
      const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
      await client.patch(
        kinds.deployments,
        name,
        namespace,
        { type: 'merge', body: { status: { collisionCount } } },
        { subresource: 'status' },
      );
      return undefined;
    }
  }

  async function scale(deployment: Deployment, set: ReplicaSet, replicas: number, plan: DeploymentPlan): Promise<void> {
    const before = desiredOf(set);
    const annotations = { ...sizeAnnotations(deployment), ...(set === plan.current ? { [REVISION]: String(plan.revision) } : {}) };
    const body = { metadata: { uid: set.metadata?.uid, resourceVersion: set.metadata?.resourceVersion, annotations }, spec: { replicas } };
    try {
      await client.patch(kinds.replicaSets, set.metadata?.name ?? '', set.metadata?.namespace, { type: 'merge', body });
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    if (before === replicas) return;
    const message = `Scaled ${replicas > before ? 'up' : 'down'} replica set ${set.metadata?.name} from ${before} to ${replicas}`;
    events.record(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
  }

  async function writeStatus(deployment: Deployment, plan: DeploymentPlan): Promise<{ againInMs?: number } | void> {
    const { status, againInMs } = deploymentStatus(deployment, plan, clock.now());
    if (!sameStatus(deployment.status, status)) {
      const { name = '', namespace, uid } = deployment.metadata ?? {};
      try {
        await client.patch(
          kinds.deployments,
          name,
          namespace,
          { type: 'merge', body: { metadata: { uid }, status } },
          { subresource: 'status' },
        );
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    return againInMs === undefined ? undefined : { againInMs };
  }

  return startController({
    name: 'embedded.deployment',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [
      { informer: deployments, toKeys: (deployment) => [keyOf(deployment)] },
      {
        informer: sets,
        toKeys: (set) => {
          if (controllerOf(set)) return controllerKey('Deployment')(set);
          return deployments
            .list(set.metadata?.namespace)
            .filter((d) => selectorMatches(d.spec?.selector, set.metadata?.labels))
            .map(keyOf);
        },
      },
      {
        informer: pods,
        // Only Recreate waits for single pods; everything else is counted by ReplicaSets.
        toKeys: (pod) => {
          const owner = controllerOf(pod);
          const set = owner?.kind === 'ReplicaSet' ? sets.get(pod.metadata?.namespace, owner.name) : undefined;
          const key = set ? controllerKey('Deployment')(set)[0] : undefined;
          if (key === undefined) return [];
          const { namespace, name } = splitKey(key);
          return deployments.get(namespace, name)?.spec?.strategy?.type === 'Recreate' ? [key] : [];
        },
      },
    ],
  });
}

function newReplicaSet(deployment: Deployment, replicas: number, revision: number): ReplicaSet {
  const spec = deployment.spec;
  const hash = templateHash(spec?.template, deployment.status?.collisionCount ?? 0);
  const labels = { ...spec?.template.metadata?.labels, [TEMPLATE_HASH_LABEL]: hash };
  const {
    'kubectl.kubernetes.io/last-applied-configuration': _,
    [REVISION]: _revision,
    ...annotations
  } = deployment.metadata?.annotations ?? {};
  return {
    metadata: {
      name: `${deployment.metadata?.name}-${hash}`,
      namespace: deployment.metadata?.namespace,
      labels,
      annotations: { ...annotations, ...sizeAnnotations(deployment), [REVISION]: String(revision) },
      ownerReferences: [controllerRef(kinds.deployments, deployment)],
    },
    spec: {
      replicas,
      minReadySeconds: spec?.minReadySeconds,
      selector: { ...spec?.selector, matchLabels: { ...spec?.selector.matchLabels, [TEMPLATE_HASH_LABEL]: hash } },
      template: { ...spec?.template, metadata: { ...spec?.template.metadata, labels } },
    },
  };
}

function sizeAnnotations(deployment: Deployment): Record<string, string> {
  const replicas = deployment.spec?.replicas ?? 1;
  const surge =
    deployment.spec?.strategy?.type === 'Recreate' ? 0 : rollingNumbers(replicas, deployment.spec?.strategy?.rollingUpdate).maxSurge;
  return { [DESIRED]: String(replicas), [MAX]: String(replicas + surge) };
}

function sameStatus(a: Deployment['status'], b: Deployment['status']): boolean {
  const numbers = [
    'observedGeneration',
    'replicas',
    'updatedReplicas',
    'readyReplicas',
    'availableReplicas',
    'unavailableReplicas',
    'terminatingReplicas',
  ] as const;
  if (!numbers.every((k) => (a?.[k] ?? 0) === (b?.[k] ?? 0)) || a?.conditions?.length !== b?.conditions?.length) return false;
  return (b?.conditions ?? []).every((c) => {
    const other = a?.conditions?.find((o) => o.type === c.type);
    return (
      other?.status === c.status && other?.reason === c.reason && other?.message === c.message && other?.lastUpdateTime === c.lastUpdateTime
    );
  });
}
