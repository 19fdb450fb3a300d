import { LATENCY_BOUNDS_MS } from '@tidegate/signals';
import { isBreached, warmupGuardrail, withPartials } from './guardrails.js';
import { intervalOf } from './interval.js';
import { lnE } from './process.js';
import type {
  GuardRecord,
  GuardState,
  Guardrail,
  JudgedMetric,
  JudgeSettings,
  JudgeState,
  MetricRecord,
  MetricState,
  Verdict,
  VerdictRecord,
} from './types.js';
import { inWords } from './words.js';

/** Each side of the displayed interval is wrong with this chance at most. */
const ALPHA_SIDE = 0.01;

/** The evidence behind a verdict, for people and for history. `names` are the versions' names in the sentence. */
export function toRecord(
  state: JudgeState,
  verdict: Verdict,
  settings: JudgeSettings,
  names: { candidate: string; principal: string },
): VerdictRecord {
  const record: VerdictRecord = {
    verdict,
    second: state.lastSecond,
    step: state.step,
    alpha: settings.alpha,
    beta: settings.beta,
    compared: settings.mode !== 'guardrails',
    metrics: settings.metrics.map((metric, i) => metricRecord(metric, state.metrics[i] as MetricState, state, settings)),
    guardrails: [
      ...settings.guardrails.map((guard, i) =>
        guardRecord(guard, withPartials(state.guards[i] as GuardState, state.partials, true, i, settings.phi), settings),
      ),
      guardRecord(warmupGuardrail(settings), withPartials(state.warmupGuard, state.partials, false, 0, settings.phi), settings),
    ],
    words: '',
  };
  return { ...record, words: inWords(record, names) };
}

function metricRecord(metric: JudgedMetric, of: MetricState, state: JudgeState, settings: JudgeSettings): MetricRecord {
  const { total } = of;
  return {
    name: metric.name,
    kind: metric.kind,
    candidate: { requests: total.nCandidate, bad: total.kCandidate, share: share(total.kCandidate, total.nCandidate) },
    principal: { requests: total.nPrincipal, bad: total.kPrincipal, share: share(total.kPrincipal, total.nPrincipal) },
    boundMs: of.bounds ? (LATENCY_BOUNDS_MS[of.bounds.principal] as number) : null,
    interval: metric.kind === 'failed' ? differenceInterval(state) : ratioInterval(metric, of, settings),
    lnE: {
      worseThanTolerance: lnE(of.overTolerance),
      worseThanEqual: lnE(of.overEqual),
      withinTolerance: lnE(of.underTolerance),
      better: lnE(of.better),
    },
    tolerance: metric.tolerance,
  };
}

function differenceInterval(state: JudgeState): MetricRecord['interval'] {
  const [lower, upper] = intervalOf(state.interval, ALPHA_SIDE);
  return { of: 'difference', atLeast: lower === -1 ? null : lower, atMost: upper === 1 ? null : upper };
}

/** For latency the grid is what is tested anyway: equal, and the tolerated ratio of the two bounds. */
function ratioInterval(metric: JudgedMetric, of: MetricState, settings: JudgeSettings): MetricRecord['interval'] {
  if (metric.kind === 'slower-than' || of.bounds === null) return { of: 'ratio', atLeast: null, atMost: null };
  const ratio = (LATENCY_BOUNDS_MS[of.bounds.tolerated] as number) / (LATENCY_BOUNDS_MS[of.bounds.principal] as number);
  const proved = Math.log(1 / settings.alpha);
  const confirmed = Math.log(1 / settings.beta);
  const atLeast = lnE(of.overTolerance) >= proved ? ratio : lnE(of.overEqual) >= proved ? 1 : null;
  const atMost = lnE(of.better) >= confirmed ? 1 : lnE(of.underTolerance) >= confirmed ? ratio : null;
  return { of: 'ratio', atLeast, atMost };
}

function guardRecord(guard: Guardrail, of: GuardState, settings: JudgeSettings): GuardRecord {
  return {
    name: guard.name,
    limit: guard.limit,
    candidate: { requests: of.nCandidate, bad: of.kCandidate, share: share(of.kCandidate, of.nCandidate) },
    principal: { requests: of.nPrincipal, bad: of.kPrincipal, share: share(of.kPrincipal, of.nPrincipal) },
    lnE: lnE(of.candidate),
    breached: isBreached(of, guard, settings.minimumBad),
  };
}

function share(bad: number, requests: number): number {
  return requests === 0 ? 0 : bad / requests;
}
