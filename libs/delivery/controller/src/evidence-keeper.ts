import { causeChain, type Logger } from '@tidegate/kernel';
import type { Release } from '@tidegate/delivery-contract';
import {
  contextOf,
  evidenceFromCheckpoint,
  releasePolicy,
  startEvidence,
  takeBatch,
  type Evidence,
  type EvidenceContext,
} from '@tidegate/delivery-plan';
import { LATENCY_BOUNDS_MS, type SignalBatch, type Signals, type Subscription } from '@tidegate/signals';

/** Seconds of the principal's past that latency is judged against from the start. */
const HISTORY_SECONDS = 300;

interface Kept {
  uid: string;
  evidence: Evidence;
  context: EvidenceContext;
  subscription?: Subscription;
  /** Monotonic time at which the evidence turned to Worse; for measuring how fast the routes follow. */
  alarmAt?: number;
}

/**
 * The judges of running releases, one per Strategy: fed by Signals second by second, and by partial batches, which only
 * guardrails look at. As many as releases run; each a few kB.
 */
export class EvidenceKeeper {
  private readonly kept = new Map<string, Kept>();
  private readonly signals: Signals;
  private readonly log: Logger;
  private readonly onNews: (key: string) => void;
  private readonly monotonic: () => number;

  constructor(options: { signals: Signals; log: Logger; monotonic: () => number; onNews: (key: string) => void }) {
    this.signals = options.signals;
    this.log = options.log;
    this.onNews = options.onNews;
    this.monotonic = options.monotonic;
  }

  evidence(key: string): Evidence | undefined {
    return this.kept.get(key)?.evidence;
  }

  alarmAt(key: string): number | undefined {
    return this.kept.get(key)?.alarmAt;
  }

  /** Begins, continues from the checkpoint, or only takes over what the newest plan says about routes and pods. */
  async follow(key: string, release: Release): Promise<void> {
    const context = contextOf(release.spec, release.status ?? {});
    const known = this.kept.get(key);
    const uid = release.metadata?.uid ?? '';
    if (known?.uid === uid) {
      known.context = context;
      return;
    }
    this.leave(key);
    const kept: Kept = { uid, evidence: await this.begin(release), context };
    this.kept.set(key, kept);
    const subject = { namespace: release.metadata?.namespace ?? '', service: release.spec.service };
    kept.subscription = this.signals.subscribe(subject, (batch) => this.take(key, kept, batch));
  }

  leave(key: string): void {
    this.kept.get(key)?.subscription?.close();
    this.kept.delete(key);
  }

  stop(): void {
    for (const key of [...this.kept.keys()]) this.leave(key);
  }

  private take(key: string, kept: Kept, batch: SignalBatch): void {
    if (this.kept.get(key) !== kept) return;
    const before = kept.evidence.verdict.kind;
    kept.evidence = takeBatch(kept.evidence, batch, kept.context);
    const turnedBad = kept.evidence.verdict.kind === 'Worse' && before !== 'Worse';
    if (turnedBad) kept.alarmAt = this.monotonic();
    if (turnedBad || batch.type === 'second') this.onNews(key);
  }

  private async begin(release: Release): Promise<Evidence> {
    const name = release.metadata?.name ?? '';
    const saved = release.status?.checkpoint?.state;
    const continued = saved === undefined ? undefined : evidenceFromCheckpoint(saved, name);
    if (continued) return continued;
    if (saved !== undefined) this.log.warn({ release: name }, 'the saved state of the judge is not readable; it starts anew');
    return startEvidence(name, releasePolicy(release.spec.policy).judge, await this.principalHistory(release));
  }

  private async principalHistory(release: Release): Promise<number[] | undefined> {
    const { service, principal } = release.spec;
    try {
      const past = await this.signals.recent({ namespace: release.metadata?.namespace ?? '', service }, HISTORY_SECONDS);
      const counts = new Array<number>(LATENCY_BOUNDS_MS.length + 1).fill(0);
      for (const second of past) {
        for (const version of second.versions) {
          if (version.version === principal) version.latency.forEach((n, i) => (counts[i] = (counts[i] ?? 0) + n));
        }
      }
      return counts;
    } catch (error) {
      // Latency is judged a little later then, once this release has seen enough itself.
      this.log.info({ release: release.metadata?.name, error: causeChain(error) }, 'no history of the principal');
      return undefined;
    }
  }
}
