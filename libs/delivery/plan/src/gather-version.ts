import type { Deployment, Pod, StatefulSet } from '@tidegate/kube';
import { MADE_FROM_ANNOTATION, STRATEGY_LABEL, VERSION_POD_LABEL } from '@tidegate/delivery-contract';
import { templateHash } from './candidate-hash.js';
import type { ObservedVersion, ObservedWorkload } from './observed.js';

/** Restarts after which a container that waits in back-off counts as crashing and not as starting. */
const CRASHES = 3;

type Labels = Readonly<Record<string, string>>;

export function selects(selector: Labels, labels: Labels | undefined): boolean {
  const pairs = Object.entries(selector);
  return pairs.length > 0 && pairs.every(([key, value]) => labels?.[key] === value);
}

/**
 * Every version of a Service: its workload by the pod template's labels, its pods by their own. A pod that is ending
 * counts for nothing, however ready it still says it is.
 */
export function gatherVersions(
  selector: Labels,
  strategy: string,
  found: { deployments: readonly Deployment[]; statefulSets: readonly StatefulSet[]; pods: readonly Pod[] },
): Map<string, ObservedVersion> {
  const versions = new Map<string, ObservedVersion>();
  const versionOf = (labels: Labels | undefined): string | undefined =>
    selects(selector, labels) ? labels?.[VERSION_POD_LABEL] : undefined;
  const at = (version: string): ObservedVersion => versions.get(version) ?? { version, ready: 0, pods: 0 };
  const workloads = [
    ...found.deployments.map((d) => toWorkload('Deployment', d, strategy)),
    ...found.statefulSets.map((s) => toWorkload('StatefulSet', s, strategy)),
  ];
  for (const workload of workloads) {
    const version = versionOf(workload.object.spec?.template?.metadata?.labels);
    if (version !== undefined && workload.object.metadata?.deletionTimestamp === undefined)
      versions.set(version, { ...at(version), workload });
  }
  for (const pod of found.pods) {
    const version = versionOf(pod.metadata?.labels);
    if (version !== undefined && !isOver(pod)) versions.set(version, withPod(at(version), pod));
  }
  return versions;
}

function toWorkload(kind: ObservedWorkload['kind'], object: Deployment | StatefulSet, strategy: string): ObservedWorkload {
  const madeFrom = object.metadata?.annotations?.[MADE_FROM_ANNOTATION];
  const isOurs = madeFrom !== undefined && object.metadata?.labels?.[STRATEGY_LABEL] === strategy;
  return {
    kind,
    name: object.metadata?.name ?? '',
    uid: object.metadata?.uid ?? '',
    replicas: object.spec?.replicas ?? 1,
    templateHash: templateHash(object),
    ...(isOurs ? { madeFrom } : {}),
    owned: isOurs && (object.metadata?.ownerReferences ?? []).some((o) => o.kind === 'Strategy' && o.name === strategy),
    object,
  };
}

function isOver(pod: Pod): boolean {
  return pod.metadata?.deletionTimestamp !== undefined || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

function withPod(version: ObservedVersion, pod: Pod): ObservedVersion {
  const condition = pod.status?.conditions?.find((c) => c.type === 'Ready');
  const ready = condition?.status === 'True';
  const readyAt = ready && condition.lastTransitionTime ? Date.parse(condition.lastTransitionTime) : undefined;
  const crashing = version.crashing ?? (ready ? undefined : crashOf(pod));
  const trouble = version.trouble ?? (ready ? undefined : troubleOf(pod));
  const newest = Math.max(version.newestReadyAt ?? 0, readyAt ?? 0);
  return {
    ...version,
    pods: version.pods + 1,
    ready: version.ready + (ready ? 1 : 0),
    ...(newest > 0 ? { newestReadyAt: newest } : {}),
    ...(crashing === undefined ? {} : { crashing }),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

function crashOf(pod: Pod): string | undefined {
  for (const status of pod.status?.containerStatuses ?? []) {
    if (status.state?.waiting?.reason !== 'CrashLoopBackOff' || (status.restartCount ?? 0) < CRASHES) continue;
    const last = status.lastState?.terminated;
    const how = last ? ` It ended last with exit code ${last.exitCode}${last.reason ? ` (${last.reason})` : ''}.` : '';
    return `Container ${status.name} of pod ${pod.metadata?.name} crashed ${status.restartCount} times.${how}`;
  }
  return undefined;
}

function troubleOf(pod: Pod): string | undefined {
  for (const status of pod.status?.containerStatuses ?? []) {
    const waiting = status.state?.waiting;
    if (waiting?.reason && waiting.reason !== 'ContainerCreating' && waiting.reason !== 'PodInitializing') {
      return `Pod ${pod.metadata?.name}: ${waiting.reason}${waiting.message ? `: ${waiting.message.slice(0, 300)}` : ''}.`;
    }
  }
  const unscheduled = pod.status?.conditions?.find((c) => c.type === 'PodScheduled' && c.status === 'False');
  return unscheduled?.message ? `Pod ${pod.metadata?.name}: ${unscheduled.message.slice(0, 300)}` : undefined;
}
