import type { Caller } from '@tidegate/access';
import type { People } from '../edge/people.js';
import type { PlannedCall } from './plan-call.js';
import { Refusal } from './status.js';

const MOST_STREAMS = 200;

export interface OpenStream {
  /** What ends it when the caller's credential is revoked, or the proxy ends. */
  onRevoked(end: () => void): void;
  /** It is over; safe to call twice. */
  end(): void;
}

const NO_STREAM: OpenStream = { onRevoked: () => undefined, end: () => undefined };

/** Calls that go on until somebody ends them: counted from before they begin, so that no burst is more than the bound. */
export class OpenStreams {
  private readonly counts = new Map<string, number>();
  private readonly ends = new Set<() => void>();

  constructor(private readonly people: Pick<People, 'watch'>) {}

  /** Throws Refusal (429) when the caller has too many. */
  begin(caller: Caller, call: Pick<PlannedCall, 'isStream'>): OpenStream {
    if (!call.isStream) return NO_STREAM;
    const count = this.counts.get(caller.id) ?? 0;
    if (count >= MOST_STREAMS) throw new Refusal(429, `You have ${MOST_STREAMS} streams open.`, 5);
    this.counts.set(caller.id, count + 1);
    let isOver = false;
    let release = (): void => undefined;
    return {
      onRevoked: (end) => {
        if (isOver) return;
        this.ends.add(end);
        const unwatch = this.people.watch(caller, end);
        release = () => {
          unwatch();
          this.ends.delete(end);
        };
      },
      end: () => {
        if (isOver) return;
        isOver = true;
        release();
        const left = (this.counts.get(caller.id) ?? 1) - 1;
        if (left > 0) this.counts.set(caller.id, left);
        else this.counts.delete(caller.id);
      },
    };
  }

  endAll(): void {
    for (const end of [...this.ends]) end();
  }
}
