/** A pod as far as granting is concerned. */
export interface GrantPod {
  name: string;
  /** `ip:port`. */
  address: string;
  /** It answers, is not on its way out, and may get requests. */
  isGrantable: boolean;
}

interface Slot {
  pod: string;
  /** Monotonic milliseconds; after this time the slot counts as free although nobody has said so. */
  leaseUntil: number;
}

interface PodEntry extends GrantPod {
  inFlight: number;
  /** Granted, not ended, and perhaps not even accepted by the program; by slot, oldest first, with the time of the grant. */
  fresh: Map<string, number>;
  /** How many may be fresh. */
  window: number;
  /** Monotonic milliseconds; nothing has ended since, or been excused. */
  quietSince: number;
}

/**
 * Every grant may be a new connection, and a program accepts them from a queue that is a few hundred long: what does not fit is lost for a
 * second or for good. So a pod has a window of requests that it has not answered yet, as TCP has one of bytes: it opens with each answer.
 * A pod whose requests are slow by nature answers none of them for a while; then time opens the window too.
 */
export interface Pace {
  /** The window of a pod that has answered nothing yet, and the widest. */
  first: number;
  most: number;
  /** After this time a request is surely accepted, or over, and counts no more. */
  freshMs: number;
  /** Once nothing has ended for `quietMs`, so many count no more with each millisecond. */
  quietMs: number;
  perMs: number;
}

const NO_PACE: Pace = { first: Infinity, most: Infinity, freshMs: 0, quietMs: 0, perMs: 1 };

/**
 * Which requests are in flight on which pod, as granted here and ended by the access log. A slot is freed when its request is told to have
 * ended, or when nobody has told of it for `leaseMs`: its end was lost. Bounded by pods times the limit, or by `maxSlots` where there is
 * no limit: then a further grant is not counted.
 */
export class PodSlots {
  private readonly pods = new Map<string, PodEntry>();
  private readonly slots = new Map<string, Slot>();
  /** No lease ends before this time. */
  private noLeaseEndsBefore = Infinity;

  constructor(
    private readonly leaseMs: number,
    private readonly maxSlots: number,
    private readonly pace: Pace = NO_PACE,
  ) {}

  /** All pods that exist. What is in flight on a pod that may not be granted now is remembered; with a pod that is gone it goes. */
  setPods(pods: readonly GrantPod[]): void {
    const names = new Set(pods.map((pod) => pod.name));
    for (const name of this.pods.keys()) if (!names.has(name)) this.pods.delete(name);
    for (const pod of pods) {
      const known = this.pods.get(pod.name);
      if (known) Object.assign(known, pod);
      else this.pods.set(pod.name, { ...pod, inFlight: 0, fresh: new Map(), window: this.pace.first, quietSince: 0 });
    }
    for (const [id, slot] of this.slots) if (!names.has(slot.pod)) this.slots.delete(id);
  }

  get grantable(): number {
    let count = 0;
    for (const pod of this.pods.values()) if (pod.isGrantable) count += 1;
    return count;
  }

  get inFlight(): number {
    return this.slots.size;
  }

  inFlightOn(pod: string): number {
    return this.pods.get(pod)?.inFlight ?? 0;
  }

  /** The grantable pod with the fewest requests in flight that has room below `limit` and may take one more now; the first of equals. */
  roomiest(limit: number, now: number): GrantPod | undefined {
    let best: PodEntry | undefined;
    for (const pod of this.pods.values()) {
      if (!pod.isGrantable || pod.inFlight >= limit || (best && pod.inFlight >= best.inFlight)) continue;
      if (this.windowOpensIn(pod, now) === 0) best = pod;
    }
    return best;
  }

  /** Milliseconds until a pod with room may take more; undefined when none has room, 0 when one may now. */
  roomIn(limit: number, now: number): number | undefined {
    let least: number | undefined;
    for (const pod of this.pods.values()) {
      if (!pod.isGrantable || pod.inFlight >= limit) continue;
      least = Math.min(least ?? Infinity, this.windowOpensIn(pod, now));
    }
    return least;
  }

  /** 0 when the pod may take one more now, else milliseconds until time alone lets it. */
  private windowOpensIn(pod: PodEntry, now: number): number {
    const { freshMs, quietMs, perMs } = this.pace;
    if (pod.fresh.size < pod.window) return 0;
    let quiet = now - pod.quietSince - quietMs;
    for (const [id, since] of pod.fresh) {
      if (now - since < freshMs && quiet * perMs < 1) break;
      pod.fresh.delete(id);
      if (now - since < freshMs) {
        quiet -= 1 / perMs;
        pod.quietSince += 1 / perMs;
      }
    }
    if (pod.fresh.size < pod.window) return 0;
    const [oldest = now] = pod.fresh.values();
    return Math.min(oldest + freshMs - now, 1 / perMs - quiet);
  }

  /** Another grantable pod than this one, for a second try. */
  besides(name: string): GrantPod | undefined {
    for (const pod of this.pods.values()) if (pod.isGrantable && pod.name !== name) return pod;
    return undefined;
  }

  take(id: string, pod: string, now: number): void {
    const entry = this.pods.get(pod);
    if (!entry) return;
    if (this.slots.size >= this.maxSlots) return;
    if (entry.window < Infinity) {
      if (entry.inFlight === 0) entry.quietSince = now;
      entry.fresh.set(id, now);
    }
    entry.inFlight += 1;
    this.slots.set(id, { pod, leaseUntil: now + this.leaseMs });
    this.noLeaseEndsBefore = Math.min(this.noLeaseEndsBefore, now + this.leaseMs);
  }

  /** A request that was granted before this process knew of it, at the address where it is. */
  adopt(id: string, address: string, now: number): void {
    if (this.slots.has(id)) return;
    for (const pod of this.pods.values()) if (pod.address === address) return this.take(id, pod.name, now);
  }

  has(id: string): boolean {
    return this.slots.has(id);
  }

  /** True when the slot was taken. */
  free(id: string, now: number): boolean {
    const slot = this.slots.get(id);
    if (!slot) return false;
    this.slots.delete(id);
    const pod = this.pods.get(slot.pod);
    if (pod) {
      pod.inFlight -= 1;
      if (pod.fresh.delete(id)) pod.window = Math.min(this.pace.most, pod.window + 1);
      pod.quietSince = now;
    }
    return true;
  }

  /** Its request goes on. */
  renew(id: string, now: number): void {
    const slot = this.slots.get(id);
    if (slot) slot.leaseUntil = now + this.leaseMs;
  }

  /** Nobody knows what goes on and what has ended: nothing ends by silence for another lease. */
  renewAll(now: number): void {
    for (const slot of this.slots.values()) slot.leaseUntil = now + this.leaseMs;
  }

  clear(): void {
    this.slots.clear();
    for (const pod of this.pods.values()) pod.inFlight = 0;
  }

  /** Leases end then at the latest, unless they are renewed. */
  shorten(until: number): void {
    for (const slot of this.slots.values()) slot.leaseUntil = Math.min(slot.leaseUntil, until);
    this.noLeaseEndsBefore = Math.min(this.noLeaseEndsBefore, until);
  }

  /** Frees slots whose lease is over; gives how many. */
  reconcile(now: number): number {
    if (now < this.noLeaseEndsBefore) return 0;
    let freed = 0;
    this.noLeaseEndsBefore = Infinity;
    for (const [id, { leaseUntil }] of this.slots) {
      if (leaseUntil > now) this.noLeaseEndsBefore = Math.min(this.noLeaseEndsBefore, leaseUntil);
      else if (this.free(id, now)) freed += 1;
    }
    return freed;
  }
}
