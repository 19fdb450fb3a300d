import { LATENCY_BOUNDS_MS } from '@tidegate/signals';
import { applyBlock, findings, learnHistory, remaining } from './comparison.js';
import { applyGuard, badOf, guardsInForce, isBreached, principalBreachesToo, withPartials } from './guardrails.js';
import { copyState } from './state.js';
import type { Arm, JudgeSamples, JudgeSettings, JudgeState, NotYetReason, Verdict } from './types.js';

/** A candidate with this many open requests that answers none for this long is suspected of hanging. */
const HANGING_OPEN = 3;
const HANGING_SECONDS = 5;
/** Seconds of partial counts kept at most; a second closes two seconds after its end. */
const PARTIAL_SECONDS = 8;

/**
 * Applies one closed second and says what the evidence so far proves. Pure: `state` is not changed, and the same calls give
 * the same bits. A second at or before `lastSecond` changes nothing; missing seconds are simply skipped, which is harmless
 * when they are lost for another reason than their outcomes.
 */
export function judgeSecond(
  state: JudgeState,
  second: number,
  samples: JudgeSamples,
  settings: JudgeSettings,
): { state: JudgeState; verdict: Verdict } {
  if (second <= state.lastSecond) return { state, verdict: decide(state, second, samples, settings) };
  const next = copyState(state);
  next.lastSecond = second;
  if (next.stepFirstSecond < 0) next.stepFirstSecond = second;
  next.partials = next.partials.filter((partial) => partial.second > second);
  if (samples.guarded.candidate.requests > 0 || next.candidateAnswered < 0) next.candidateAnswered = second;
  if (samples.guarded.principal.requests > 0) next.principalAnswered = second;
  const warm = isWarm(second, samples, settings);
  if (warm && settings.mode !== 'guardrails') applyBlock(next, settings, second, samples.compared);
  for (const { guard, state: of } of guardsInForce(next, settings, warm)) applyGuard(of, guard, second, samples.guarded, settings);
  if (settings.mode !== 'guardrails') learnHistory(next, settings, samples.compared.principal);
  return { state: next, verdict: decide(next, second, samples, settings) };
}

/**
 * Requests that just finished, before their second closes, looked at by the guardrails alone. `second` is the second they
 * ended in; its closing replaces what was counted here. A limit that both versions break is left to the closed second.
 */
export function judgePartial(
  state: JudgeState,
  second: number,
  candidate: Arm,
  context: { live: boolean; settledSince?: number; principal: Arm },
  settings: JudgeSettings,
): { state: JudgeState; verdict: Extract<Verdict, { kind: 'Worse' }> | undefined } {
  if (second <= state.lastSecond || candidate.requests + context.principal.requests === 0) return { state, verdict: undefined };
  const warm = isWarm(second, context, settings);
  const inForce = guardsInForce(state, settings, warm);
  const counts = inForce.map(({ guard }): [number, number] => [candidate.requests, badOf(guard, candidate)]);
  const next: JudgeState = { ...state, partials: addPartial(state.partials, second, counts, warm) };
  const breached = inForce.find(({ guard, state: of }, i) => {
    const look = withPartials(of, next.partials, warm, i, settings.phi);
    if (context.principal.requests > 0) look.principalRecent.push([second, context.principal.requests, badOf(guard, context.principal)]);
    return isBreached(look, guard, settings.minimumBad) && !principalBreachesToo(look, guard, 1);
  });
  return { state: next, verdict: breached ? { kind: 'Worse', rule: 'guardrail', metric: breached.guard.name } : undefined };
}

/** Sums the counts of one second, so that a second invests its restart money once, as its closing will. */
function addPartial(partials: JudgeState['partials'], second: number, counts: [number, number][], warm: boolean): JudgeState['partials'] {
  const known = partials.find((partial) => partial.second === second && partial.warm === warm);
  const added = known ? known.counts.map(([n, k], i): [number, number] => [n + (counts[i]?.[0] ?? 0), k + (counts[i]?.[1] ?? 0)]) : counts;
  const others = partials.filter((partial) => partial.second !== second);
  return [...others, { second, warm, counts: added }].sort((a, b) => a.second - b.second).slice(-PARTIAL_SECONDS);
}

/** The first finding wins. */
function decide(state: JudgeState, second: number, samples: JudgeSamples, settings: JudgeSettings): Verdict {
  const warm = isWarm(second, samples, settings);
  const compares = settings.mode !== 'guardrails';
  const found = compares ? findings(state, settings) : undefined;
  const breached = guardsInForce(state, settings, warm).filter(({ guard, state: of }) => isBreached(of, guard, settings.minimumBad));
  const alone = breached.find(({ guard, state: of }) => found?.suspect === true || !principalBreachesToo(of, guard, settings.minimumBad));
  if (alone) return { kind: 'Worse', rule: 'guardrail', metric: alone.guard.name };
  if (found?.worse) return { kind: 'Worse', rule: 'comparison', metric: found.culpritOfWorse };
  const left = found ? remaining(state, settings, found.suspect) : { requestsNeeded: null, secondsNeeded: null };
  if (isHanging(state, second, samples)) return { kind: 'Suspect', rule: 'no-answers', metric: 'no-answers', ...left };
  if (breached.length > 0) return { kind: 'NotYet', because: 'both-fail', ...left };
  if (found?.equivalent && warm) {
    return found.better !== undefined && settings.mode === 'compare' ? { kind: 'Better', metric: found.better } : { kind: 'Equivalent' };
  }
  if (found?.suspect) return { kind: 'Suspect', rule: 'comparison', metric: found.culpritOfSuspect, ...left };
  return { kind: 'NotYet', because: reasonToWait(state, samples, compares, warm), ...left };
}

function reasonToWait(state: JudgeState, samples: JudgeSamples, compares: boolean, warm: boolean): NotYetReason {
  if (!samples.live) return 'not-live';
  if (!warm) return 'warming-up';
  if (!compares) return 'not-compared';
  return state.stepSeconds === 0 ? 'no-requests' : 'evidence';
}

/**
 * Unfinished requests are not in any count, so a candidate that hangs looks like one without traffic. It is suspected when
 * requests have waited longer than 5 s and three times the principal's p99, and none finished while the principal's did.
 */
function isHanging(state: JudgeState, second: number, samples: JudgeSamples): boolean {
  const open = samples.open?.candidate;
  if (!open || open.open < HANGING_OPEN) return false;
  const patience = Math.max(HANGING_SECONDS, (3 * quantileMs(state.history, 0.99)) / 1000);
  const silent = second - state.candidateAnswered;
  return silent >= patience && open.oldestMs >= patience * 1000 && second - state.principalAnswered < patience;
}

function quantileMs(latency: readonly number[], level: number): number {
  let total = 0;
  for (const count of latency) total += count;
  let seen = 0;
  for (let i = 0; i < LATENCY_BOUNDS_MS.length; i++) {
    seen += latency[i] as number;
    if (total > 0 && seen >= level * total) return LATENCY_BOUNDS_MS[i] as number;
  }
  return total > 0 ? (LATENCY_BOUNDS_MS.at(-1) as number) : 0;
}

function isWarm(second: number, samples: { live: boolean; settledSince?: number }, settings: JudgeSettings): boolean {
  return samples.live && samples.settledSince !== undefined && second - samples.settledSince >= settings.warmupSeconds;
}
