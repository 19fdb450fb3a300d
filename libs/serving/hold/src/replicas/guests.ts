import type { HoldAnswer } from '../check-answer.js';
import type { CheckContext } from '../holds.js';
import type { PeerAnswer } from './peer-messages.js';

export interface GuestsOptions {
  /** Holds it here; gives what to do when it leaves. */
  hold: (context: CheckContext, answer: (answer: HoldAnswer) => void) => () => void;
  /** False when the replica cannot be reached. */
  answer: (peer: string, message: PeerAnswer) => boolean;
  /** A request of that replica's proxies has this slot. */
  onGranted: (peer: string, key: string, slot: string, address: string) => void;
  /** A grant that reaches nobody. */
  onUnheard: (key: string, slot: string) => void;
}

interface Guest {
  key: string;
  leave: () => void;
}

/** Requests that wait here and at whose proxies another replica is asked. Bounded as all that wait here. */
export class Guests {
  private readonly guests = new Map<string, Map<number, Guest>>();

  constructor(private readonly options: GuestsOptions) {}

  take(peer: string, id: number, key: string, context: CheckContext): void {
    const own = this.guests.get(peer) ?? new Map<number, Guest>();
    this.guests.set(peer, own);
    const guest: Guest = { key, leave: () => undefined };
    own.set(id, guest);
    guest.leave = this.options.hold(context, (answer) => {
      own.delete(id);
      const isHeard = this.options.answer(peer, { is: 'answer', id, answer });
      if (!('granted' in answer)) return;
      const { slot, destination } = answer.granted;
      if (isHeard) this.options.onGranted(peer, key, slot, destination);
      else this.options.onUnheard(key, slot);
    });
  }

  leave(peer: string, id: number): void {
    const own = this.guests.get(peer);
    own?.get(id)?.leave();
    own?.delete(id);
  }

  /** The replica is gone, and whoever waited with it. */
  parted(peer: string): void {
    for (const { leave } of this.guests.get(peer)?.values() ?? []) leave();
    this.guests.delete(peer);
  }

  /** Sends those to their owner whose revision is not ours. */
  moveOn(isOurs: (key: string) => boolean): void {
    for (const [peer, own] of this.guests) {
      for (const [id, { key, leave }] of own) {
        if (isOurs(key)) continue;
        own.delete(id);
        leave();
        this.options.answer(peer, { is: 'moved', id });
      }
    }
  }
}
