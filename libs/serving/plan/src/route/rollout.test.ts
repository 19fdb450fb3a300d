import { observeLive, readRollout, stepRollout, type ConfigurationRollout, type Rollout } from './rollout.js';

const at = (percent: number, shares: Record<string, number>, step: ConfigurationRollout['step'] = {}): ConfigurationRollout => ({
  configurationName: 'hello',
  tag: '',
  percent,
  revisions: Object.entries(shares).map(([revisionName, share]) => ({ revisionName, percent: share })),
  step,
});
const shares = (rollout: Rollout): Record<string, number>[] =>
  rollout.map((c) => Object.fromEntries(c.revisions.map((r) => [r.revisionName, r.percent])));
const goal = (percent: number, revisionName: string): Rollout => [at(percent, { [revisionName]: percent })];
const NOW = 1_000_000;
const due = { startTime: NOW - 9000, nextStepTime: NOW - 1, stepDuration: 2000, stepSize: 10 };
const later = { ...due, nextStepTime: NOW + 1 };

it.each<{ name: string; goal: Rollout; previous?: Rollout; shares: Record<string, number>[]; step?: ConfigurationRollout['step'] }>([
  { name: 'nothing before', goal: goal(100, 'a'), shares: [{ a: 100 }], step: {} },
  { name: 'nothing new', goal: goal(100, 'a'), previous: [at(100, { a: 100 })], shares: [{ a: 100 }], step: {} },
  {
    name: 'a new one gets one percent',
    goal: goal(100, 'b'),
    previous: [at(100, { a: 100 })],
    shares: [{ a: 99, b: 1 }],
    step: { startTime: NOW },
  },
  {
    name: 'not live yet: it waits',
    goal: goal(100, 'b'),
    previous: [at(100, { a: 99, b: 1 }, { startTime: 5 })],
    shares: [{ a: 99, b: 1 }],
    step: { startTime: 5 },
  },
  { name: 'not due yet', goal: goal(100, 'b'), previous: [at(100, { a: 60, b: 40 }, later)], shares: [{ a: 60, b: 40 }], step: later },
  {
    name: 'a step',
    goal: goal(100, 'b'),
    previous: [at(100, { a: 60, b: 40 }, due)],
    shares: [{ a: 50, b: 50 }],
    step: { ...due, nextStepTime: NOW + 2000 },
  },
  { name: 'the last step', goal: goal(100, 'b'), previous: [at(100, { a: 7, b: 93 }, due)], shares: [{ b: 100 }], step: {} },
  {
    name: 'three: the newest of the older ones is drained first',
    goal: goal(100, 'c'),
    previous: [at(100, { a: 80, b: 6, c: 14 }, due)],
    shares: [{ a: 76, c: 24 }],
  },
  {
    name: 'a third one comes while the second takes over',
    goal: goal(100, 'c'),
    previous: [at(100, { a: 60, b: 40 }, due)],
    shares: [{ a: 60, b: 39, c: 1 }],
    step: { startTime: NOW },
  },
  {
    name: 'a third one comes when the second has one percent',
    goal: goal(100, 'c'),
    previous: [at(100, { a: 99, b: 1 }, { startTime: 5 })],
    shares: [{ a: 99, c: 1 }],
    step: { startTime: NOW },
  },
  {
    name: 'a greater share goes to the newest',
    goal: goal(80, 'b'),
    previous: [at(50, { a: 30, b: 20 }, later)],
    shares: [{ a: 30, b: 50 }],
  },
  {
    name: 'a smaller share is taken from the oldest',
    goal: goal(30, 'c'),
    previous: [at(60, { a: 20, b: 30, c: 10 }, later)],
    shares: [{ b: 20, c: 10 }],
  },
  { name: 'a share smaller than a step', goal: goal(15, 'b'), previous: [at(60, { a: 40, b: 20 }, due)], shares: [{ b: 15 }] },
  { name: 'one percent moves at once', goal: goal(1, 'b'), previous: [at(1, { a: 1 })], shares: [{ b: 1 }], step: {} },
  {
    name: 'another configuration',
    goal: [{ ...at(100, { x: 100 }), configurationName: 'other' }],
    previous: [at(100, { a: 100 })],
    shares: [{ x: 100 }],
  },
])('$name', ({ goal: wanted, previous, shares: expected, step }) => {
  const next = stepRollout(wanted, previous, NOW);
  expect(shares(next)).toEqual(expected);
  if (step) expect(next[0]?.step).toEqual(step);
});

it.each([
  { name: 'live after a second: 99 steps of one percent', percent: 100, tookMs: 300, seconds: 120, size: 1, duration: 1202 },
  { name: 'live after five seconds: fewer, greater steps', percent: 100, tookMs: 4100, seconds: 60, size: 9, duration: 5000 },
  { name: 'live after the whole time: one step', percent: 100, tookMs: 70_000, seconds: 60, size: 99, duration: 1000 },
  { name: 'a small share has few steps', percent: 5, tookMs: 500, seconds: 61, size: 1, duration: 15_000 },
])('pace when $name', ({ percent, tookMs, seconds, size, duration }) => {
  const [paced] = observeLive([at(percent, { a: percent - 1, b: 1 }, { startTime: NOW - tookMs })], NOW, seconds);
  expect(paced?.step).toEqual({ startTime: NOW - tookMs, stepSize: size, stepDuration: duration, nextStepTime: NOW + duration });
});

it('arrives, whatever the number of revisions on the way', () => {
  let state: Rollout = stepRollout(goal(100, 'b'), goal(100, 'a'), 0);
  state = observeLive(state, 1000, 60);
  let now = 1000;
  for (let i = 0; i < 200 && state[0]?.revisions.length !== 1; i++) {
    now = state[0]?.step.nextStepTime ?? now;
    if (i === 10) state = observeLive(stepRollout(goal(100, 'c'), state, now), now + 1000, 60);
    else state = stepRollout(goal(100, i > 10 ? 'c' : 'b'), state, now);
    expect(state[0]?.revisions.reduce((sum, r) => sum + r.percent, 0)).toBe(100);
  }
  expect(shares(state)).toEqual([{ c: 100 }]);
  expect(now).toBeLessThanOrEqual(1000 + 2 * 60_000);
});

it.each([
  { name: 'no JSON', text: '{' },
  { name: 'no list', text: '{}' },
  { name: 'shares that do not sum', text: JSON.stringify([at(100, { a: 50 })]) },
  { name: 'too much', text: JSON.stringify([at(101, { a: 101 })]) },
  { name: 'a step beyond everything', text: JSON.stringify([at(10, { a: 10 }, { stepSize: 11 })]) },
])('forgets a state that is $name', ({ text }) => {
  expect(readRollout(text)).toBeUndefined();
});

it('reads what it wrote', () => {
  const state = [at(100, { a: 60, b: 40 }, due)];
  expect(readRollout(JSON.stringify(state))).toEqual(state);
});
