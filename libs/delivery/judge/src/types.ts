/** One thing that both versions are compared by. Weights of a release sum to 1 and are fixed before it starts. */
export type JudgedMetric =
  /** Share of failed requests. `tolerance` = share of the requests that the principal serves well which the candidate may fail (0.005 = 0.5 points). */
  | { kind: 'failed'; name: string; tolerance: number; weight: number; equivalentRequired: boolean }
  /** The candidate's quantile at `level` (0.99 = p99) may be `tolerance` (0.2 = 20 %) slower; rounded up to the next bucket bound. */
  | { kind: 'latency-level'; name: string; level: number; tolerance: number; weight: number; equivalentRequired: boolean }
  /** Share of requests slower than `thresholdMs` (rounded up to a bucket bound); `tolerance` as for `failed`. */
  | { kind: 'slower-than'; name: string; thresholdMs: number; tolerance: number; weight: number; equivalentRequired: boolean };

/** An absolute limit on one version's share of bad requests, with its own `alpha`. */
export type Guardrail =
  | { kind: 'failed'; name: string; limit: number; alpha: number }
  | { kind: 'slower-than'; name: string; thresholdMs: number; limit: number; alpha: number };

/** Fixed before a release starts; a change means a new release with new evidence. Defaults: `defaultJudgeSettings`. */
export interface JudgeSettings {
  /** `compare` judges requests assigned by weight, `mirror` judges copies (never Better), `guardrails` compares nothing. */
  mode: 'compare' | 'mirror' | 'guardrails';
  /** Highest chance that a version within tolerance is ever held as Suspect or ended as Worse. Default 0.01. */
  alpha: number;
  /** Highest chance, per metric and step, that a version worse than tolerance is called Equivalent. Default 0.05. */
  beta: number;
  /** Default: error rate (tolerance 0.5 points, weight 1/2) and p50, p90, p99 (tolerance 20 %, sharing 1/2). */
  metrics: readonly JudgedMetric[];
  /** Default: at most 1 % failed at alpha 0.01. */
  guardrails: readonly Guardrail[];
  /** Seconds that new candidate pods serve live traffic before they are compared. Default 30. */
  warmupSeconds: number;
  /** The only limit on failures while warming up. Default 0.5. */
  warmupFailureLimit: number;
  /** Longest wait, in seconds, of principal-only seconds for the candidate's next request. Default 10. */
  poolSeconds: number;
  /** Highest evidence of a single second, in nats; `capOfPatience(seconds)` computes it. Default 5 (patience 2 s). */
  capNats: number;
  /** Divides the logarithm of all evidence, >= 1: design effect x 1.5 for clustered failures. Default 1; sticky sessions 15. */
  phi: number;
  /** No rollback with fewer bad candidate requests than this. Default 3. */
  minimumBad: number;
  /** Number of steps of the release; evidence money for restarts is spread over them. Default 1. */
  steps: number;
  /** Horizon over which the other restart money is spread. Default 3600. */
  maximumDurationSeconds: number;
}

/** What one version answered in one second. `latency` = counts per bucket of LATENCY_BOUNDS_MS plus one for slower. */
export interface Arm {
  requests: number;
  failed: number;
  latency: readonly number[];
}

export interface OpenRequests {
  open: number;
  oldestMs: number;
}

/** What a closed second offers to the judge; `toSamples` makes it from a signal batch. */
export interface JudgeSamples {
  /** Requests assigned by weight (`mirror`: the copies against the originals). */
  compared: { candidate: Arm; principal: Arm };
  /** All requests of each version, whatever rule sent them. */
  guarded: { candidate: Arm; principal: Arm };
  /** Requests still open at the second's end, if known. */
  open?: { candidate: OpenRequests; principal: OpenRequests };
  /** The present weight is confirmed by every proxy. */
  live: boolean;
  /** Second since which the newest candidate pod is ready and has a live weight; undefined: not yet. Starts again after a scale-up. */
  settledSince?: number;
}

/** A test martingale as plain JSON: `m` is the logarithm of the wealth per odds, `reserve` is money not yet invested. */
export interface Process {
  odds: 'over' | 'under' | 'guard';
  /** Margin (comparison) or limit (guardrail). */
  delta: number;
  cap: number;
  everySecond: number;
  reserve: number;
  m: number[];
}

