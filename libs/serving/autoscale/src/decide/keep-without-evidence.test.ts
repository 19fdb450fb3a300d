import type { DecisionState } from './decide.js';
import { hasEvidence, keepWithoutEvidence } from './keep-without-evidence.js';

const state = (desired: number): DecisionState => ({ desired, mostPanicPods: 0, excessBurstCapacity: 0 });

it.each([
  { name: 'a smaller number', next: 1, before: 4, ready: 9, kept: 4 },
  { name: 'a larger number', next: 6, before: 4, ready: 9, kept: 6 },
  { name: 'zero', next: 0, before: 1, ready: 1, kept: 1 },
  { name: 'zero of a revision that slept', next: 0, before: 0, ready: 0, kept: 0 },
  { name: 'less than is there when nothing was decided yet', next: 1, before: -1, ready: 3, kept: 3 },
])('without evidence, $name becomes $kept', ({ next, before, ready, kept }) => {
  expect(keepWithoutEvidence(state(next), state(before), ready).desired).toBe(kept);
});

it.each([
  { blindUntil: 100, now: 60_099, evidence: false },
  { blindUntil: 100, now: 60_100, evidence: true },
  { blindUntil: Infinity, now: 1e15, evidence: false },
])('blind until $blindUntil, at $now there is evidence: $evidence', ({ blindUntil, now, evidence }) => {
  expect(hasEvidence(blindUntil, 60_000, now)).toBe(evidence);
});
