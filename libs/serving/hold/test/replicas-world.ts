import { ManualClock } from '@tidegate/kernel';
import type { PodAutoscaler } from '@tidegate/serving-contract';
import { Registry } from 'prom-client';
import type { HoldAnswer } from '../src/check-answer.js';
import { HoldMetrics } from '../src/hold-metrics.js';
import { Holds } from '../src/holds.js';
import type { PeerAnswer, PeerRequest } from '../src/replicas/peer-messages.js';
import { SharedHolds } from '../src/replicas/shared-holds.js';

const BOUNDS = { perRevision: 1000, total: 1000 };
/** Others take a replica's Lease for over that long after its last sign, and it does so itself a little earlier. */
const LEASE_MS = 8_000;
/** No message between living replicas is under way for longer. */
const WAY_MS = 400;
const OPEN_EVERY_MS = 2_000;
const STEP_MS = 100;
const NAMESPACE = 'ns';

interface Letter {
  sentAt: number;
  deliver: () => void;
}

export interface Replica {
  name: string;
  holds: Holds;
  shared: SharedHolds;
  isAlive: boolean;
  /** Its own Lease lasts. */
  isCurrent: boolean;
  /** Since when nobody renews its Lease. */
  silentSince: number | undefined;
  hasLeft: boolean;
  /** It reaches the API. */
  seesOthers: boolean;
}

export interface Caller {
  revision: string;
  at: Replica;
  answer?: HoldAnswer | 'gone';
  leave: () => void;
}

interface InFlight {
  revision: string;
  address: string;
  /** The replica that hears of it; another one when that is dead. */
  heardBy: Replica;
  since: number;
}

/** Replicas with real holds, what is under way between them, and the truth about what is in flight in which pod. */
export class World {
  readonly clock = new ManualClock();
  readonly callers: Caller[] = [];
  readonly inFlight = new Map<string, InFlight>();
  /** The most that were ever in flight at once, by address. */
  readonly most = new Map<string, number>();
  private readonly replicas: Replica[] = [];
  private readonly ways = new Map<string, Letter[]>();
  private readonly open = new Set<string>();

  constructor(
    private readonly limit: number,
    private readonly revisions: readonly string[],
    private readonly pods: readonly string[],
  ) {}

  get living(): Replica[] {
    return this.replicas.filter((r) => r.isAlive);
  }

  join(name: string): void {
    const { clock } = this;
    const holds: Holds = new Holds({
      ...{ clock, bounds: BOUNDS, coldStartHeader: false, metrics: new HoldMetrics(new Registry()) },
      wake: { wake: () => undefined },
      onColdStart: () => undefined,
      watchPod: () => undefined,
      forgetPod: () => undefined,
      mayGrant: (key) => replica.shared.mayGrant(key),
    });
    const shared = new SharedHolds({
      ...{ self: name, clock, here: holds, bounds: BOUNDS },
      isCurrent: () => replica.isAlive && replica.isCurrent,
      ways: {
        ask: (peer, request) => this.ask(replica, peer, request),
        answer: (peer, answer) => this.answer(replica, peer, answer),
      },
    });
    const state = { isAlive: true, isCurrent: true, silentSince: undefined, hasLeft: false, seesOthers: true };
    const replica: Replica = { name, holds, shared, ...state };
    for (const revision of this.revisions) this.describe(holds, revision);
    holds.objectsSynced();
    this.replicas.push(replica);
    this.look(replica);
  }

  /** The replica sees who is there now. */
  look(replica: Replica): void {
    if (!replica.isAlive || !replica.seesOthers) return;
    const now = this.clock.monotonic();
    const members = this.replicas.filter((r) => !r.hasLeft && (r.silentSince === undefined || now < r.silentSince + LEASE_MS));
    replica.shared.members(members.map((r) => r.name).sort());
    // Also to those whose Lease has run out: it is still there to be read.
    for (const { name, hasLeft } of this.replicas) if (!hasLeft) this.link(replica, name);
  }

  check(at: Replica, revision: string, holdTimeoutMs: number): void {
    const caller: Caller = { revision, at, leave: () => undefined };
    this.callers.push(caller);
    caller.leave = at.shared.check({ namespace: NAMESPACE, revision, holdTimeoutMs }, (answer) => {
      // A dead process answers nobody.
      if (!at.isAlive) return;
      if (caller.answer) throw new Error('answered twice');
      caller.answer = answer;
      if ('granted' in answer) this.begin(caller, answer.granted.slot, answer.granted.destination);
    });
  }

  leave(caller: Caller): void {
    if (caller.answer || !caller.at.isAlive) return;
    caller.answer = 'gone';
    caller.leave();
  }

  /** A request ends; one of the living replicas hears of it. */
  end(slot: string, hearer: number): void {
    const request = this.inFlight.get(slot);
    if (!request) return;
    this.inFlight.delete(slot);
    this.living[hearer % this.living.length]?.shared.slotsEnded([{ revision: `${NAMESPACE}/${request.revision}`, slot }]);
  }

  /** Nothing of it happens any more. Its proxies turn to others; what they have asked of it comes to nothing. */
  kill(replica: Replica): void {
    replica.isAlive = false;
    replica.silentSince ??= this.clock.monotonic();
    this.clearAway(replica);
  }

  /** It goes as it should, and what it says is heard. */
  goAway(replica: Replica): void {
    replica.shared.stop();
    replica.holds.stop();
    for (const [way, letters] of this.ways) {
      if (way.startsWith(`${replica.name}>`)) while (letters.length > 0) letters.shift()?.deliver();
    }
    replica.hasLeft = true;
    replica.isAlive = false;
    this.clearAway(replica);
  }

