import { LatencyHistogram, type LatencySummary } from './latency-histogram.js';

export interface LoadResult {
  /** When the request was due, milliseconds since the epoch. */
  scheduledAtMs: number;
  /** From when it was due, so that waiting in this process counts as well. */
  latencyMs: number;
  /** Absent when no answer came. */
  status?: number;
  /** What the version header said. */
  servedBy?: string;
  /** `injected`: the fault header said so. `failed`: no answer, or status 500 and above without it. */
  outcome: 'ok' | 'injected' | 'failed';
  /** For `failed`: connect, timeout, reset, aborted, other, or http-503, with Envoy's response flags when given: `http-503 UH`. */
  cause?: string;
  /** Index of the user, when users are given. */
  user?: number;
}

export interface VersionReport {
  count: number;
  injected: number;
  failed: number;
  /** Failures that were not on purpose, by cause. */
  causes: Record<string, number>;
  statuses: Record<string, number>;
  latency: LatencySummary;
}

/** Answers without a version header, and requests without an answer, are counted under this name. */
export const NO_VERSION = '(none)';
const MAX_VERSIONS = 32;
const MAX_CAUSES = 64;
const OTHER = '(other)';

interface Counters {
  count: number;
  injected: number;
  failed: number;
  causes: Map<string, number>;
  statuses: Map<string, number>;
  latency: LatencyHistogram;
}

/** Results by version, in bounded memory: names beyond the bounds are counted as `(other)`. */
export class Tally {
  private readonly versions = new Map<string, Counters>();

  add(result: LoadResult): void {
    const counters = this.countersOf(result.servedBy ?? NO_VERSION);
    counters.count++;
    counters.latency.add(result.latencyMs);
    if (result.status !== undefined) increment(counters.statuses, String(result.status));
    if (result.outcome === 'injected') counters.injected++;
    if (result.outcome !== 'failed') return;
    counters.failed++;
    increment(counters.causes, result.cause ?? 'other');
  }

  report(): Record<string, VersionReport> {
    return Object.fromEntries(
      [...this.versions].map(([version, { count, injected, failed, causes, statuses, latency }]) => [
        version,
        { count, injected, failed, causes: Object.fromEntries(causes), statuses: Object.fromEntries(statuses), latency: latency.summary() },
      ]),
    );
  }

  private countersOf(version: string): Counters {
    const name = this.versions.has(version) || this.versions.size < MAX_VERSIONS ? version : OTHER;
    const found = this.versions.get(name);
    if (found) return found;
    const made = { count: 0, injected: 0, failed: 0, causes: new Map(), statuses: new Map(), latency: new LatencyHistogram() };
    this.versions.set(name, made);
    return made;
  }
}

function increment(counts: Map<string, number>, name: string): void {
  const key = counts.has(name) || counts.size < MAX_CAUSES ? name : OTHER;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
