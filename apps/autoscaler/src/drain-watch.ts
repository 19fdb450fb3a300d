import { BoundedMap } from '@tidegate/kernel';
import type { Pod } from '@tidegate/kube';
import type { LoadBook } from '@tidegate/serving-autoscale';
import { BY_POD, type Caches } from './caches.js';
import { isParked, longestDrainMs } from './observed-pods.js';

/** After a pod has left the endpoint slices, every proxy has been told by then. */
const PROXIES_KNOW_MS = 1_000;
/** Parked pods watched at once; one that is forgotten is waited for anew. */
const WATCHED = 20_000;

interface Watched {
  parkedMs: number;
  /** Since when no slice names it. */
  outMs: number | undefined;
}

/** Says when a parked pod has finished what it had. Only times are remembered: after a restart they begin anew, and it waits longer. */
export class DrainWatch {
  private readonly watched = new BoundedMap<string, Watched>(WATCHED);

  constructor(
    private readonly caches: Caches,
    private readonly book: LoadBook,
    private readonly onGivenUp: (pod: Pod) => void,
  ) {}

  /** Call it for every pod that is looked at, so that the times are right. */
  hasDrained(key: string, pod: Pod, nowMs: number): boolean {
    const uid = pod.metadata?.uid ?? '';
    if (!isParked(pod)) {
      this.watched.delete(uid);
      return false;
    }
    const address = pod.status?.podIP;
    // Nobody can have dialled it.
    if (!address) return true;
    const watched = this.watch(uid, pod, nowMs);
    if (watched.outMs === undefined) return false;
    const toldMs = watched.outMs + PROXIES_KNOW_MS;
    if (nowMs >= toldMs && this.book.isQuiet(key, address, toldMs, nowMs)) return true;
    if (nowMs - watched.parkedMs < longestDrainMs(pod)) return false;
    this.onGivenUp(pod);
    return true;
  }

  private watch(uid: string, pod: Pod, nowMs: number): Watched {
    const watched = this.watched.get(uid) ?? { parkedMs: nowMs, outMs: undefined };
    const isNamed = this.caches.slices.byIndex(BY_POD, `${pod.metadata?.namespace}/${pod.metadata?.name}`).length > 0;
    watched.outMs = isNamed ? undefined : (watched.outMs ?? nowMs);
    this.watched.set(uid, watched);
    return watched;
  }
}
