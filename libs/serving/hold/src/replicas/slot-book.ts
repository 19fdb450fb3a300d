import { BoundedMap } from '@tidegate/kernel';

/** A request with a slot, and where it is. */
export interface OpenSlot {
  key: string;
  slot: string;
  /** `ip:port`. */
  address: string;
}

interface Entry extends OpenSlot {
  until: number;
}

/** Requests with slots known at once. The one of which nobody has spoken for longest goes first. */
const MOST_SLOTS = 100_000;
const MOST_ENDED = 100_000;

/**
 * The requests with slots that this replica's proxies have, whoever has granted them: what a new owner has to be told. `now` is monotonic ms. A
 * request counts as over when its end is told, or when nobody has spoken of it for `silentMs`.
 */
export class SlotBook {
  private readonly slots = new BoundedMap<string, Entry>(MOST_SLOTS);
  /** Ends come on a faster way than what says that a request goes on: an open slot may be news of the past. */
  private readonly ended = new BoundedMap<string, number>(MOST_ENDED);

  constructor(private readonly silentMs: number) {}

  get size(): number {
    return this.slots.size;
  }

  /** False when it is known to have ended. */
  open({ key, slot, address }: OpenSlot, now: number): boolean {
    if (this.hasEnded(slot, now)) return false;
    this.slots.set(slot, { key, slot, address, until: now + this.silentMs });
    return true;
  }

  /** False when that was known. */
  end(slot: string, now: number): boolean {
    if (this.hasEnded(slot, now)) return false;
    this.slots.delete(slot);
    this.ended.set(slot, now);
    return true;
  }

  hasEnded(slot: string, now: number): boolean {
    const at = this.ended.get(slot);
    return at !== undefined && now - at < this.silentMs;
  }

  /** Nobody knows what goes on: nothing ends by silence for a while. */
  renewAll(now: number): void {
    for (const entry of this.slots.values()) entry.until = now + this.silentMs;
  }

  *entries(now: number): Iterable<OpenSlot> {
    for (const { key, slot, address, until } of this.slots.values()) if (until > now) yield { key, slot, address };
  }

  sweep(now: number): void {
    for (const [slot, { until }] of this.slots) if (until <= now) this.slots.delete(slot);
    for (const [slot, at] of this.ended) if (now - at >= this.silentMs) this.ended.delete(slot);
  }
}
