import { randomBytes } from 'node:crypto';
import type { Clock } from '@tidegate/kernel';
import { keyFor, splitKey } from '@tidegate/kube';
import type { PodAutoscaler, Wake } from '@tidegate/serving-contract';
import { OPEN_AGAIN_MS, type RequestEvent } from '@tidegate/signals';
import { type DenialAnswer, type HoldAnswer, STOPPING, tooLate, tooMany } from './check-answer.js';
import { type ColdStartParts, coldStartParts } from './cold-start.js';
import type { HoldMetrics } from './hold-metrics.js';
import type { PodView, ReadinessAsk } from './pod-view.js';
import { type Grant, RevisionHolds } from './revision-holds.js';
import { type KnownPod, limitOf, podsForGrants, wantsColdStartHeader } from './revision.js';

export interface HoldBounds {
  /** Requests that wait for one revision, and for all together. */
  perRevision: number;
  total: number;
}

export interface ColdStart {
  namespace: string;
  revision: string;
  pod: string;
  /** How long the first of those that waited has waited, and for what. */
  ms: number;
  parts: ColdStartParts;
  waiting: number;
}

export interface HoldsOptions {
  clock: Clock;
  wake: Wake;
  bounds: HoldBounds;
  metrics: HoldMetrics;
  onColdStart: (coldStart: ColdStart) => void;
  /** Sets the response header for every revision, not only for those that ask for it. */
  coldStartHeader: boolean;
  /** Asks the pod until it serves, then calls `podServes`. */
  watchPod: (key: string, ask: ReadinessAsk) => void;
  forgetPod: (key: string) => void;
  /** Slots of a revision with a limit may be granted here: this replica is the one that does. Default always. */
  mayGrant?: (key: string) => boolean;
}

/** What a holding route says about itself. */
export interface CheckContext {
  namespace: string;
  revision: string;
  holdTimeoutMs: number;
  /** It has waited elsewhere for so long. */
  waitedMs?: number;
  /** The request's name in access logs. */
  request?: string;
}

interface Caller {
  answer: (answer: HoldAnswer) => void;
}

interface Known {
  key: string;
  holds: RevisionHolds<Caller>;
  pods: Map<string, KnownPod>;
  autoscaler: PodAutoscaler | undefined;
  lastWakeAt: number;
  pumpDue: boolean;
  cancelPump: () => void;
}

const SLICE = 500;
const TICK_MS = 100;
/** Least pause between slices that wait for time to pass. */
const PUMP_AGAIN_MS = 10;
const WAKE_AGAIN_MS = 1000;
/** A route may be there a moment before the revision is seen. */
const UNKNOWN_PATIENCE_MS = 2000;
const LIMITS = {
  leaseMs: 3 * OPEN_AGAIN_MS + 1000,
  maxSlots: 100_000,
  spreadMs: 1000,
  // Node accepts from a queue of 511, and many programs from a shorter one.
  pace: { first: 100, most: 400, freshMs: 3000, quietMs: 100, perMs: 1 },
};

/**
 * All held requests. Revisions are known by their PodAutoscaler or by requests that wait for them; both come from the cluster's own
 * objects, so they are the bound. Not a line of I/O here: requests come by `check`, objects and events by the other methods.
 */
export class Holds {
  private readonly revisions = new Map<string, Known>();
  /** Revisions with something to look at each tick. */
  private readonly active = new Set<Known>();
  private readonly run = randomBytes(4).toString('hex');
  private readonly startedAt: number;
  private waiting = 0;
  private nextId = 0;
  private nextRevision = 0;
  private synced = false;
  private stopped = false;
  private mayBeBusy = true;
  private cancelTick: () => void = () => undefined;

  constructor(private readonly options: HoldsOptions) {
    this.startedAt = options.clock.monotonic();
    this.tick();
  }

  /** Requests that wait now. */
  get open(): number {
    return this.waiting;
  }

  /** The caches are filled: what they do not have does not exist. */
  objectsSynced(): void {
    this.synced = true;
    for (const known of this.revisions.values()) this.refresh(known);
  }

