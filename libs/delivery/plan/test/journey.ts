import { LATENCY_BOUNDS_MS, type SignalBatch, type VersionSecond } from '@tidegate/signals';
import { gatewayApiRouter, type HttpRoute } from '@tidegate/traffic-router';
import { startEvidence, takeBatch } from '../src/evidence.js';
import { contextOf } from '../src/evidence-context.js';
import type { Observed } from '../src/observed.js';
import { describePlan, type Plan } from '../src/plan.js';
import { planStrategy } from '../src/plan-strategy.js';
import { isFinal, newestFirst } from '../src/release-phase.js';
import { applied, type ImaginedOptions } from '../src/replay/imagined-cluster.js';

export interface Answers {
  requestsPerSecond: number;
  /** Share of the version's requests that fail. */
  failing: Record<string, number>;
  /** Milliseconds that a version answers in; default 20. */
  latencyMs?: Record<string, number>;
}

/** A cluster, a clock and the plans made so far, moved by hand. */
export class Journey {
  now = Date.parse('2026-01-05T10:00:00.000Z');
  readonly log: string[] = [];
  readonly plans: Plan[] = [];
  constructor(
    public cluster: Observed,
    private readonly options: ImaginedOptions = {},
  ) {}

  get release(): Observed['releases'][number] {
    const found = newestFirst(this.cluster.releases)[0];
    if (!found) throw new Error('no release was started');
    return found;
  }
  get status(): NonNullable<Observed['releases'][number]['status']> {
    return this.release.status ?? {};
  }
  /** Weights of the rule `weighted`, in parts, by backend. */
  get weights(): Record<string, number> {
    const rule = this.cluster.routes[0]?.spec.rules?.find((r) => r.name === 'weighted');
    return Object.fromEntries((rule?.backendRefs ?? []).map((b) => [b.name, b.weight ?? 0]));
  }

  plan(): Plan {
    return planStrategy(this.cluster, gatewayApiRouter, this.now);
  }

  /** Plans and applies until nothing is left to write. */
  settle(): Plan {
    for (let i = 0; i < 10; i++) {
      const plan = this.plan();
      this.note(plan);
      this.cluster = applied(this.cluster, plan, this.now, this.options);
      if (!plan.actions.some((a) => a.do !== 'event')) return plan;
    }
    throw new Error(`plans do not settle:\n${describePlan(this.plan())}`);
  }

  /** Seconds of traffic, split as the routes say. Ends early when the release is over. */
  run(seconds: number, answers: Answers): void {
    for (let i = 0; i < seconds; i++) {
      this.now += 1000;
      this.take(this.secondOf(answers));
      this.settle();
      if (isFinal(this.status.phase)) return;
    }
  }

  take(batch: SignalBatch): void {
    const context = contextOf(this.release.spec, this.status);
    const evidence = this.cluster.evidence ?? startEvidence(this.release.metadata?.name ?? '', context.settings);
    this.cluster = { ...this.cluster, evidence: takeBatch(evidence, batch, context) };
  }

  wait(ms: number): void {
    this.now += ms;
  }

  secondOf({ requestsPerSecond, failing, latencyMs }: Answers): SignalBatch {
    const route: HttpRoute | undefined = this.cluster.routes[0];
    const rule = route?.spec.rules?.find((r) => r.name === 'weighted');
    const versions = (rule?.backendRefs ?? []).map((b) => {
      const version = b.name.split('-version-')[1] ?? '';
      const requests = Math.round((requestsPerSecond * (b.weight ?? 0)) / 10_000);
      return versionSecond(version, requests, failing[version] ?? 0, latencyMs?.[version] ?? 20, Math.floor(this.now / 1000));
    });
    return { type: 'second', second: Math.floor(this.now / 1000) - 1, versions, proxies: { live: 1, total: 1 }, late: 0 };
  }

  private note(plan: Plan): void {
    this.plans.push(plan);
    const telling = plan.actions.some((a) => !a.do.endsWith('-status'));
    if (telling) this.log.push(`${new Date(this.now).toISOString().slice(11, 19)} ${describePlan(plan)}`);
  }
}

/** Failures spread evenly over the seconds, so that no random numbers are needed. */
export function versionSecond(version: string, requests: number, failing: number, latencyMs: number, second: number): VersionSecond {
  const failed = Math.floor((second + 1) * requests * failing) - Math.floor(second * requests * failing);
  const latency = new Array<number>(LATENCY_BOUNDS_MS.length + 1).fill(0);
  const at = LATENCY_BOUNDS_MS.findIndex((b) => b >= latencyMs);
  // A spread of three buckets: all in one would put every bound outside the data.
  const parts = [Math.floor(requests / 4), Math.floor(requests / 4)];
  latency[at - 1] = parts[0] ?? 0;
  latency[at + 1] = parts[1] ?? 0;
  latency[at] = requests - (parts[0] ?? 0) - (parts[1] ?? 0);
  return { version, rule: 'weighted', requests, failed, classes: [0, requests - failed, 0, 0, failed, 0], latency };
}
