import type { Clock } from '@tidegate/kernel';
import type { Container, Probe } from '@tidegate/kube';
import { type ProbeAnswer, type ProbeTarget, runProbe } from './probe.js';

export interface ProberEvents {
  started(): void;
  ready(ready: boolean): void;
  /** A liveness or startup probe failed for good: end the container. */
  unhealthy(message: string): void;
  /** Each failed attempt that counts. */
  failed(sort: 'Startup' | 'Readiness' | 'Liveness', message: string): void;
}

/** Between a container's start and its first success, looks are frequent: a program that listens after 80 ms should not wait for the next period. */
const FIRST_LOOKS_MS = [25, 25, 50, 50, 100, 100, 200, 400, 800];

/**
 * Runs the probes of one run of a container with kubelet's meaning: nothing but the startup probe until it passed, then readiness and
 * liveness, each counting successes and failures in a row against its thresholds. Early looks can only succeed; failures count per period.
 */
export class Prober {
  private readonly cancels = new Set<() => void>();
  private stopped = false;
  private readonly container: Container;
  private readonly target: ProbeTarget;
  private readonly clock: Clock;
  private readonly events: ProberEvents;

  constructor(container: Container, target: ProbeTarget, clock: Clock, events: ProberEvents) {
    this.container = container;
    this.target = target;
    this.clock = clock;
    this.events = events;
  }

  start(): void {
    const { startupProbe } = this.container;
    if (!startupProbe) return this.afterStartup();
    this.loop('Startup', startupProbe, true, (passes, message) => {
      if (passes) {
        this.afterStartup();
        return 'end';
      }
      this.events.unhealthy(`Container ${this.container.name} failed startup probe, will be restarted: ${message}`);
      return 'end';
    });
  }

  stop(): void {
    this.stopped = true;
    for (const cancel of this.cancels) cancel();
    this.cancels.clear();
  }

  private afterStartup(): void {
    const { readinessProbe, livenessProbe, name } = this.container;
    this.events.started();
    if (!readinessProbe) this.events.ready(true);
    else {
      this.loop('Readiness', readinessProbe, true, (passes) => {
        this.events.ready(passes);
        return 'go on';
      });
    }
    if (!livenessProbe) return;
    this.loop('Liveness', livenessProbe, false, (passes) => {
      if (passes) return 'go on';
      this.events.unhealthy(`Container ${name} failed liveness probe, will be restarted`);
      return 'end';
    });
  }

  /** `decide` is called whenever the thresholds say that the answer changed (or failed for good). */
  private loop(
    sort: 'Startup' | 'Readiness' | 'Liveness',
    probe: Probe,
    eager: boolean,
    decide: (passes: boolean, message: string) => 'go on' | 'end',
  ): void {
    const periodMs = (probe.periodSeconds ?? 10) * 1000;
    const began = this.clock.monotonic() + (probe.initialDelaySeconds ?? 0) * 1000;
    let inARow = { passes: true, count: 0 };
    let verdict: boolean | undefined = sort === 'Liveness' ? true : undefined;
    let looks = eager ? 0 : FIRST_LOOKS_MS.length;
    let nextPeriod = 0;
    const attempt = async (): Promise<void> => {
      const answer: ProbeAnswer = await runProbe(probe, this.target);
      if (this.stopped) return;
      const elapsed = this.clock.monotonic() - began;
      const counts = answer === undefined || elapsed >= nextPeriod;
      if (counts) {
        nextPeriod = (Math.floor(elapsed / periodMs) + 1) * periodMs;
        inARow =
          inARow.passes === (answer === undefined) ? { ...inARow, count: inARow.count + 1 } : { passes: answer === undefined, count: 1 };
        // A program that still starts is no news.
        if (answer !== undefined && (looks >= FIRST_LOOKS_MS.length || elapsed >= 1000))
          this.events.failed(sort, `${sort} probe failed: ${answer}`);
        const threshold = inARow.passes ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
        if (inARow.count >= threshold && verdict !== inARow.passes) {
          verdict = inARow.passes;
          if (decide(inARow.passes, answer ?? '') === 'end') return;
        }
        if (inARow.passes) looks = FIRST_LOOKS_MS.length;
      }
      const untilPeriod = Math.max(1, nextPeriod - (this.clock.monotonic() - began));
      const look = FIRST_LOOKS_MS[looks++];
      this.later(look === undefined ? (inARow.passes && counts ? periodMs : untilPeriod) : Math.min(look, untilPeriod), attempt);
    };
    this.later((probe.initialDelaySeconds ?? 0) * 1000, attempt);
  }

  private later(ms: number, attempt: () => Promise<void>): void {
    const cancel = this.clock.after(ms, () => {
      this.cancels.delete(cancel);
      void attempt();
    });
    this.cancels.add(cancel);
  }
}