  /**
   * Takes a request; `answer` is called once, perhaps at once. Returns what to do when the client leaves, or the call is over for any other
   * reason: after an answer, it is the access log that says what becomes of the request.
   */
  check({ namespace, revision, holdTimeoutMs, waitedMs = 0 }: CheckContext, answer: Caller['answer']): () => void {
    const { clock, bounds, metrics } = this.options;
    const known = this.known(keyFor(namespace, revision));
    const now = clock.monotonic();
    const caller: Caller = { answer };
    if (this.stopped) return this.refuse(caller, STOPPING);
    const { hopeless } = known.holds;
    if (hopeless !== undefined) return this.refuse(caller, failed(revision, hopeless));
    if (known.holds.waiting >= bounds.perRevision || this.waiting >= bounds.total) return this.refuse(caller, tooMany(revision));
    const id = this.nextId++;
    const arrivedAt = now - waitedMs;
    known.holds.arrive({ id, arrivedAt, deadlineAt: arrivedAt + holdTimeoutMs, reply: caller });
    this.waiting += 1;
    metrics.held();
    this.active.add(known);
    this.pump(known);
    this.wakeIfNeeded(known, now);
    return () => {
      if (!known.holds.leave(id)) return;
      this.waiting -= 1;
      metrics.left(clock.monotonic() - arrivedAt);
    };
  }

  /** Requests of this revision that one pod may have at once, 0 for any number; undefined while its PodAutoscaler is not known. */
  limitOf(key: string): number | undefined {
    const autoscaler = this.revisions.get(key)?.autoscaler;
    return autoscaler && limitOf(autoscaler);
  }

  /** Revisions with a limit. */
  *limited(): Iterable<string> {
    for (const [key, { autoscaler }] of this.revisions) if (limitOf(autoscaler) > 0) yield key;
  }

  setAutoscaler(key: string, autoscaler: PodAutoscaler | undefined): void {
    const known = this.known(key);
    known.autoscaler = autoscaler;
    this.refresh(known);
    if (!autoscaler) this.forgetIfGone(known);
  }

  /** `view` undefined: the pod is gone. */
  setPod(key: string, name: string, view: PodView | undefined): void {
    const known = this.known(key);
    const before = known.pods.get(name);
    if (before?.view.state === 'starting' && before.view.ask && (view?.state !== 'starting' || view.run !== before.view.run || !view.ask)) {
      this.options.forgetPod(`${key}/${before.view.run}/${name}`);
    }
    if (!view) {
      known.pods.delete(name);
      this.refresh(known);
      return this.forgetIfGone(known);
    }
    const servingRun = view.state === 'starting' && before?.view.state === 'starting' ? before.servingRun : undefined;
    const now = this.options.clock.monotonic();
    const { seenAt = now, runningAt } = before?.times ?? {};
    const runs = view.state === 'ready' || (view.state === 'starting' && view.address !== undefined);
    const times = { seenAt, ...(runningAt !== undefined ? { runningAt } : runs ? { runningAt: now } : {}) };
    known.pods.set(name, { view, times, isOlderThanUs: before?.isOlderThanUs ?? !this.synced, ...(servingRun ? { servingRun } : {}) });
    if (view.state === 'starting' && view.ask && servingRun !== view.run) this.options.watchPod(`${key}/${view.run}/${name}`, view.ask);
    this.refresh(known);
  }

  /** A pod that was asked serves, whatever the kubelet knows. The key is that of `watchPod`. */
  podServes(podKey: string): void {
    const [namespace = '', revision = '', uid = '', restarts = '', name = ''] = podKey.split('/');
    const known = this.revisions.get(keyFor(namespace, revision));
    const pod = known?.pods.get(name);
    if (!known || !pod || pod.view.state !== 'starting' || pod.view.run !== `${uid}/${restarts}`) return;
    known.pods.set(name, { ...pod, servingRun: pod.view.run });
    this.refresh(known);
  }

