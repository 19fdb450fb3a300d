import { BoundedMap } from '@tidegate/kernel';
import type { RequestEvent } from '@tidegate/signals';

/** Requests that have asked and whose end has not been told; the oldest goes first, and its slot then ends by its lease. */
const MOST = 150_000;

interface Asking {
  /** namespace/name */
  revision: string;
  /** Once granted. */
  slot?: string;
  leave: () => void;
}

/**
 * The requests of this replica's proxies from their question to their end, by the name that access logs give them. A client may leave while
 * its grant is on the way: the proxy then throws the grant away, and the request's end says nothing of a slot. Nobody else would give that
 * slot back. And the end may be told before the question is taken back: such a request must not be granted anything.
 */
export class AskingRequests {
  private readonly requests = new BoundedMap<string, Asking>(MOST);

  get size(): number {
    return this.requests.size;
  }

  /** `leave` takes the question back; it is called when the request's end is told first. */
  asks(request: string, revision: string, leave: () => void): void {
    this.requests.set(request, { revision, leave });
  }

  granted(request: string, slot: string): void {
    const asking = this.requests.get(request);
    if (asking) asking.slot = slot;
  }

  /** Refused, or taken back. */
  over(request: string): void {
    this.requests.delete(request);
  }

  /** Takes what is told of requests; returns the slots of those that have ended without them. */
  unused(batch: readonly RequestEvent[]): { revision: string; slot: string }[] {
    const unused: { revision: string; slot: string }[] = [];
    for (const { phase, streamId, slot } of batch) {
      if (phase === 'start') continue;
      const asking = this.requests.get(streamId);
      if (!asking || (slot === undefined && phase !== 'end')) continue;
      this.requests.delete(streamId);
      if (slot !== undefined) continue;
      if (asking.slot === undefined) asking.leave();
      else unused.push({ revision: asking.revision, slot: asking.slot });
    }
    return unused;
  }
}
