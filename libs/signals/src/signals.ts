/**
 * Upper bounds of the latency buckets in milliseconds, two significant digits each, so that no bound cuts a bin of
 * Envoy's histogram (docs: judge). A count array has one more entry, for everything slower.
 */
export const LATENCY_BOUNDS_MS: readonly number[] = (() => {
  const decade = [10, 11, 12, 13, 15, 16, 18, 20, 22, 24, 26, 29, 32, 35, 38, 42, 46, 51, 56, 62, 68, 75, 83, 91];
  return [
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    ...decade,
    ...decade.map((v) => v * 10),
    ...decade.map((v) => v * 100),
    10_000,
    15_000,
    22_000,
    33_000,
    47_000,
    60_000,
  ];
})();

/** A Service whose versions are observed. */
export interface Subject {
  namespace: string;
  service: string;
}

/**
 * What one version answered in one second. `rule` is the HTTPRoute rule's name that sent the requests there: `weighted`
 * is the only one that a comparison may use; `mirrored` are copies whose answers were thrown away.
 */
export interface VersionSecond {
  version: string;
  rule: string;
  requests: number;
  /** 5xx, resets, timeouts, and gRPC UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
  failed: number;
  /** Finished requests by class: [1xx, 2xx, 3xx, 4xx, 5xx, none (reset)]. */
  classes: readonly number[];
  /** Counts per bucket of LATENCY_BOUNDS_MS, plus one for slower. Sums to `requests`. */
  latency: readonly number[];
}

export type SignalBatch =
  /** A closed second: every proxy has reported it, or two seconds have passed. Seconds come in order, each at most once. */
  | { type: 'second'; second: number; versions: readonly VersionSecond[]; proxies: { live: number; total: number }; late: number }
  /** Signals of these seconds are lost (telemetry restarted, a stream broke): not data, and never "no errors". */
  | { type: 'gap'; from: number; to: number; because: string }
  /** Requests that just finished, before their second closes (flush <= 100 ms). For guardrails only. */
  | { type: 'partial'; atMs: number; versions: readonly VersionSecond[] }
  /** Requests that are open and how old the oldest is, once a second. */
  | { type: 'open'; second: number; versions: readonly { version: string; rule: string; open: number; oldestMs: number }[] };

export interface Subscription {
  close(): void;
}

/** Per-second observations of a Service's versions. Implemented by telemetry, used by delivery. */
export interface Signals {
  /** Batches from now on. A subscription that falls more than 60 seconds behind gets a gap. Reconnects by itself; every loss is a gap. */
  subscribe(subject: Subject, onBatch: (batch: SignalBatch) => void): Subscription;
  /** Closed seconds still in memory, oldest first, at most `seconds` of them. */
  recent(subject: Subject, seconds: number): Promise<readonly Extract<SignalBatch, { type: 'second' }>[]>;
}
