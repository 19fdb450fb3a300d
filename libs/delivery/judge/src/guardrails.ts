import { boundIndexFor, slowerThan } from './latency-levels.js';
import { copyProcess, lnE, updateGuard } from './process.js';
import type { Arm, Guardrail, GuardState, JudgeSettings, JudgeState } from './types.js';

/** Bad requests of one arm as this guardrail counts them. */
export function badOf(guard: Guardrail, arm: Arm): number {
  return guard.kind === 'failed' ? arm.failed : slowerThan(arm.latency, boundIndexFor(guard.thresholdMs));
}

/** The limit that stays on while the candidate warms up; its alpha is the release's. */
export function warmupGuardrail(settings: JudgeSettings): Guardrail {
  return { kind: 'failed', name: 'warm-up', limit: settings.warmupFailureLimit, alpha: settings.alpha };
}

/** Applies a second to one guardrail. Changes `state`. */
export function applyGuard(
  state: GuardState,
  guard: Guardrail,
  second: number,
  arms: { candidate: Arm; principal: Arm },
  settings: JudgeSettings,
): void {
  const kc = badOf(guard, arms.candidate);
  const kb = badOf(guard, arms.principal);
  updateGuard(state.candidate, arms.candidate.requests, kc, settings.phi);
  updateGuard(state.principal, arms.principal.requests, kb, settings.phi);
  state.nCandidate += arms.candidate.requests;
  state.kCandidate += kc;
  state.nPrincipal += arms.principal.requests;
  state.kPrincipal += kb;
  state.principalRecent = state.principalRecent.filter(([at]) => at > second - settings.poolSeconds);
  if (arms.principal.requests > 0) state.principalRecent.push([second, arms.principal.requests, kb]);
}

/** A copy of guardrail `index` that has also seen the candidate's requests of seconds not closed yet. */
export function withPartials(state: GuardState, partials: JudgeState['partials'], warm: boolean, index: number, phi: number): GuardState {
  const look: GuardState = { ...state, candidate: copyProcess(state.candidate), principalRecent: state.principalRecent.slice() };
  for (const partial of partials) {
    const counts = partial.warm === warm ? partial.counts[index] : undefined;
    if (!counts) continue;
    updateGuard(look.candidate, counts[0], counts[1], phi);
    look.nCandidate += counts[0];
    look.kCandidate += counts[1];
  }
  return look;
}

/** Proved above the limit, with at least `minimumBad` bad requests. */
export function isBreached(state: GuardState, guard: Guardrail, minimumBad: number): boolean {
  return state.kCandidate >= minimumBad && lnE(state.candidate) >= Math.log(1 / guard.alpha);
}

/**
 * Whether the principal breaks the limit too: proved, or three bad ones and a share above the limit in its last seconds.
 * The weaker second half is meant: while both fail, it is safer to hold than to blame the candidate, and a candidate that
 * fails alone becomes Suspect by comparison in the same seconds.
 */
export function principalBreachesToo(state: GuardState, guard: Guardrail, minimumBad: number): boolean {
  if (lnE(state.principal) >= Math.log(1 / guard.alpha)) return true;
  let n = 0;
  let k = 0;
  for (const [, requests, bad] of state.principalRecent) {
    n += requests;
    k += bad;
  }
  return k >= minimumBad && k > guard.limit * n;
}

/** The guardrails in force: all of them when warm, else the warm-up limit alone. */
export function guardsInForce(state: JudgeState, settings: JudgeSettings, warm: boolean): { guard: Guardrail; state: GuardState }[] {
  if (!warm) return [{ guard: warmupGuardrail(settings), state: state.warmupGuard }];
  return settings.guardrails.map((guard, i) => ({ guard, state: state.guards[i] as GuardState }));
}
