import type { Deployment, Pod, ReplicaSet } from '@tidegate/kube';
import { isBeingDeleted, isControlledBy } from './owner.js';
import { podIsActive } from './pod-state.js';
import { rollingNumbers } from './rolling-numbers.js';
import { sameTemplate } from './template-hash.js';

export const REVISION = 'deployment.kubernetes.io/revision';
export const DESIRED = 'deployment.kubernetes.io/desired-replicas';
export const MAX = 'deployment.kubernetes.io/max-replicas';

export interface DeploymentPlan {
  /** The ReplicaSet of the current template; undefined when it is to be made. */
  current: ReplicaSet | undefined;
  old: ReplicaSet[];
  /** Replicas of a ReplicaSet that has to be made. */
  make?: { replicas: number };
  scale: { set: ReplicaSet; replicas: number }[];
  /** Old ReplicaSets beyond the history limit. */
  forget: ReplicaSet[];
  /** Number of the current template in the deployment's history. */
  revision: number;
}

/** One step of a Deployment over its ReplicaSets and pods; every change brings the next step. Pure. */
export function planDeployment(deployment: Deployment, sets: ReplicaSet[], pods: Pod[]): DeploymentPlan {
  const spec = deployment.spec;
  const replicas = spec?.replicas ?? 1;
  const sorted = [...sets].sort(byAge);
  const current = sorted.find((s) => sameTemplate(s.spec?.template, spec?.template));
  const old = sorted.filter((s) => s !== current);
  const highestOld = Math.max(0, ...old.map(revisionOf));
  const revision = current && revisionOf(current) > highestOld ? revisionOf(current) : highestOld + 1;
  const plan: DeploymentPlan = { current, old, scale: [], forget: [], revision };
  if (isBeingDeleted(deployment)) return plan;
  if (spec?.paused || isScaling(replicas, sets)) plan.scale = scaleInProportion(deployment, current, old);
  else if (spec?.strategy?.type === 'Recreate') recreate(plan, replicas, pods);
  else roll(plan, deployment, replicas);
  if (!spec?.paused) plan.forget = beyondHistory(old, spec?.revisionHistoryLimit ?? 10);
  return plan;
}

export function revisionOf(object: { metadata?: { annotations?: Record<string, string> } }): number {
  return Number(object.metadata?.annotations?.[REVISION] ?? 0) || 0;
}

export function desiredOf(set: ReplicaSet): number {
  return set.spec?.replicas ?? 1;
}

const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
const availableOf = (set: ReplicaSet): number => set.status?.availableReplicas ?? 0;

function byAge(a: ReplicaSet, b: ReplicaSet): number {
  return (
    Date.parse(a.metadata?.creationTimestamp ?? '') - Date.parse(b.metadata?.creationTimestamp ?? '') ||
    ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1)
  );
}

/** First everything old goes; only when its last pod is gone does the new one start. */
function recreate(plan: DeploymentPlan, replicas: number, pods: Pod[]): void {
  plan.scale = plan.old.filter((s) => desiredOf(s) > 0).map((set) => ({ set, replicas: 0 }));
  const oldPods = pods.some((p) => (podIsActive(p) || isBeingDeleted(p)) && plan.old.some((s) => isControlledBy(p, s.metadata?.uid)));
  if (plan.scale.length > 0 || oldPods) return;
  if (!plan.current) plan.make = { replicas };
  else if (desiredOf(plan.current) !== replicas) plan.scale.push({ set: plan.current, replicas });
}