  events(batch: readonly RequestEvent[]): void {
    const now = this.options.clock.monotonic();
    for (const { phase, slot, namespace, version, upstream } of batch) {
      if (slot === undefined || phase === 'start') continue;
      const known = this.revisions.get(keyFor(namespace, version));
      if (!known) continue;
      if (phase === 'open') known.holds.goesOn(slot, upstream, now);
      else if (known.holds.ended(slot, now) && known.holds.waiting > 0) this.schedule(known);
    }
  }

  /** Requests of these revisions (namespace/name) have ended. */
  slotsEnded(slots: readonly { revision: string; slot: string }[]): void {
    const now = this.options.clock.monotonic();
    for (const { revision, slot } of slots) {
      const known = this.revisions.get(revision);
      if (known?.holds.ended(slot, now) && known.holds.waiting > 0) this.pump(known);
    }
  }

  eventsLost(): void {
    const now = this.options.clock.monotonic();
    for (const known of this.revisions.values()) known.holds.eventsLost(now);
  }

  /** Requests of this revision that are open, wherever their slots were granted. */
  opens(key: string, slots: readonly { slot: string; address: string | undefined }[]): void {
    const now = this.options.clock.monotonic();
    const known = this.revisions.get(key);
    if (!known) return;
    for (const { slot, address } of slots) known.holds.goesOn(slot, address, now);
    if (known.holds.inFlight > 0) this.active.add(known);
  }

  /** What is in flight is another's to count. */
  forgetSlots(key: string): void {
    this.revisions.get(key)?.holds.forgetSlots();
  }

  /** Whoever tells of a part of the requests is gone: what nobody has told of when `ms` have passed is over. */
  proveSlots(ms: number): void {
    const now = this.options.clock.monotonic();
    for (const known of this.revisions.values()) known.holds.proveSlots(now + ms);
  }

  /** `mayGrant` may say something else now. */
  grantAgain(): void {
    for (const known of this.revisions.values()) if (known.holds.waiting > 0) this.pump(known);
  }

  /** Everybody who waits is told to come again. */
  stop(): void {
    this.stopped = true;
    this.cancelTick();
    for (const known of this.revisions.values()) {
      known.cancelPump();
      this.refuseAll(known, STOPPING);
    }
  }

  private known(key: string): Known {
    const found = this.revisions.get(key);
    if (found) return found;
    const holds = new RevisionHolds<Caller>(`${this.run}-${this.nextRevision++}`, LIMITS);
    const pods = new Map<string, KnownPod>();
    const made: Known = { key, holds, pods, autoscaler: undefined, lastWakeAt: -Infinity, pumpDue: false, cancelPump: () => undefined };
    this.revisions.set(key, made);
    return made;
  }

  private forgetIfGone(known: Known): void {
    if (known.autoscaler || known.pods.size > 0 || known.holds.waiting > 0) return;
    known.cancelPump();
    this.active.delete(known);
    this.revisions.delete(known.key);
  }

  private refresh(known: Known): void {
    const limit = limitOf(known.autoscaler);
    known.holds.setLimit(limit);
    known.holds.setPods(podsForGrants(known.pods.values(), limit > 0 && this.mayBeBusy), this.options.clock.monotonic());
    const { hopeless } = known.holds;
    const { name } = splitKey(known.key);
    if (hopeless !== undefined) this.refuseAll(known, failed(name, hopeless));
    else if (known.holds.waiting > 0) this.pump(known);
  }

  private schedule(known: Known): void {
    if (known.pumpDue || this.stopped) return;
    known.pumpDue = true;
    setImmediate(() => {
      known.pumpDue = false;
      if (!this.stopped) this.pump(known);
    });
  }

  /** Gives what can be given, a slice at a time: thousands of answers in one go would let the first of them wait for the last. */
  private pump(known: Known): void {
    if (!this.mayGrant(known)) return;
    const now = this.options.clock.monotonic();
    const waitingBefore = known.holds.waiting;
    const grants = known.holds.grant(now, SLICE);
    grants.forEach((grant, i) => this.give(known, grant, now, i === 0 ? waitingBefore : undefined));
    if (grants.length > 0) this.active.add(known);
    if (grants.length === SLICE) return this.schedule(known);
    const againInMs = known.holds.grantsMoreIn(now);
    if (againInMs === undefined) return;
    known.cancelPump();
    known.cancelPump = this.options.clock.after(Math.max(PUMP_AGAIN_MS, againInMs), () => this.schedule(known));
  }

