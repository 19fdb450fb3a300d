import type { Clock } from '@tidegate/kernel';
import { splitKey } from '@tidegate/kube';
import { type HoldAnswer, STOPPING, tooLate, tooMany } from '../check-answer.js';
import type { CheckContext, HoldBounds } from '../holds.js';
import type { PeerAnswer, PeerRequest } from './peer-messages.js';

/** Where a request is to wait. `nowhere`: whoever decides about it is not known, or cannot be reached. */
export type Place = 'here' | 'nowhere' | { peer: string };

export interface AsksOptions {
  clock: Clock;
  bounds: HoldBounds;
  /** Where requests of this revision belong now. */
  placeOf: (key: string) => Place;
  /** Holds it here; gives what to do when it leaves. */
  hold: (context: CheckContext, answer: (answer: HoldAnswer) => void) => () => void;
  /** False when the replica cannot be reached. */
  send: (peer: string, request: PeerRequest) => boolean;
  /** A request of ours goes on its way with this slot. */
  onGranted: (key: string, slot: string, address: string) => void;
  /** A grant that nobody waits for any more. */
  onUnused: (peer: string, key: string, slot: string) => void;
}

interface Ask {
  id: number;
  key: string;
  context: CheckContext;
  arrivedAt: number;
  answer: (answer: HoldAnswer) => void;
  place: Place;
  /** Takes it out of the line here. */
  leave: () => void;
}

/** Requests that were asked about with others, remembered after they left, so that late grants are given back. */
const MOST_GONE = 10_000;

/**
 * Requests of this replica's proxies that wait for a slot, wherever the owner of their revision is: it is asked, and asked anew whenever it is
 * another one, until the time of the request is over.
 */
export class Asks {
  private readonly asks = new Map<number, Ask>();
  /** Revisions of requests that left after they were sent, by id. */
  private readonly gone = new Map<number, string>();
  private nextId = 0;
  /** Those that do not wait here, by revision and in all. */
  private readonly elsewhere = new Map<string, number>();
  private elsewhereInAll = 0;

  constructor(private readonly options: AsksOptions) {}

  get waitingElsewhere(): number {
    return this.elsewhereInAll;
  }

  add(key: string, context: CheckContext, answer: (answer: HoldAnswer) => void): () => void {
    const { clock, bounds } = this.options;
    const id = this.nextId++;
    const ask: Ask = { id, key, context, arrivedAt: clock.monotonic(), answer, place: 'nowhere', leave: () => undefined };
    if (this.options.placeOf(key) !== 'here') {
      const { perRevision, total } = bounds;
      if ((this.elsewhere.get(key) ?? 0) >= perRevision || this.elsewhereInAll >= total) {
        answer({ denied: tooMany(context.revision) });
        return () => undefined;
      }
    }
    this.asks.set(id, ask);
    this.count(key, 1);
    this.place(ask);
    return () => {
      if (!this.asks.has(ask.id)) return;
      this.unplace(ask);
      this.remove(ask);
    };
  }

  /** Puts requests where they belong now; of one revision, or all. */
  placeAgain(key?: string): void {
    for (const ask of this.asks.values()) if (key === undefined || ask.key === key) this.place(ask);
  }

  answered(peer: string, message: PeerAnswer): void {
    const ask = this.asks.get(message.id);
    const isAwaited = ask !== undefined && typeof ask.place === 'object' && ask.place.peer === peer;
    if (message.is === 'moved') {
      // Asked again with the next look, when one of us has seen what the other has.
      if (isAwaited) this.renumber(ask);
      return;
    }
    if (isAwaited) return this.end(ask, message.answer);
    const key = this.gone.get(message.id);
    if (key === undefined || !('granted' in message.answer)) return;
    this.gone.delete(message.id);
    this.options.onUnused(peer, key, message.answer.granted.slot);
  }

  /** What was asked there was not heard, or its answer was not. */
  unreachable(peer: string): void {
    for (const ask of [...this.asks.values()]) if (typeof ask.place === 'object' && ask.place.peer === peer) this.renumber(ask);
  }

  /** Ends those whose time is over, and asks again about those that are nowhere. */
  tick(): void {
    if (this.elsewhereInAll === 0) return;
    const now = this.options.clock.monotonic();
    for (const ask of [...this.asks.values()]) {
      if (ask.place === 'here') continue;
      const waitedMs = now - ask.arrivedAt;
      if (waitedMs < ask.context.holdTimeoutMs) {
        if (ask.place === 'nowhere') this.place(ask);
        continue;
      }
      this.unplace(ask);
      this.end(ask, { denied: tooLate(splitKey(ask.key).name, waitedMs) });
    }
  }

  /** Those that wait elsewhere are told to come again. */
  stop(): void {
    for (const ask of [...this.asks.values()]) {
      if (ask.place === 'here') continue;
      this.unplace(ask);
      this.end(ask, { denied: STOPPING });
    }
  }

  private place(ask: Ask): void {
    const place = this.options.placeOf(ask.key);
    if (isSame(place, ask.place)) return;
    this.unplace(ask);
    if (place === 'here') return this.holdHere(ask);
    if (place === 'nowhere') return;
    const { namespace, revision, holdTimeoutMs } = ask.context;
    const waitedMs = Math.max(0, this.options.clock.monotonic() - ask.arrivedAt);
    if (this.options.send(place.peer, { is: 'ask', id: ask.id, namespace, revision, holdTimeoutMs, waitedMs })) this.moveTo(ask, place);
  }

  private holdHere(ask: Ask): void {
    const waitedMs = this.options.clock.monotonic() - ask.arrivedAt;
    this.moveTo(ask, 'here');
    ask.leave = this.options.hold({ ...ask.context, waitedMs }, (answer) => this.end(ask, answer));
  }

  /** Out of where it is; what is sent for it later is not for it any more. */
  private unplace(ask: Ask): void {
    if (ask.place === 'here') ask.leave();
    else if (ask.place !== 'nowhere') {
      this.options.send(ask.place.peer, { is: 'leave', id: ask.id });
      this.renumber(ask);
    }
    this.moveTo(ask, 'nowhere');
  }

  /** A grant under the old number is not taken: its owner may not be one any more. */
  private renumber(ask: Ask): void {
    this.asks.delete(ask.id);
    this.gone.set(ask.id, ask.key);
    for (const oldest of this.gone.keys()) {
      if (this.gone.size <= MOST_GONE) break;
      this.gone.delete(oldest);
    }
    ask.id = this.nextId++;
    this.moveTo(ask, 'nowhere');
    this.asks.set(ask.id, ask);
  }

  private end(ask: Ask, answer: HoldAnswer): void {
    this.remove(ask);
    if ('granted' in answer) this.options.onGranted(ask.key, answer.granted.slot, answer.granted.destination);
    ask.answer(answer);
  }

  private remove(ask: Ask): void {
    this.asks.delete(ask.id);
    if (ask.place !== 'here') this.count(ask.key, -1);
  }

  private moveTo(ask: Ask, place: Place): void {
    const by = Number(place !== 'here') - Number(ask.place !== 'here');
    if (by !== 0) this.count(ask.key, by);
    ask.place = place;
  }

  private count(key: string, by: number): void {
    this.elsewhereInAll += by;
    const count = (this.elsewhere.get(key) ?? 0) + by;
    if (count > 0) this.elsewhere.set(key, count);
    else this.elsewhere.delete(key);
  }
}

function isSame(a: Place, b: Place): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.peer === b.peer : a === b;
}
