/** One pod of the revision, as far as its place in the endpoints goes. Pods that are being deleted are not among them. */
export interface ObservedPod {
  name: string;
  /** Running and Ready. */
  ready: boolean;
  /** Taken out of the endpoints: the label is off. */
  parked: boolean;
  /** Requests known to be open at it. */
  open: number;
  /** Parked, and every request that was open then has ended, or was given up. */
  drained: boolean;
  createdMs: number;
}

export interface PodsInput {
  /** Pods that are to serve; -1: nobody knows. */
  wanted: number;
  /** What the Deployment has. */
  replicas: number;
  /** What the Deployment may go to; absent: no change is asked for. */
  target: number | undefined;
  pods: readonly ObservedPod[];
}

export interface PodsPlan {
  /** Names of pods whose label goes off, or back on. */
  park: string[];
  unpark: string[];
  /** Drained pods that are to go while other parked ones are busy still: they need the lowest deletion cost of all. */
  condemn: string[];
  /** Absent: as it is. */
  replicas?: number;
}

/**
 * Growing is immediate: parked pods come back first, and the Deployment grows. Shrinking takes three steps, so that no request is lost: the
 * pods with the fewest requests are parked, they drain, and then the Deployment shrinks by as many, and takes them.
 */
export function planPods({ wanted, replicas, target, pods }: PodsInput): PodsPlan {
  if (wanted < 0) return { park: [], unpark: [], condemn: [] };
  const unpark = podsToUnpark(wanted, pods);
  const serving = pods.filter((pod) => !pod.parked || unpark.includes(pod));
  const surplus = Math.max(0, serving.length - wanted);
  const park = [...serving].sort(byUse).slice(0, surplus);
  const plan = {
    park: park.filter((pod) => !pod.parked).map((pod) => pod.name),
    unpark: unpark.filter((pod) => !park.includes(pod)).map((pod) => pod.name),
  };
  const going = target === undefined || target >= replicas ? [] : removablePods(target, pods, serving);
  const next =
    target === undefined ? replicas : target >= replicas ? target : Math.max(target, Math.min(replicas, pods.length - going.length));
  if (next === replicas) return { ...plan, condemn: [] };
  const others = pods.some((pod) => pod.parked && !going.includes(pod));
  return { ...plan, condemn: others ? going.map((pod) => pod.name) : [], replicas: next };
}

/** Ready ones until enough are ready, then others until enough are there. */
function podsToUnpark(wanted: number, pods: readonly ObservedPod[]): ObservedPod[] {
  const parked = pods.filter((pod) => pod.parked).sort((a, b) => byUse(b, a));
  const readyServing = pods.filter((pod) => !pod.parked && pod.ready).length;
  const ready = parked.filter((pod) => pod.ready).slice(0, Math.max(0, wanted - readyServing));
  const serving = pods.filter((pod) => !pod.parked).length + ready.length;
  const others = parked.filter((pod) => !pod.ready).slice(0, Math.max(0, wanted - serving));
  return [...ready, ...others];
}

/** Least useful first: not ready, then with the fewest requests, then the youngest, which is coldest. */
function byUse(a: ObservedPod, b: ObservedPod): number {
  return Number(a.ready) - Number(b.ready) || a.open - b.open || b.createdMs - a.createdMs || (a.name < b.name ? -1 : 1);
}

/**
 * Pods that have drained; others go only when they do not exist yet. A ReplicaSet takes pods that are not ready before those with a low
 * deletion cost: while one that is to serve is not ready, a ready one is not given up.
 */
function removablePods(target: number, pods: readonly ObservedPod[], serving: readonly ObservedPod[]): ObservedPod[] {
  const gone = pods.filter((pod) => pod.drained && !serving.includes(pod));
  const wouldTakeAnother = serving.some((pod) => !pod.ready) && target > 0;
  return wouldTakeAnother ? gone.filter((pod) => !pod.ready) : gone;
}
