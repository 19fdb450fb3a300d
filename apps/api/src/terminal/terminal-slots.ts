import { TidegateError } from '@tidegate/kernel';
import { RateLimit } from '../edge/rate-limit.js';
import { codes } from './frames.js';

const MOST_OF_ONE = 10;
const MOST_OF_ALL = 200;
/** Each one begins a process and two lines of the audit log. */
const OPENED = { perSecond: 1, burst: 20 };

/** How many terminals are open: counted from before they open, so that no burst is more than the bounds. */
export class TerminalSlots {
  private readonly counts = new Map<string, number>();
  private total = 0;
  private readonly rate = new RateLimit(OPENED);

  constructor(private readonly now: () => number) {}

  /** What it returns gives the slot back. Throws API_TOO_MANY_TERMINALS. */
  take(caller: string): () => void {
    const own = this.counts.get(caller) ?? 0;
    if (own >= MOST_OF_ONE) throw tooMany(`You have ${MOST_OF_ONE} terminals open.`, 'Close one of them.');
    if (this.total >= MOST_OF_ALL) throw tooMany(`${MOST_OF_ALL} terminals are open here.`, 'Try again when somebody has closed one, or use kubectl.');
    const seconds = this.rate.take(caller, this.now());
    if (seconds > 0) throw tooMany('You open terminals faster than this API lets you.', `Wait ${seconds} s.`);
    this.counts.set(caller, own + 1);
    this.total += 1;
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      this.total -= 1;
      const left = (this.counts.get(caller) ?? 1) - 1;
      if (left > 0) this.counts.set(caller, left);
      else this.counts.delete(caller);
    };
  }
}

const tooMany = (message: string, remedy: string): TidegateError => new TidegateError(codes.API_TOO_MANY_TERMINALS, message, { remedy });
