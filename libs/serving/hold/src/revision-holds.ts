import { type GrantPod, type Pace, PodSlots } from './pod-slots.js';
import { type Waiting, WaitingLine } from './waiting-line.js';

export interface RevisionPods {
  pods: readonly GrantPod[];
  /** Pods that are starting. */
  coming: number;
  /** Why none will come: every pod that there is has failed. */
  failure?: string;
}

export interface Grant<T> {
  waiting: Waiting<T>;
  pod: GrantPod;
  /** For a second try after a refused connection; the same pod where there is no other that may take it. */
  alternative: GrantPod;
  slot: string;
}

export interface RevisionLimits {
  /** Without a word from the access log a slot counts as free after this time. */
  leaseMs: number;
  /** Grants that are counted where a revision has no limit of its own. */
  maxSlots: number;
  /** After the first pod has come, a burst waits this long for those that are coming as well, instead of falling onto the first. */
  spreadMs: number;
  /** How fast one pod is given requests. */
  pace?: Pace;
}

/**
 * The requests of one revision that wait, and those in flight. No clock, no I/O: `now` is monotonic milliseconds.
 * First come, first served; a revision with a limit never has more in flight on a pod than that.
 */
export class RevisionHolds<T> {
  private readonly line = new WaitingLine<T>();
  private readonly slots: PodSlots;
  private coming = 0;
  private failure: string | undefined;
  /** Requests in flight on one pod; 0 is no limit. */
  private limit = 0;
  private firstPodAt: number | undefined;
  private nextSlot = 0;

  /** `name` makes slots distinct from those of other revisions and of other runs of this process. */
  constructor(
    private readonly name: string,
    private readonly limits: RevisionLimits,
  ) {
    this.slots = new PodSlots(limits.leaseMs, limits.maxSlots, limits.pace);
  }

  get waiting(): number {
    return this.line.size;
  }

  get inFlight(): number {
    return this.slots.inFlight;
  }

  get grantable(): number {
    return this.slots.grantable;
  }

  /** Why waiting is of no use; undefined while there is hope. */
  get hopeless(): string | undefined {
    return this.slots.grantable === 0 && this.coming === 0 ? this.failure : undefined;
  }

  inFlightOn(pod: string): number {
    return this.slots.inFlightOn(pod);
  }

  arrive(waiting: Omit<Waiting<T>, 'isCold'>): void {
    this.line.add({ ...waiting, isCold: this.slots.grantable === 0 });
  }

  /** The client has left. */
  leave(id: number): boolean {
    return this.line.remove(id);
  }

  setLimit(containerConcurrency: number): void {
    this.limit = containerConcurrency;
  }

  setPods({ pods, coming, failure }: RevisionPods, now: number): void {
    const before = this.slots.grantable;
    this.slots.setPods(pods);
    this.coming = coming;
    this.failure = failure;
    if (this.slots.grantable === 0) this.firstPodAt = undefined;
    else if (before === 0) this.firstPodAt = now;
  }

  /** At most `most` grants that can be given now, in order; their slots are taken. */
  grant(now: number, most: number): Grant<T>[] {
    const grants: Grant<T>[] = [];
    const limit = this.limitNow(now);
    while (grants.length < most) {
      const pod = this.line.size > 0 ? this.slots.roomiest(limit, now) : undefined;
      const waiting = pod && this.line.takeFirst();
      if (!waiting) break;
      const slot = `${this.name}.${this.nextSlot++}`;
      this.slots.take(slot, pod.name, now);
      // A second pod has not granted a slot of its own, so it is none where slots are a limit.
      const alternative = (this.limit === 0 ? this.slots.besides(pod.name) : undefined) ?? pod;
      grants.push({ waiting, pod, alternative, slot });
    }
    return grants;
  }

  /** Milliseconds until `grant` may give more although nothing else has happened; undefined when there is no such time. */
  grantsMoreIn(now: number): number | undefined {
    if (this.line.size === 0) return undefined;
    const room = this.slots.roomIn(this.limitNow(now), now);
    if (room !== undefined) return room;
    if (this.firstPodAt === undefined || this.limit > 0 || this.coming === 0) return undefined;
    const left = this.firstPodAt + this.limits.spreadMs - now;
    return left > 0 ? left : undefined;
  }

  ended(slot: string, now: number): boolean {
    return this.slots.free(slot, now);
  }

  /** The request that has this slot is still open, at `upstream`. It counts even if the slot was granted by an earlier run. */
  goesOn(slot: string, upstream: string | undefined, now: number): void {
    if (this.slots.has(slot)) this.slots.renew(slot, now);
    else if (upstream !== undefined) this.slots.adopt(slot, upstream, now);
  }

  eventsLost(now: number): void {
    this.slots.renewAll(now);
  }

  /** Of what is in flight nothing is known any more. */
  forgetSlots(): void {
    this.slots.clear();
  }

  /** No slot goes on after `until` unless somebody speaks of it. */
  proveSlots(until: number): void {
    this.slots.shorten(until);
  }

  /** Frees slots that nobody speaks of any more; gives how many. */
  reconcile(now: number): number {
    return this.slots.reconcile(now);
  }

  takeExpired(now: number): Waiting<T>[] {
    return this.line.takeExpired(now);
  }

  takeAll(): Waiting<T>[] {
    return this.line.takeAll();
  }

  oldestArrivedAt(): number | undefined {
    return this.line.first()?.arrivedAt;
  }

  private limitNow(now: number): number {
    if (this.limit > 0) return this.limit;
    const isSpreading = this.coming > 0 && this.firstPodAt !== undefined && now < this.firstPodAt + this.limits.spreadMs;
    if (!isSpreading) return Infinity;
    return Math.ceil((this.line.size + this.slots.inFlight) / (this.slots.grantable + this.coming));
  }
}