/** Requests `n` and bad ones `k` of both arms over compared seconds. `kCandidateTolerated` counts by the tolerated bound (latency). */
export interface Tally {
  nCandidate: number;
  kCandidate: number;
  kCandidateTolerated: number;
  nPrincipal: number;
  kPrincipal: number;
}

export interface MetricState {
  overTolerance: Process;
  overEqual: Process;
  underTolerance: Process;
  better: Process;
  total: Tally;
  step: Tally;
  /** Indexes into LATENCY_BOUNDS_MS of the principal's bound and of the tolerated one; null until enough history. */
  bounds: { principal: number; tolerated: number } | null;
}

export interface GuardState {
  candidate: Process;
  principal: Process;
  nCandidate: number;
  kCandidate: number;
  nPrincipal: number;
  kPrincipal: number;
  /** Bad share of the principal's last seconds: [second, n, k]. At most `poolSeconds` entries. */
  principalRecent: [number, number, number][];
}

/** Everything the judge remembers, as plain JSON: saved and loaded it continues bit for bit. */
export interface JudgeState {
  format: 1;
  /** Last applied second; earlier or equal ones are ignored. -1 before the first. */
  lastSecond: number;
  step: number;
  /** First second applied in this step, -1 before it. */
  stepFirstSecond: number;
  /** Seconds of this step whose requests were compared. */
  stepSeconds: number;
  /** Last seconds in which the versions finished a request (candidate: at first, the first second), for hanging candidates. */
  candidateAnswered: number;
  principalAnswered: number;
  /** Principal-only seconds waiting for the candidate's next request: [second, requests, bad per metric...]. */
  ring: number[][];
  /** The principal's latency counts so far; thresholds come from earlier seconds only. */
  history: number[];
  /** Size of the history when the thresholds were last chosen. */
  historyAtBounds: number;
  metrics: MetricState[];
  guards: GuardState[];
  warmupGuard: GuardState;
  /** Error-rate difference on the margin grid: logarithm of wealth per margin and odds, and the block not yet applied [nc,kc,nb,kb,seconds]. */
  interval: { lower: number[][]; upper: number[][]; block: number[] };
  /** Finished requests in seconds that are not closed yet: per second and guardrail in force [n, k]. */
  partials: { second: number; warm: boolean; counts: [number, number][] }[];
}

export type NotYetReason = 'evidence' | 'warming-up' | 'not-live' | 'no-requests' | 'both-fail' | 'not-compared';

/** Estimates are "about, up to 2.5 x"; null = never at these settings or nothing to go by. */
export interface Remaining {
  requestsNeeded: number | null;
  secondsNeeded: number | null;
}

export type Verdict =
  | { kind: 'Worse'; rule: 'guardrail' | 'comparison'; metric: string }
  | ({ kind: 'Suspect'; rule: 'comparison' | 'no-answers'; metric: string } & Remaining)
  | { kind: 'Equivalent' }
  | { kind: 'Better'; metric: string }
  | ({ kind: 'NotYet'; because: NotYetReason } & Remaining);

export interface MetricRecord {
  name: string;
  kind: JudgedMetric['kind'];
  /** Requests and bad ones over all compared seconds. Bad: failed, or slower than `boundMs`. */
  candidate: { requests: number; bad: number; share: number };
  principal: { requests: number; bad: number; share: number };
  boundMs: number | null;
  /** `failed`: candidate's share minus the principal's lies in it (99 % each side). Latency: candidate's quantile / principal's. null = not bounded. */
  interval: { of: 'difference' | 'ratio'; atLeast: number | null; atMost: number | null };
  /** Evidence as e-values in natural logarithms: reject at ln(1/alpha), ln(1/beta). */
  lnE: { worseThanTolerance: number; worseThanEqual: number; withinTolerance: number; better: number };
  tolerance: number;
}

export interface GuardRecord {
  name: string;
  limit: number;
  candidate: { requests: number; bad: number; share: number };
  principal: { requests: number; bad: number; share: number };
  lnE: number;
  breached: boolean;
}

/** The evidence behind a verdict; plain JSON. */
export interface VerdictRecord {
  verdict: Verdict;
  second: number;
  step: number;
  alpha: number;
  beta: number;
  compared: boolean;
  metrics: MetricRecord[];
  guardrails: GuardRecord[];
  words: string;
}
