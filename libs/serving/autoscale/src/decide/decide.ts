import type { ScalingSettings } from '../scaling-settings.js';
import { type MaxWindow, currentMaximum, emptyMaxWindow, recordMaximum } from './max-window.js';

/** One decision every two seconds for each revision. */
export const TICK_MS = 2_000;

/** What a decision needs to know of its revision's settings. */
export type DecisionSettings = Pick<
  ScalingSettings,
  | 'targetValue'
  | 'totalValue'
  | 'panicThreshold'
  | 'stableWindowMs'
  | 'maxScaleUpRate'
  | 'maxScaleDownRate'
  | 'targetBurstCapacity'
  | 'activationScale'
  | 'scaleDownDelayMs'
  | 'initialScale'
  | 'reachable'
>;

/** What one decision leaves for the next. A value. */
export interface DecisionState {
  /** Pods that are wanted; -1 while nothing is known. */
  readonly desired: number;
  readonly panicSinceMs?: number;
  /** While in panic the revision only grows. */
  readonly mostPanicPods: number;
  /** Exists only when there was a delay when the state began, as in Knative: a delay that comes later has no effect. */
  readonly delayed?: MaxWindow;
  /**
   * Requests beyond the present load that the ready pods could take at once, less the burst that is to find room. In Knative it decides
   * whether the activator stays in the path. Here Envoy holds and releases by itself, and a warm revision has no activator in its path at any
   * scale: the number is reported, and decides nothing.
   */
  readonly excessBurstCapacity: number;
}

export interface ObservedLoad {
  /** Pods that can serve: running, ready, not ending, not parked. */
  readyPods: number;
  /** Average load over the stable and the panic window. */
  stable: number;
  panic: number;
  /** Requests that are open now, whatever the windows say. */
  open?: number;
}

const MOST_PODS = 2 ** 31 - 1;

/** A decider that starts while several pods are ready had another before it: it takes their number for a panic's, so that it does not shrink what it knows nothing of. */
export function beginDeciding(settings: DecisionSettings, readyPods: number, nowMs: number): DecisionState {
  const { targetBurstCapacity: burst, initialScale, totalValue, scaleDownDelayMs } = settings;
  return {
    desired: -1,
    ...(readyPods > 1 ? { panicSinceMs: nowMs, mostPanicPods: readyPods } : { mostPanicPods: 0 }),
    ...(scaleDownDelayMs > 0 ? { delayed: emptyMaxWindow(Math.ceil(scaleDownDelayMs / TICK_MS)) } : {}),
    excessBurstCapacity: burst === 0 || burst === -1 ? burst : Math.trunc(initialScale * totalValue - burst),
  };
}

/**
 * How many pods the load wants (Knative's Scale): the load over the target per pod, within the rates by which a revision may grow and
 * shrink; and while the short window shows a burst, never fewer than before.
 */
export function decide(settings: DecisionSettings, state: DecisionState, load: ObservedLoad, nowMs: number): DecisionState {
  const { readyPods, panic } = load;
  const pods = Math.max(1, readyPods);
  const stable = bounded(settings, pods, podsFor(load.stable, settings, load.open));
  const burstPods = podsFor(panic, settings, load.open);
  const panicked = panicAfter(settings, state, burstPods / pods, nowMs);
  const growing =
    panicked.panicSinceMs === undefined ? stable : Math.max(stable, bounded(settings, pods, burstPods), panicked.mostPanicPods);
  const delayed = settings.reachable && state.delayed ? recordMaximum(state.delayed, Math.floor(nowMs / TICK_MS), growing) : state.delayed;
  return {
    desired: settings.reachable && delayed ? currentMaximum(delayed) : growing,
    ...(panicked.panicSinceMs === undefined ? { mostPanicPods: 0 } : { panicSinceMs: panicked.panicSinceMs, mostPanicPods: growing }),
    ...(delayed ? { delayed } : {}),
    excessBurstCapacity: excessBurst(settings, readyPods, panic),
  };
}

/**
 * The decision when `waiting` requests arrive at a revision that sleeps: as if they were all that its windows hold. It never asks for fewer
 * pods than before.
 */
export function decideToWake(
  settings: DecisionSettings,
  state: DecisionState,
  waiting: number,
  readyPods: number,
  nowMs: number,
): DecisionState {
  const load = Math.max(1, waiting);
  const woken = decide(settings, state, { readyPods, stable: load, panic: load, open: load }, nowMs);
  return { ...woken, desired: Math.max(woken.desired, state.desired, 1) };
}

function podsFor(load: number, settings: DecisionSettings, open = 0): number {
  const pods = Math.ceil(load / settings.targetValue);
  // A window can average to nothing while a request has just come.
  return pods === 0 && open > 0 ? 1 : pods;
}

function bounded(settings: DecisionSettings, pods: number, wanted: number): number {
  const most = Math.ceil(settings.maxScaleUpRate * pods);
  const least = settings.reachable ? Math.floor(pods / settings.maxScaleDownRate) : 0;
  const within = Math.min(Math.max(wanted, least), most, MOST_PODS);
  return wanted > 0 && settings.activationScale > 1 ? Math.max(within, settings.activationScale) : within;
}

/** A panic ends a whole stable window after the last moment that was one. */
function panicAfter(
  settings: DecisionSettings,
  state: DecisionState,
  overload: number,
  nowMs: number,
): Pick<DecisionState, 'panicSinceMs' | 'mostPanicPods'> {
  const { panicSinceMs, mostPanicPods } = state;
  if (overload >= settings.panicThreshold) return { panicSinceMs: nowMs, mostPanicPods };
  if (panicSinceMs === undefined || panicSinceMs + settings.stableWindowMs < nowMs) return { mostPanicPods: 0 };
  return { panicSinceMs, mostPanicPods };
}

function excessBurst({ targetBurstCapacity: burst, totalValue }: DecisionSettings, readyPods: number, panic: number): number {
  if (burst === 0 || burst === -1) return burst;
  return Math.floor(readyPods * totalValue - burst - panic);
}