function roll(plan: DeploymentPlan, deployment: Deployment, replicas: number): void {
  const { maxSurge, maxUnavailable } = rollingNumbers(replicas, deployment.spec?.strategy?.rollingUpdate);
  const { current, old } = plan;
  const total = sum(old.map(desiredOf)) + (current ? desiredOf(current) : 0);
  const room = Math.max(0, replicas + maxSurge - total);
  if (!current) {
    plan.make = { replicas: Math.min(room, replicas) };
    return;
  }
  const has = desiredOf(current);
  if (has > replicas) plan.scale.push({ set: current, replicas });
  else if (has < replicas && room > 0) plan.scale.push({ set: current, replicas: Math.min(replicas, has + room) });
  if (plan.scale.length > 0) return;
  const minAvailable = replicas - maxUnavailable;
  const unavailableNew = Math.max(0, has - availableOf(current));
  shrinkOld(plan, total - minAvailable - unavailableNew, sum([...old, current].map(availableOf)) - minAvailable);
}

/** Old replicas that are not available cost nothing and go first (`mayGo` in all); then available ones while enough stay (`spare`). */
function shrinkOld(plan: DeploymentPlan, mayGo: number, spare: number): void {
  let left = Math.max(0, mayGo);
  const targets = new Map(plan.old.map((set) => [set, desiredOf(set)]));
  for (const set of plan.old) {
    const sick = Math.max(0, desiredOf(set) - availableOf(set));
    const gone = Math.min(left, sick);
    targets.set(set, desiredOf(set) - gone);
    left -= gone;
  }
  let spareLeft = Math.min(Math.max(0, spare), left);
  for (const set of plan.old) {
    const has = targets.get(set) ?? 0;
    const gone = Math.min(spareLeft, has);
    targets.set(set, has - gone);
    spareLeft -= gone;
  }
  for (const [set, replicas] of targets) if (replicas !== desiredOf(set)) plan.scale.push({ set, replicas });
}

function isScaling(replicas: number, sets: ReplicaSet[]): boolean {
  return sets.some(
    (s) => desiredOf(s) > 0 && s.metadata?.annotations?.[DESIRED] !== undefined && Number(s.metadata.annotations[DESIRED]) !== replicas,
  );
}

/** A change of the size while several versions run keeps their proportion; what rounding leaves goes to the largest. */
function scaleInProportion(deployment: Deployment, current: ReplicaSet | undefined, old: ReplicaSet[]): DeploymentPlan['scale'] {
  const replicas = deployment.spec?.replicas ?? 1;
  const active = [...old, ...(current ? [current] : [])].filter((s) => desiredOf(s) > 0);
  const [only] = active.length === 0 ? (current ? [current] : []) : active;
  if (active.length <= 1) return only && desiredOf(only) !== replicas ? [{ set: only, replicas }] : [];
  const isRolling = deployment.spec?.strategy?.type !== 'Recreate';
  const allowed =
    replicas > 0 && isRolling ? replicas + rollingNumbers(replicas, deployment.spec?.strategy?.rollingUpdate).maxSurge : replicas;
  const total = sum(active.map(desiredOf));
  const change = allowed - total;
  const bySize = [...active].sort((a, b) => desiredOf(b) - desiredOf(a) || (change > 0 ? byAge(b, a) : byAge(a, b)));
  let left = change;
  const targets = bySize.map((set) => {
    const before = Number(set.metadata?.annotations?.[MAX] ?? total) || total;
    const ideal = Math.round((desiredOf(set) * allowed) / before) - desiredOf(set);
    const part = change > 0 ? Math.min(Math.max(0, ideal), left) : Math.max(Math.min(0, ideal), left);
    left -= part;
    return { set, replicas: desiredOf(set) + part };
  });
  const [largest] = targets;
  if (largest) largest.replicas = Math.max(0, largest.replicas + left);
  // Targets that did not change are written as well: their annotations carry the new size.
  return targets;
}

function beyondHistory(old: ReplicaSet[], limit: number): ReplicaSet[] {
  const finished = old.filter(
    (s) =>
      desiredOf(s) === 0 &&
      (s.status?.replicas ?? 0) === 0 &&
      !isBeingDeleted(s) &&
      (s.status?.observedGeneration ?? 0) >= (s.metadata?.generation ?? 0),
  );
  return [...finished].sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, finished.length - limit));
}
