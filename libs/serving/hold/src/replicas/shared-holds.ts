import type { Clock } from '@tidegate/kernel';
import { keyFor } from '@tidegate/kube';
import { Handover, ownerOf } from '@tidegate/serving-ownership';
import { OPEN_AGAIN_MS, type RequestEvent } from '@tidegate/signals';
import { type HoldAnswer, STOPPING } from '../check-answer.js';
import type { CheckContext, HoldBounds, Holds } from '../holds.js';
import { Asks, type Place } from './asks.js';
import { Guests } from './guests.js';
import type { PeerAnswer, PeerRequest } from './peer-messages.js';
import { type OpenSlot, SlotBook } from './slot-book.js';

/** The ways to the other replicas. Neither throws; both are false when the replica cannot be reached now. */
export interface PeerWays {
  ask(peer: string, request: PeerRequest): boolean;
  answer(peer: string, answer: PeerAnswer): boolean;
}

export interface SharedHoldsOptions {
  self: string;
  clock: Clock;
  here: Holds;
  bounds: HoldBounds;
  ways: PeerWays;
  /** Our own Lease lasts. */
  isCurrent: () => boolean;
}

/** Leases last ten seconds. */
const TIMES = { deadlineMs: 12_000, unheardMs: OPEN_AGAIN_MS };
const SILENT_MS = 3 * OPEN_AGAIN_MS + 1000;
const TICK_MS = 100;
const SWEEP_EVERY = 10;

/**
 * What several replicas hold together. A revision without a limit is granted by whoever is asked. Slots of one with a limit are granted by its owner:
 *
 *   proxy ── Check ──► this replica ──ask──► owner ──(slot free)──► answer ──► proxy
 *   proxy ── END ────► any replica ──ended─► owner
 *
 * When the owner changes, those who wait are asked about anew, everybody tells the new owner which requests with slots are open at its proxies, and
 * nothing is granted until all have done so (`Handover`). No I/O here.
 */
export class SharedHolds {
  private readonly handover: Handover;
  private readonly book = new SlotBook(SILENT_MS);
  private readonly asks: Asks;
  private readonly guests: Guests;
  /** Replicas to which our way is open. */
  private readonly linkedTo = new Set<string>();
  /** Replicas that have a stream to us. */
  private readonly joined = new Set<string>();
  private ticks = 0;
  private stopped = false;
  private cancelTick: () => void = () => undefined;

  constructor(private readonly options: SharedHoldsOptions) {
    const { self, clock, here, bounds, ways } = options;
    this.handover = new Handover(self, TIMES);
    const hold = (context: CheckContext, answer: (answer: HoldAnswer) => void): (() => void) => here.check(context, answer);
    this.asks = new Asks({
      ...{ clock, bounds, hold },
      placeOf: (key) => this.placeOf(key),
      send: (peer, request) => ways.ask(peer, request),
      onGranted: (key, slot, address) => void (this.isShared(key) && this.book.open({ key, slot, address }, clock.monotonic())),
      onUnused: (peer, key, slot) => ways.ask(peer, { is: 'ended', slots: [{ key, slot }] }),
    });
    this.guests = new Guests({
      hold,
      answer: (peer, answer) => ways.answer(peer, answer),
      // Who comes after us waits for the word of members alone: of all others we speak.
      onGranted: (peer, key, slot, address) => void (!this.handover.has(peer) && this.book.open({ key, slot, address }, clock.monotonic())),
      onUnheard: (key, slot) => here.slotsEnded([{ revision: key, slot }]),
    });
    this.tick();
  }

  /** For `Holds`: slots of this revision may be granted here, and nobody else grants any. */
  mayGrant(key: string): boolean {
    return !this.stopped && this.options.isCurrent() && this.handover.mayDecide(key);
  }

  /** Requests that wait for a slot at their owner, or until there is one. */
  get waitingElsewhere(): number {
    return this.asks.waitingElsewhere;
  }

  check(context: CheckContext, answer: (answer: HoldAnswer) => void): () => void {
    const key = keyFor(context.namespace, context.revision);
    // Whoever is asked may grant: nothing to keep.
    if (this.options.here.limitOf(key) === 0) return this.options.here.check(context, answer);
    if (this.stopped) {
      answer({ denied: STOPPING });
      return () => undefined;
    }
    return this.asks.add(key, context, answer);
  }

