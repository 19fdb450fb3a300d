import type { Deployment, Pod } from '@tidegate/kube';
import { conditionOf, type Finding, type PodAutoscaler, type Revision } from '@tidegate/serving-contract';
import { asBefore, isFalse, isTrue, isUnknown, said } from '../findings.js';
import type { Settings } from '../settings.js';
import { initialScaleOf, minScaleOf } from './scale-settings.js';

/** A PodAutoscaler that says nothing for this long has no autoscaler: pods that are ready serve all the same. */
export const SILENT_AUTOSCALER_MS = 10_000;

const RESOURCES = 'ResourcesAvailable';
const HEALTHY = 'ContainerHealthy';
const ACTIVE = 'Active';
/** The node cannot get the image. Waiting will not help until somebody mends it. */
const IMAGE_REASONS = ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'];

export interface RevisionSigns {
  revision: Revision;
  deployment: Deployment;
  /** Undefined: not made yet. */
  podAutoscaler?: PodAutoscaler;
  pods: readonly Pod[];
}

/**
 * What is said about a Revision whose Deployment is there. Deployment first (does it get its pods?), then the pods (do they crash?), then the
 * autoscaler (did it ever reach its initial scale?). ContainerHealthy stays until something else is known: a crash is not forgotten while the
 * pod waits for its next try.
 */
export function revisionFindings(signs: RevisionSigns, settings: Settings, now: number): Finding[] {
  const { revision, deployment, podAutoscaler } = signs;
  const readyPods = deployment.status?.readyReplicas ?? 0;
  let resources = deploymentFinding(deployment);
  let healthy = asBefore(revision.status?.conditions, HEALTHY);
  const trouble = (deployment.spec?.replicas ?? 0) > 0 && !deployment.status?.availableReplicas ? podTrouble(signs, settings) : undefined;
  if (trouble?.type === RESOURCES) resources = trouble;
  if (trouble?.type === HEALTHY) healthy = trouble;
  if (readyPods > 0) healthy = isTrue(HEALTHY);

  const unavailable = resources.status === 'False' || healthy.status === 'False';
  const status = podAutoscaler?.status;
  const ready = conditionOf(status?.conditions, 'Ready');
  if (!podAutoscaler || !ready) {
    const needed = Math.max(1, initialScaleOf(revision, settings), minScaleOf(revision, settings));
    if (!unavailable && isSilent(podAutoscaler, now) && readyPods >= needed) return [isTrue(RESOURCES), isTrue(HEALTHY), isTrue(ACTIVE)];
    return [unavailable ? resources : isUnknown(RESOURCES, 'Deploying'), healthy, isUnknown(ACTIVE, 'Deploying')];
  }
  const initialized = conditionOf(status?.conditions, 'ScaleTargetInitialized')?.status === 'True';
  if (initialized && !unavailable) [resources, healthy] = [isTrue(RESOURCES), isTrue(HEALTHY)];
  if (resources.status === 'True' && (!initialized || !status?.serviceName)) resources = isUnknown(RESOURCES, 'Deploying');
  if (ready.status === 'False' && !initialized && !unavailable && status?.serviceName) {
    resources = isFalse(RESOURCES, 'ProgressDeadlineExceeded', 'Initial scale was never achieved');
  }
  return [resources, healthy, ready.status === 'True' ? isTrue(ACTIVE) : (said(ready, ACTIVE) ?? isUnknown(ACTIVE))];
}

/** Progressing, and a ReplicaSet that gets its pods. */
function deploymentFinding({ status }: Deployment): Finding {
  const [progressing, failure] = ['Progressing', 'ReplicaFailure'].map((type) => status?.conditions?.find((c) => c.type === type));
  if (progressing?.status === 'False') return isFalse(RESOURCES, progressing.reason ?? '', progressing.message);
  if (failure?.status === 'True') return isFalse(RESOURCES, failure.reason ?? '', failure.message);
  if (failure?.status === 'Unknown') return isUnknown(RESOURCES, failure.reason, failure.message);
  if (progressing?.status === 'True') return isTrue(RESOURCES);
  return isUnknown(RESOURCES, progressing?.reason ?? 'Deploying', progressing?.message);
}

/** Why no pod is available, if the pods say so. One is enough: they are all alike. */
function podTrouble({ deployment, pods }: RevisionSigns, settings: Settings): Finding | undefined {
  const living = pods.filter((p) => p.metadata?.deletionTimestamp === undefined);
  const unscheduled = living.flatMap((p) => p.status?.conditions ?? []).find((c) => c.type === 'PodScheduled' && c.status === 'False');
  const statuses = living.flatMap((p) => p.status?.containerStatuses ?? []);
  for (const { lastState, state } of statuses) {
    const ended = lastState?.terminated ?? (state?.terminated?.exitCode ? state.terminated : undefined);
    if (!ended) continue;
    const silent = ended.exitCode === 0 ? 'container exited with no error' : `exit code ${ended.exitCode}, without a word`;
    const words = ended.message?.trim() || silent;
    return isFalse(HEALTHY, `ExitCode${ended.exitCode}`, `Container failed with: ${words}`);
  }
  const waiting = statuses.find((s) => s.state?.waiting?.reason);
  const { reason = '', message = '' } = waiting?.state?.waiting ?? {};
  if (settings.platform.digestsFrom === 'node' && IMAGE_REASONS.includes(reason)) {
    return isFalse(HEALTHY, 'ContainerMissing', `Unable to fetch image "${waiting?.image}": ${message || reason}`);
  }
  if (waiting && hasTimedOut(deployment)) return isFalse(RESOURCES, reason, message);
  if (unscheduled && !settings.config.deployment.podIsAlwaysSchedulable)
    return isFalse(RESOURCES, unscheduled.reason ?? '', unscheduled.message);
  return undefined;
}

function hasTimedOut({ status }: Deployment): boolean {
  return (status?.conditions ?? []).some(
    (c) => c.type === 'Progressing' && c.status === 'False' && c.reason === 'ProgressDeadlineExceeded',
  );
}

/** Milliseconds until an autoscaler that says nothing counts as absent; undefined when it spoke, or does count so. */
export function silenceEndsInMs(podAutoscaler: PodAutoscaler | undefined, now: number): number | undefined {
  if (!podAutoscaler || conditionOf(podAutoscaler.status?.conditions, 'Ready')) return undefined;
  const left = createdAt(podAutoscaler) + SILENT_AUTOSCALER_MS - now;
  return left > 0 ? left : undefined;
}

function isSilent(podAutoscaler: PodAutoscaler | undefined, now: number): boolean {
  return podAutoscaler !== undefined && now - createdAt(podAutoscaler) >= SILENT_AUTOSCALER_MS;
}

function createdAt(object: PodAutoscaler): number {
  return Date.parse(object.metadata?.creationTimestamp ?? '') || 0;
}
