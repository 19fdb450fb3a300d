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

/**
 * One step of a DaemonSet: one pod on each node that its template wants; old ones are replaced while enough are available, or new ones come first
 * where the set may surge. Pure.
 */
export function planDaemonSet(set: DaemonSet, nodes: readonly ClusterNode[], pods: readonly Pod[], now: number): DaemonSetPlan {
  const { minReadySeconds = 0, updateStrategy, template } = set.spec ?? {};
  const hash = templateHash(template, 0);
  const own = pods.filter((pod) => isControlledBy(pod, set.metadata?.uid));
  const wanted = nodes.filter((node) => wantsNode(set, node)).map((node) => node.metadata?.name ?? '');
  const live = own.filter((pod) => !isBeingDeleted(pod));
  const ended = live.filter((pod) => pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded');
  const onNode = new Map<string, Pod[]>();
  for (const pod of own) onNode.set(pod.spec?.nodeName ?? '', [...(onNode.get(pod.spec?.nodeName ?? '') ?? []), pod]);
  const isCurrent = (pod: Pod): boolean => pod.metadata?.labels?.[DAEMON_REVISION] === hash;
  const { maxSurge, maxUnavailable } = numbersOf(set, wanted.length);
  // While a set surges, a node may have one new and one old pod.
  const isPlaced = (pod: Pod): boolean => {
    const beside = onNode.get(pod.spec?.nodeName ?? '') ?? [];
    return (maxSurge > 0 ? beside.filter((other) => isCurrent(other) === isCurrent(pod)) : beside)[0] === pod;
  };
  const surplus = live.filter((pod) => !wanted.includes(pod.spec?.nodeName ?? '') || !isPlaced(pod));
  const create = wanted.filter((node) => (onNode.get(node) ?? []).length === 0);
  const status = statusOf(set, wanted, live, isCurrent, now);
  if (isBeingDeleted(set)) return { create: [], remove: [], hash, status };
  const remove = [...new Set([...ended, ...surplus])];
  if (remove.length === 0 && create.length === 0 && updateStrategy?.type !== 'OnDelete') {
    const isAvailable = (pod: Pod): boolean => podIsAvailable(pod, minReadySeconds, now);
    const step = maxSurge > 0 ? surgeStep(live, isCurrent, isAvailable, maxSurge) : replaceStep(live, isCurrent, isAvailable, maxUnavailable - wanted.length);
    create.push(...step.create);
    remove.push(...step.remove);
  }
  const waits = minReadySeconds > 0 && live.some((pod) => podIsReady(pod) && !podIsAvailable(pod, minReadySeconds, now));
  return { create, remove, hash, status, ...(waits ? { againInMs: 1000 } : {}) };
}

function numbersOf({ spec }: DaemonSet, nodes: number): { maxSurge: number; maxUnavailable: number } {
  const { maxSurge = 0, maxUnavailable = 1 } = spec?.updateStrategy?.rollingUpdate ?? {};
  return rollingNumbers(nodes, { maxSurge, maxUnavailable });
}

type Finding = (pod: Pod) => boolean;
type Step = Pick<DaemonSetPlan, 'create' | 'remove'>;

/** Old pods go first and new ones take their place. `spare`: how many may be away, less the nodes. */
function replaceStep(live: readonly Pod[], isCurrent: Finding, isAvailable: Finding, spare: number): Step {
  const stale = live.filter((pod) => !isCurrent(pod));
  // What is not available anyway costs nothing to replace.
  const broken = stale.filter((pod) => !isAvailable(pod));
  const sound = stale.filter((pod) => !broken.includes(pod)).slice(0, Math.max(0, spare + live.filter(isAvailable).length));
  return { create: [], remove: [...broken, ...sound] };
}

/** New pods come first, beside the old ones, which go once the new are available. */
function surgeStep(live: readonly Pod[], isCurrent: Finding, isAvailable: Finding, maxSurge: number): Step {
  const step: Step = { create: [], remove: [] };
  const candidates: string[] = [];
  let surging = 0;
  for (const old of live.filter((pod) => !isCurrent(pod))) {
    const node = old.spec?.nodeName ?? '';
    const next = live.find((pod) => isCurrent(pod) && pod.spec?.nodeName === node);
    if (next && isAvailable(next)) step.remove.push(old);
    else if (next) surging++;
    // An old pod that serves nobody is no reason to wait for a place.
    else (isAvailable(old) ? candidates : step.create).push(node);
  }
  step.create.push(...candidates.slice(0, Math.max(0, maxSurge - surging)));
  return step;
}

function statusOf(set: DaemonSet, wanted: readonly string[], live: readonly Pod[], isCurrent: (pod: Pod) => boolean, now: number): NonNullable<DaemonSet['status']> {
  const placed = live.filter((pod) => wanted.includes(pod.spec?.nodeName ?? ''));
  // While a set surges, two pods of a node count as one: nodes are what is told.
  const nodesWith = (finding: (pod: Pod) => boolean): number => new Set(placed.filter(finding).map((pod) => pod.spec?.nodeName)).size;
  const available = nodesWith((pod) => podIsAvailable(pod, set.spec?.minReadySeconds ?? 0, now));
  return {
    ...(set.metadata?.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    desiredNumberScheduled: wanted.length,
    currentNumberScheduled: nodesWith(() => true),
    updatedNumberScheduled: nodesWith(isCurrent),
    numberMisscheduled: live.length - placed.length,
    numberReady: nodesWith(podIsReady),
    numberAvailable: available,
    numberUnavailable: wanted.length - available,
  };
}