  /** It loses the API, and can neither renew its Lease nor see those of others. */
  cut(replica: Replica): void {
    if (!replica.seesOthers) return;
    replica.seesOthers = false;
    replica.silentSince = this.clock.monotonic();
  }

  heal(replica: Replica): void {
    if (replica.seesOthers) return;
    replica.seesOthers = true;
    replica.silentSince = undefined;
    const hasLapsed = !replica.isCurrent;
    replica.isCurrent = true;
    if (hasLapsed) replica.shared.lapsed();
    this.look(replica);
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.clock.advance(STEP_MS);
      const now = this.clock.monotonic();
      for (const replica of this.living) {
        // Its own Lease is over for itself before it is for others.
        if (replica.silentSince !== undefined && now > replica.silentSince + LEASE_MS - 1_000) this.lapse(replica, now);
        if (now % 1_000 === 0) this.look(replica);
      }
      this.tellOpen(now);
      for (const letters of this.ways.values()) while ((letters[0]?.sentAt ?? now) <= now - WAY_MS) letters.shift()?.deliver();
      await settled();
    }
  }

  /** Delivers some of what is under way, in the order of its way. */
  async deliver(way: number, count: number): Promise<void> {
    const ways = [...this.ways.values()].filter((letters) => letters.length > 0);
    const letters = ways[way % Math.max(1, ways.length)] ?? [];
    for (let i = 0; i < count; i++) letters.shift()?.deliver();
    await settled();
  }

  /** It knows that it is none of them any more, and soon knows of nobody. */
  private lapse(replica: Replica, now: number): void {
    const others = this.replicas.filter((r) => r !== replica && r.isAlive && r.silentSince === undefined).map((r) => r.name);
    const isLate = now > (replica.silentSince ?? 0) + LEASE_MS + 1_000;
    if (replica.isCurrent || isLate) replica.shared.members(isLate ? [] : others.sort());
    replica.isCurrent = false;
  }

  private describe(holds: Holds, revision: string): void {
    const key = `${NAMESPACE}/${revision}`;
    const spec = { scaleTargetRef: { kind: 'Deployment', name: revision }, protocolType: 'http1', containerConcurrency: this.limit };
    const autoscaler: PodAutoscaler = { metadata: { namespace: NAMESPACE, name: revision }, spec };
    holds.setAutoscaler(key, autoscaler);
    for (const pod of this.pods) holds.setPod(key, pod, { name: pod, uid: pod, state: 'ready', address: `${revision}.${pod}:80` });
  }

  private begin({ revision, at }: Caller, slot: string, address: string): void {
    this.inFlight.set(slot, { revision, address, heardBy: at, since: this.clock.monotonic() });
    const count = [...this.inFlight.values()].filter((r) => r.address === address).length;
    this.most.set(address, Math.max(this.most.get(address) ?? 0, count));
  }

  private tellOpen(now: number): void {
    for (const [slot, request] of this.inFlight) {
      const age = now - request.since;
      if (age === 0 || age % OPEN_EVERY_MS >= STEP_MS) continue;
      if (!request.heardBy.isAlive) request.heardBy = this.living[0] ?? request.heardBy;
      const { revision, address: upstream, heardBy, since: atMs } = request;
      const names = { namespace: NAMESPACE, service: revision, version: revision };
      heardBy.shared.events([{ phase: 'open', proxy: 'p', streamId: slot, ...names, atMs, upstream, slot }]);
    }
  }

  private link(from: Replica, to: string): void {
    const way = `${from.name}>${to}`;
    const other = this.living.find((r) => r.name === to);
    if (from.name === to || this.open.has(way) || !other) return;
    this.open.add(way);
    this.post(way, () => {
      other.shared.joinedBy(from.name);
      // Whoever is spoken to can answer, though he may not see Leases.
      this.link(other, from.name);
    });
    from.shared.linked(to);
  }

  private ask(from: Replica, to: string, request: PeerRequest): boolean {
    const way = `${from.name}>${to}`;
    const other = this.replicas.find((r) => r.name === to);
    if (!other || !from.isAlive || !this.open.has(way)) return false;
    return this.post(way, () => other.shared.asked(from.name, request));
  }

  private answer(from: Replica, to: string, answer: PeerAnswer): boolean {
    const way = `${to}>${from.name}`;
    const other = this.replicas.find((r) => r.name === to);
    if (!other || !from.isAlive || !this.open.has(way)) return false;
    return this.post(`${way} back`, () => other.shared.answered(from.name, answer));
  }

  private post(way: string, deliver: () => void): true {
    const letters = this.ways.get(way) ?? [];
    this.ways.set(way, letters);
    letters.push({ sentAt: this.clock.monotonic(), deliver });
    return true;
  }

  private clearAway(replica: Replica): void {
    for (const caller of this.callers) if (caller.at === replica) caller.answer ??= 'gone';
    for (const way of [...this.open]) {
      const [from = '', to = ''] = way.split('>');
      if (from !== replica.name && to !== replica.name) continue;
      this.open.delete(way);
      this.ways.delete(way);
      this.ways.delete(`${way} back`);
      const other = this.living.find((r) => r.name === (from === replica.name ? to : from));
      if (from === replica.name) other?.shared.partedFrom(from);
      else other?.shared.unlinked(to);
    }
    // Its timers end; it has no way left by which anybody could notice.
    replica.shared.stop();
    replica.holds.stop();
  }
}

/** What was put off to the next turns of the event loop has happened. */
async function settled(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
}