  /** Without its PodAutoscaler a revision's limit is not known. */
  private mayGrant({ key, autoscaler }: Known): boolean {
    if (!autoscaler) return false;
    return limitOf(autoscaler) === 0 || (this.options.mayGrant?.(key) ?? true);
  }

  private give(known: Known, { waiting, pod, alternative, slot }: Grant<Caller>, now: number, waitingBefore: number | undefined): void {
    const { metrics, onColdStart, coldStartHeader } = this.options;
    const ms = now - waiting.arrivedAt;
    const parts = coldStartParts(waiting.arrivedAt, known.pods.get(pod.name)?.times ?? { seenAt: waiting.arrivedAt }, now);
    this.waiting -= 1;
    metrics.granted(ms);
    if (waiting.isCold && waitingBefore !== undefined) {
      const { namespace = '', name: revision } = splitKey(known.key);
      metrics.coldStart(known.key, ms);
      onColdStart({ namespace, revision, pod: pod.name, ms, parts, waiting: waitingBefore });
    }
    const tells = waiting.isCold && (coldStartHeader || wantsColdStartHeader(known.autoscaler));
    const granted = { destination: pod.address, alternative: alternative.address, slot, ...(tells ? { coldStart: parts } : {}) };
    waiting.reply.answer({ granted });
  }

  private refuse(caller: Caller, denied: DenialAnswer): () => void {
    this.options.metrics.denied(denied.denial);
    caller.answer({ denied });
    return () => undefined;
  }

  private refuseAll(known: Known, denied: DenialAnswer): void {
    const now = this.options.clock.monotonic();
    for (const { reply, arrivedAt } of known.holds.takeAll()) {
      this.waiting -= 1;
      this.options.metrics.left(now - arrivedAt);
      this.refuse(reply, denied);
    }
  }

  private wakeIfNeeded(known: Known, now: number): void {
    const { holds } = known;
    if (holds.waiting === 0 || holds.grantable > 0 || now - known.lastWakeAt < WAKE_AGAIN_MS) return;
    known.lastWakeAt = now;
    const { namespace = '', name } = splitKey(known.key);
    this.options.wake.wake({ namespace, name }, holds.waiting);
  }

  private tick(): void {
    this.cancelTick = this.options.clock.after(TICK_MS, () => this.tick());
    const now = this.options.clock.monotonic();
    if (this.mayBeBusy && now - this.startedAt > OPEN_AGAIN_MS && this.synced) {
      this.mayBeBusy = false;
      for (const known of this.revisions.values()) if (known.holds.waiting > 0 || limitOf(known.autoscaler) > 0) this.refresh(known);
    }
    for (const known of this.active) this.look(known, now);
  }

  private look(known: Known, now: number): void {
    const { holds } = known;
    const { name } = splitKey(known.key);
    for (const { reply, arrivedAt } of holds.takeExpired(now)) {
      this.waiting -= 1;
      this.options.metrics.left(now - arrivedAt);
      this.refuse(reply, tooLate(name, now - arrivedAt));
    }
    const oldest = holds.oldestArrivedAt();
    if (!known.autoscaler && this.synced && oldest !== undefined && now - oldest > UNKNOWN_PATIENCE_MS) {
      this.refuseAll(known, { denial: 'unknown', sentence: `revision ${name} does not exist any more`, retryAfterSeconds: 5 });
    }
    const lost = holds.reconcile(now);
    if (lost > 0) this.options.metrics.leasesEnded(lost);
    if (lost > 0 || holds.waiting > 0) this.pump(known);
    this.wakeIfNeeded(known, now);
    if (holds.waiting > 0 || holds.inFlight > 0) return;
    this.active.delete(known);
    this.forgetIfGone(known);
  }
}

function failed(revision: string, because: string): DenialAnswer {
  return { denial: 'failed', sentence: `revision ${revision} cannot start: ${because}`, retryAfterSeconds: 10 };
}
