import { type Deployment, type ReplicaSet, timestamp } from '@tidegate/kube';
import { type DeploymentPlan, desiredOf } from './plan-deployment.js';
import { rollingNumbers } from './rolling-numbers.js';

type Status = NonNullable<Deployment['status']>;
type Condition = NonNullable<Status['conditions']>[number];

const PROGRESS_DEADLINE_SECONDS = 600;
/** Kubernetes' way to say that progress has no deadline. */
const NO_DEADLINE = 2_147_483_647;

/** The status that the deployment controller of Kubernetes writes. `againInMs` is when the progress deadline passes. */
export function deploymentStatus(deployment: Deployment, plan: DeploymentPlan, now: number): { status: Status; againInMs?: number } {
  const { current, old } = plan;
  const all = [...old, ...(current ? [current] : [])];
  const total = (field: 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas', sets: ReplicaSet[]): number =>
    sets.reduce((sum, s) => sum + (s.status?.[field] ?? 0), 0);
  const replicas = deployment.spec?.replicas ?? 1;
  const available = total('availableReplicas', all);
  const wanted = all.reduce((sum, s) => sum + desiredOf(s), 0);
  const status: Status = {
    observedGeneration: deployment.metadata?.generation,
    replicas: total('replicas', all),
    updatedReplicas: current ? total('replicas', [current]) : 0,
    readyReplicas: total('readyReplicas', all),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, wanted - available),
    terminatingReplicas: total('terminatingReplicas', all),
    ...(deployment.status?.collisionCount === undefined ? {} : { collisionCount: deployment.status.collisionCount }),
  };
  const before = deployment.status?.conditions ?? [];
  const minAvailable =
    replicas -
    (deployment.spec?.strategy?.type === 'Recreate'
      ? 0
      : rollingNumbers(replicas, deployment.spec?.strategy?.rollingUpdate).maxUnavailable);
  const availability =
    available >= minAvailable
      ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
      : {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        };
  const { condition: progress, againInMs } = progressOf(deployment, plan, status, now);
  status.conditions = [dated(availability, before, now), ...(progress ? [progress] : [])];
  return { status, ...(againInMs === undefined ? {} : { againInMs }) };
}

/** Everything runs the current template, and nothing of an older one is left. */
export function isComplete(deployment: Deployment, status: Status): boolean {
  const replicas = deployment.spec?.replicas ?? 1;
  return status.updatedReplicas === replicas && status.replicas === replicas && status.availableReplicas === replicas;
}

function progressOf(
  deployment: Deployment,
  plan: DeploymentPlan,
  status: Status,
  now: number,
): { condition?: Condition; againInMs?: number } {
  const before = deployment.status?.conditions ?? [];
  const existing = before.find((c) => c.type === 'Progressing');
  const seconds = deployment.spec?.progressDeadlineSeconds ?? PROGRESS_DEADLINE_SECONDS;
  const make = (is: 'True' | 'False' | 'Unknown', reason: string, message: string): Condition =>
    dated({ type: 'Progressing', status: is, reason, message }, before, now);
  if (seconds === NO_DEADLINE) return {};
  if (deployment.spec?.paused)
    return { condition: existing?.reason === 'DeploymentPaused' ? existing : make('Unknown', 'DeploymentPaused', 'Deployment is paused') };
  const name = plan.current?.metadata?.name;
  if (isComplete(deployment, status) && plan.current) {
    return { condition: make('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`) };
  }
  if (hasProgressed(deployment, status) || !existing || existing.reason === 'DeploymentPaused') {
    const message = plan.current ? `ReplicaSet "${name}" is progressing.` : `Created new replica set for "${deployment.metadata?.name}"`;
    const reason = plan.current ? 'ReplicaSetUpdated' : 'NewReplicaSetCreated';
    return { condition: { ...make('True', reason, message), lastUpdateTime: timestamp(now) }, againInMs: seconds * 1000 };
  }
  // A new template after a finished rollout begins a new deadline.
  if (existing.reason === 'NewReplicaSetAvailable') {
    return {
      condition: { ...make('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`), lastUpdateTime: timestamp(now) },
      againInMs: seconds * 1000,
    };
  }
  if (existing.reason === 'ProgressDeadlineExceeded') return { condition: existing };
  const left = (Date.parse(existing.lastUpdateTime ?? '') || now) + seconds * 1000 - now;
  if (left > 0) return { condition: existing, againInMs: left + 1000 };
  return { condition: make('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`) };
}

/** Something moved since the last status. */
function hasProgressed(deployment: Deployment, status: Status): boolean {
  const before = deployment.status ?? {};
  const oldBefore = (before.replicas ?? 0) - (before.updatedReplicas ?? 0);
  const oldNow = (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (status.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldNow < oldBefore ||
    (status.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (status.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function dated(condition: Pick<Condition, 'type' | 'status' | 'reason' | 'message'>, before: Condition[], now: number): Condition {
  const existing = before.find((c) => c.type === condition.type);
  const same = existing?.status === condition.status && existing.reason === condition.reason && existing.message === condition.message;
  return {
    ...condition,
    lastUpdateTime: same ? existing.lastUpdateTime : timestamp(now),
    lastTransitionTime: existing?.status === condition.status ? existing.lastTransitionTime : timestamp(now),
  };
}
