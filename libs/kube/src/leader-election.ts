import { causeChain, type Clock, type Logger } from '@tidegate/kernel';
import { isAlreadyExists, isConflict } from './kube-api-error.js';
import type { KubeClient } from './kube-client.js';
import { kinds, type Lease } from './kinds.js';
import { microTime } from './timestamps.js';

export interface LeaderElectionOptions {
  client: KubeClient;
  namespace: string;
  name: string;
  /** Unique for each candidate: host and process. */
  identity: string;
  clock: Clock;
  log: Logger;
  /** The work of a leader. It must end soon after `signal` aborts: another candidate takes over when the lease runs out. */
  onLeading: (signal: AbortSignal) => void | Promise<void>;
  /** Called after the work ended, when leadership was lost against our will. */
  onLost?: () => void;
  /** Others wait this long after the last renewal they saw; default 15 s. */
  leaseDurationMs?: number;
  /** Without a renewal for this long a leader stops its work; default 10 s. Less than the lease duration: the gap is for stopping. */
  renewDeadlineMs?: number;
  /** Between tries; default 2 s. */
  retryPeriodMs?: number;
}

interface Term {
  stopping: AbortController;
  work: Promise<void>;
  cancelDeadline: () => void;
}

/**
 * One leader among candidates, by a Lease, with client-go's rules: a candidate trusts no clock but its own, and counts the lease duration
 * from the moment when *it* saw the record change.
 *
 *   candidate ──lease free or run out, and our write wins──► leading ──renewed every 2 s──► leading
 *       ▲                                                      │ not renewed for 10 s, or another holder
 *       └──────────────── work ended, onLost ◄─────────────────┘
 */
export class LeaderElection {
  private readonly options: Required<Omit<LeaderElectionOptions, 'onLost'>> & Pick<LeaderElectionOptions, 'onLost'>;
  private seen: { record: string; at: number } | undefined;
  private term: Term | undefined;
  private stopped = false;
  private cancelTry: () => void = () => undefined;
  private trying: Promise<void> = Promise.resolve();

  constructor(options: LeaderElectionOptions) {
    this.options = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000, ...options };
    if (this.options.renewDeadlineMs >= this.options.leaseDurationMs) {
      throw new RangeError('renewDeadlineMs must be less than leaseDurationMs: a leader must stop before another begins');
    }
  }

  isLeading(): boolean {
    return this.term !== undefined && !this.term.stopping.signal.aborted;
  }

  /** Begins to campaign. Calling it again does nothing. */
  start(): void {
    if (!this.stopped) this.schedule(0);
  }

  /** Ends the work, waits for it, and gives the lease back so that the next leader need not wait. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelTry();
    await this.trying;
    const term = this.term;
    if (!term) return;
    await this.endTerm(term, 'this candidate is stopping');
    await this.release();
  }

  private schedule(ms: number): void {
    this.cancelTry();
    this.cancelTry = this.options.clock.after(ms, () => {
      this.trying = this.attempt().then(() => {
        if (!this.stopped) this.schedule(this.options.retryPeriodMs);
      });
    });
  }

  private async attempt(): Promise<void> {
    const began = this.options.clock.monotonic();
    try {
      const held = await this.acquireOrRenew();
      if (held) this.hold(began);
      else if (this.term) await this.lose(this.term, 'another candidate holds the lease');
    } catch (error) {
      const { log, name } = this.options;
      log[isConflict(error) || isAlreadyExists(error) ? 'debug' : 'warn'](
        { lease: name, error: causeChain(error) },
        'the lease was not written',
      );
    }
  }

  /** True when the lease is ours after this try. */
  private async acquireOrRenew(): Promise<boolean> {
    const { client, namespace, name, identity, clock, leaseDurationMs } = this.options;
    const time = microTime(clock.now());
    const mine = { holderIdentity: identity, leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000), renewTime: time };
    const existing = await client.get(kinds.leases, name, namespace);
    if (!existing) {
      const made = await client.create(kinds.leases, {
        metadata: { name, namespace },
        spec: { ...mine, acquireTime: time, leaseTransitions: 0 },
      });
      this.observe(made);
      return true;
    }
    this.observe(existing);
    const holder = existing.spec?.holderIdentity ?? '';
    if (holder !== identity && holder !== '' && !this.ranOut(existing)) return false;
    const acquireTime = holder === identity ? existing.spec?.acquireTime : time;
    const leaseTransitions = (existing.spec?.leaseTransitions ?? 0) + (holder === identity ? 0 : 1);
    const written = await client.replace(kinds.leases, { ...existing, spec: { ...existing.spec, ...mine, acquireTime, leaseTransitions } });
    this.observe(written);
    return true;
  }

  private observe(lease: Lease): void {
    const record = JSON.stringify(lease.spec ?? {});
    if (this.seen?.record !== record) this.seen = { record, at: this.options.clock.monotonic() };
  }

  private ranOut(lease: Lease): boolean {
    const durationMs = (lease.spec?.leaseDurationSeconds ?? 0) * 1000;
    return this.seen !== undefined && this.options.clock.monotonic() >= this.seen.at + durationMs;
  }

  /** The lease counts from when the write was sent: an answer that took longer than the deadline proves nothing any more. */
  private hold(began: number): void {
    const leftMs = this.options.renewDeadlineMs - (this.options.clock.monotonic() - began);
    if (leftMs <= 0 || this.term?.stopping.signal.aborted || this.stopped) return;
    const term = this.term ?? this.begin();
    term.cancelDeadline();
    term.cancelDeadline = this.options.clock.after(leftMs, () => void this.lose(term, 'the lease was not renewed in time'));
  }

  private begin(): Term {
    const { log, name, identity, onLeading } = this.options;
    log.info({ lease: name, identity }, 'leading');
    const stopping = new AbortController();
    const work = Promise.resolve()
      .then(() => onLeading(stopping.signal))
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error({ lease: name, error: causeChain(error) }, 'the work of the leader failed');
      });
    this.term = { stopping, work, cancelDeadline: () => undefined };
    return this.term;
  }

  private async lose(term: Term, why: string): Promise<void> {
    if (term.stopping.signal.aborted) return;
    this.options.log.warn({ lease: this.options.name, why }, 'no longer leading');
    await this.endTerm(term, why);
    this.options.onLost?.();
  }

  private async endTerm(term: Term, why: string): Promise<void> {
    term.cancelDeadline();
    term.stopping.abort(new Error(why));
    await term.work;
    if (this.term === term) this.term = undefined;
  }

  private async release(): Promise<void> {
    const { client, namespace, name, identity, clock, log } = this.options;
    try {
      const lease = await client.get(kinds.leases, name, namespace);
      if (lease?.spec?.holderIdentity !== identity) return;
      const renewTime = microTime(clock.now());
      await client.replace(kinds.leases, { ...lease, spec: { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime } });
    } catch (error) {
      log.debug({ lease: name, error: causeChain(error) }, 'the lease was not given back; it will run out');
    }
  }
}