  events(batch: readonly RequestEvent[]): void {
    const now = this.options.clock.monotonic();
    const opens: OpenSlot[] = [];
    const ended: { revision: string; slot: string }[] = [];
    const others: RequestEvent[] = [];
    for (const event of batch) {
      const { phase, slot, namespace, version, upstream: address } = event;
      if (slot === undefined || phase === 'start') continue;
      const key = keyFor(namespace, version);
      if (!this.isShared(key)) others.push(event);
      else if (phase === 'end') ended.push({ revision: key, slot });
      else if (address !== undefined && this.book.open({ key, slot, address }, now)) opens.push({ key, slot, address });
    }
    this.options.here.events(others);
    this.tellOwners(opens, (theirs) => ({ is: 'open', opens: theirs }));
    this.slotsEnded(ended);
  }

  /** Requests of these revisions (namespace/name) have ended; at whosever proxies, and whoever has granted them. */
  slotsEnded(slots: readonly { revision: string; slot: string }[]): void {
    const { clock, here } = this.options;
    const now = clock.monotonic();
    const isNews = ({ revision, slot }: { revision: string; slot: string }): boolean => this.isShared(revision) && this.book.end(slot, now);
    here.slotsEnded(slots.filter(({ revision }) => !this.isShared(revision)));
    const ended = slots.filter(isNews).map(({ revision, slot }) => ({ key: revision, slot }));
    this.tellOwners(ended, (theirs) => ({ is: 'ended', slots: theirs }));
  }

  /** Requests of some of our proxies are not heard of. */
  eventsLost(): void {
    const { clock, here, ways } = this.options;
    this.book.renewAll(clock.monotonic());
    here.eventsLost();
    for (const peer of this.linkedTo) ways.ask(peer, { is: 'lost' });
  }

  /** What is known of this revision, or of all, has changed: whether it has a limit. */
  objectsChanged(key?: string): void {
    this.asks.placeAgain(key);
  }

  /** Who takes part now; sorted, and without us while our own Lease does not count. */
  members(members: readonly string[]): void {
    const { clock, here } = this.options;
    const before = new Set([...here.limited()].filter((key) => this.handover.isMine(key)));
    const lost = this.handover.adopt(members, clock.monotonic());
    if (!lost) return;
    for (const key of here.limited()) if (before.has(key) !== this.handover.isMine(key)) here.forgetSlots(key);
    if (lost.length > 0) here.proveSlots(OPEN_AGAIN_MS);
    this.tellViews();
  }

  /** Our own Lease ran out for a while. */
  lapsed(): void {
    this.handover.lapse(this.options.clock.monotonic());
    this.beginAnew();
  }

  /** Our way to this replica is open; what it was told before may be lost. */
  linked(peer: string): void {
    this.linkedTo.add(peer);
    this.tellView(peer);
    this.asks.placeAgain();
  }

  unlinked(peer: string): void {
    this.linkedTo.delete(peer);
    this.asks.unreachable(peer);
  }

  answered(peer: string, message: PeerAnswer): void {
    this.asks.answered(peer, message);
  }

  /** This replica has opened a stream to us. */
  joinedBy(peer: string): void {
    this.joined.add(peer);
    this.handover.forget(peer);
  }

  partedFrom(peer: string): void {
    this.joined.delete(peer);
    this.handover.forget(peer);
    this.guests.parted(peer);
  }

  asked(peer: string, request: PeerRequest): void {
    switch (request.is) {
      case 'view':
        return this.takeView(peer, request);
      case 'ask':
        return this.takeGuest(peer, request);
      case 'leave':
        return this.guests.leave(peer, request.id);
      case 'open':
        return this.takeTold(peer, request.opens);
      case 'ended':
        return this.takeEnded(peer, request.slots);
      case 'lost':
        return this.options.here.eventsLost();
      case 'bye':
        // Some of them will be ours, and nobody else is there to speak of them.
        for (const open of request.opens) this.book.open(open, this.options.clock.monotonic());
        return this.handover.goodbye(peer);
    }
  }

  /** Grants nothing more, and leaves what is known to the others. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.cancelTick();
    this.guests.moveOn(() => false);
    this.asks.stop();
    const opens = [...this.book.entries(this.options.clock.monotonic())];
    for (const peer of this.linkedTo) this.options.ways.ask(peer, { is: 'bye', opens });
  }

  /** A revision that may have a limit. */
  private isShared(key: string): boolean {
    return this.options.here.limitOf(key) !== 0;
  }

  private placeOf(key: string): Place {
    // While it is not known whether there is a limit, nothing is granted here.
    if (!this.options.here.limitOf(key) || this.handover.isMine(key)) return 'here';
    // Cut off from the API, we do not know who the others are; whoever can be reached may.
    const peer = this.handover.has(this.options.self) ? this.handover.owner(key) : ownerOf(key, [...this.linkedTo]);
    return peer === undefined || !this.linkedTo.has(peer) ? 'nowhere' : { peer };
  }

