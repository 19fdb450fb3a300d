import type { ClusterNode, Pod } from '@tidegate/kube';
import type { DaemonSet } from './daemon-set-kind.js';
import { isBeingDeleted, isControlledBy } from './owner.js';
import { podIsAvailable, podIsReady } from './pod-state.js';
import { rollingNumbers } from './rolling-numbers.js';
import { templateHash } from './template-hash.js';

export const DAEMON_REVISION = 'controller-revision-hash';

export interface DaemonSetPlan {
  /** Nodes that get a pod. */
  create: string[];
  remove: Pod[];
  /** Name of the revision that new pods carry, without the set's name. */
  hash: string;
  status: NonNullable<DaemonSet['status']>;
  againInMs?: number;
}

type Toleration = NonNullable<NonNullable<Pod['spec']>['tolerations']>[number];
type Taint = NonNullable<NonNullable<ClusterNode['spec']>['taints']>[number];

/** What every daemon pod tolerates, as Kubernetes adds it. */
export const DAEMON_TOLERATIONS: Toleration[] = [
  ...['not-ready', 'unreachable'].map((name) => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect: 'NoExecute' })),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((name) => ({
    key: `node.kubernetes.io/${name}`,
    operator: 'Exists',
    effect: 'NoSchedule',
  })),
];

function tolerates({ key, operator = 'Equal', value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (!key) return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || (value ?? '') === (taint.value ?? ''));
}

/** Whether the template's node selector and tolerations let its pods onto a node. */
function wantsNode(set: DaemonSet, node: ClusterNode): boolean {
  const spec = set.spec?.template.spec;
  const labels = node.metadata?.labels ?? {};
  if (!Object.entries(spec?.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false;
  if (spec?.nodeName && spec.nodeName !== node.metadata?.name) return false;
  const tolerations = [...(spec?.tolerations ?? []), ...DAEMON_TOLERATIONS];
  return (node.spec?.taints ?? [])
    .filter(({ effect }) => effect !== 'PreferNoSchedule')
    .every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)));
}

/** One step of a DaemonSet: one pod on each node that its template wants; old ones are replaced while enough are available. Pure. */
export function planDaemonSet(set: DaemonSet, nodes: readonly ClusterNode[], pods: readonly Pod[], now: number): DaemonSetPlan {
  const { minReadySeconds = 0, updateStrategy, template } = set.spec ?? {};
  const hash = templateHash(template, 0);
  const own = pods.filter((pod) => isControlledBy(pod, set.metadata?.uid));
  const wanted = nodes.filter((node) => wantsNode(set, node)).map((node) => node.metadata?.name ?? '');
  const live = own.filter((pod) => !isBeingDeleted(pod));
  const ended = live.filter((pod) => pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded');
  const onNode = new Map<string, Pod[]>();
  for (const pod of own) onNode.set(pod.spec?.nodeName ?? '', [...(onNode.get(pod.spec?.nodeName ?? '') ?? []), pod]);
  const surplus = live.filter((pod) => !wanted.includes(pod.spec?.nodeName ?? '') || onNode.get(pod.spec?.nodeName ?? '')?.[0] !== pod);
  const create = wanted.filter((node) => (onNode.get(node) ?? []).length === 0);
  const isCurrent = (pod: Pod): boolean => pod.metadata?.labels?.[DAEMON_REVISION] === hash;
  const status = statusOf(set, wanted, live, isCurrent, now);
  if (isBeingDeleted(set)) return { create: [], remove: [], hash, status };
  const remove = [...new Set([...ended, ...surplus])];
  if (remove.length === 0 && create.length === 0 && updateStrategy?.type !== 'OnDelete') {
    const { maxUnavailable } = rollingNumbers(wanted.length, { maxSurge: 0, maxUnavailable: updateStrategy?.rollingUpdate?.maxUnavailable ?? 1 });
    const away = wanted.length - live.filter((pod) => podIsAvailable(pod, minReadySeconds, now)).length;
    const stale = live.filter((pod) => !isCurrent(pod));
    // What is not available anyway costs nothing to replace.
    const broken = stale.filter((pod) => !podIsAvailable(pod, minReadySeconds, now));
    const sound = stale.filter((pod) => !broken.includes(pod)).slice(0, Math.max(0, maxUnavailable - away));
    remove.push(...broken, ...sound);
  }
  const waits = minReadySeconds > 0 && live.some((pod) => podIsReady(pod) && !podIsAvailable(pod, minReadySeconds, now));
  return { create, remove, hash, status, ...(waits ? { againInMs: 1000 } : {}) };
}

function statusOf(set: DaemonSet, wanted: readonly string[], live: readonly Pod[], isCurrent: (pod: Pod) => boolean, now: number): NonNullable<DaemonSet['status']> {
  const placed = live.filter((pod) => wanted.includes(pod.spec?.nodeName ?? ''));
  const available = placed.filter((pod) => podIsAvailable(pod, set.spec?.minReadySeconds ?? 0, now)).length;
  return {
    ...(set.metadata?.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    desiredNumberScheduled: wanted.length,
    currentNumberScheduled: placed.length,
    updatedNumberScheduled: placed.filter(isCurrent).length,
    numberMisscheduled: live.length - placed.length,
    numberReady: placed.filter(podIsReady).length,
    numberAvailable: available,
    numberUnavailable: wanted.length - available,
  };
}