  private takeGuest(peer: string, { id, namespace, revision, holdTimeoutMs, waitedMs }: Extract<PeerRequest, { is: 'ask' }>): void {
    const key = keyFor(namespace, revision);
    // Also when we have not seen its PodAutoscaler yet: the other one has, so we soon will.
    if (this.stopped || !this.options.here.limitOf(key) || !this.handover.isMine(key)) {
      this.options.ways.answer(peer, { is: 'moved', id });
      return;
    }
    this.guests.take(peer, id, key, { namespace, revision, holdTimeoutMs, waitedMs });
  }

  private takeView(peer: string, { view, opens }: Extract<PeerRequest, { is: 'view' }>): void {
    const { isNew, hasLapsed } = this.handover.heard(peer, view, this.options.clock.monotonic());
    if (hasLapsed) this.beginAnew();
    else if (isNew) this.tellView(peer);
    this.takeTold(peer, opens);
    this.agree();
  }

  /** What is in flight is asked of everybody, as if all were new to us. */
  private beginAnew(): void {
    for (const key of this.options.here.limited()) this.options.here.forgetSlots(key);
    this.tellViews();
  }

  /** One who is no member tells whom he can: what he says is taken as if our own proxies had said it. */
  private takeTold(peer: string, opens: OpenSlot[]): void {
    if (this.handover.has(peer)) return this.takeOpen(opens);
    const now = this.options.clock.monotonic();
    const news = opens.filter((open) => this.book.open(open, now));
    if (this.handover.has(this.options.self)) this.tellOwners(news, (theirs) => ({ is: 'open', opens: theirs }));
  }

  private takeOpen(opens: readonly OpenSlot[]): void {
    const now = this.options.clock.monotonic();
    const byKey = Map.groupBy(
      opens.filter(({ key, slot }) => this.handover.isMine(key) && !this.book.hasEnded(slot, now)),
      ({ key }) => key,
    );
    for (const [key, slots] of byKey) this.options.here.opens(key, slots);
  }

  private takeEnded(peer: string, slots: { key: string; slot: string }[]): void {
    const { clock, here, self } = this.options;
    const now = clock.monotonic();
    const news = peer === self ? slots : slots.filter(({ slot }) => this.book.end(slot, now));
    if (!this.handover.has(peer) && this.handover.has(self)) return this.tellOwners(news, (theirs) => ({ is: 'ended', slots: theirs }));
    here.slotsEnded(news.filter(({ key }) => this.handover.isMine(key)).map(({ key, slot }) => ({ revision: key, slot })));
  }

  /**
   * Tells the owners of slots, also if that is us. Cut off from the API we do not know who they are any more, but others may grant what was ours
   * while our proxies still have requests: then everybody is told.
   */
  private tellOwners<T extends { key: string; slot: string }>(slots: T[], toRequest: (slots: T[]) => PeerRequest): void {
    if (slots.length === 0) return;
    const { self, isCurrent, ways } = this.options;
    if (!this.handover.has(this.options.self) || !isCurrent()) {
      for (const peer of this.linkedTo) ways.ask(peer, toRequest(slots));
      return;
    }
    for (const [owner, theirs] of Map.groupBy(slots, ({ key }) => this.handover.owner(key) ?? '')) {
      if (owner === self) this.asked(self, toRequest(theirs));
      else ways.ask(owner, toRequest(theirs));
    }
  }

  /** Our own word to ourselves, and to everybody else; then waiting goes on where it belongs. */
  private tellViews(): void {
    this.takeOpen([...this.book.entries(this.options.clock.monotonic())]);
    this.asks.placeAgain();
    this.guests.moveOn((key) => !this.isShared(key) || this.handover.isMine(key));
    for (const peer of this.linkedTo) this.tellView(peer);
    this.agree();
  }

  private tellView(peer: string): void {
    const open = [...this.book.entries(this.options.clock.monotonic())];
    const opens = this.handover.has(this.options.self) ? open.filter(({ key }) => this.handover.owner(key) === peer) : open;
    const view = this.handover.viewFor(peer);
    this.options.ways.ask(peer, { is: 'view', view: { ...view, members: [...view.members] }, opens });
  }

  private agree(): void {
    if (this.handover.agree(this.options.clock.monotonic())) this.options.here.grantAgain();
  }

  private tick(): void {
    const { clock, here } = this.options;
    this.cancelTick = clock.after(TICK_MS, () => this.tick());
    this.agree();
    this.asks.tick();
    if (this.ticks++ % SWEEP_EVERY > 0) return;
    this.book.sweep(clock.monotonic());
    // A replica that is not heard may have what nobody else speaks of.
    if (this.handover.others.some((peer) => !this.joined.has(peer))) here.eventsLost();
  }
}
