import { LATENCY_BOUNDS_MS } from '@tidegate/signals';
import { judgePartial, judgeSecond } from './judge.js';
import { toRecord } from './record.js';
import { capOfPatience, defaultJudgeSettings, metricsOf } from './settings.js';
import { seededRandom } from './simulation.js';
import { startJudge, startStep } from './state.js';
import type { Arm, JudgeSamples, JudgeSettings, JudgeState, Verdict } from './types.js';

const errorsOnly: JudgeSettings = { ...defaultJudgeSettings, metrics: metricsOf(0.005, 0.2, []), guardrails: [], warmupSeconds: 0 };
const names = { candidate: 'v2', principal: 'v1' };

/** `n` requests, `failed` of them bad, all in the bucket of `ms`. */
function arm(requests: number, failed = 0, ms = 50): Arm {
  const latency = new Array<number>(LATENCY_BOUNDS_MS.length + 1).fill(0);
  latency[LATENCY_BOUNDS_MS.findIndex((bound) => bound >= ms)] = requests;
  return { requests, failed, latency };
}

function samples(candidate: Arm, principal: Arm, rest: Partial<JudgeSamples> = {}): JudgeSamples {
  return { compared: { candidate, principal }, guarded: { candidate, principal }, live: true, settledSince: 0, ...rest };
}

interface Run {
  state: JudgeState;
  verdict: Verdict;
}

/** Judges `count` equal seconds from `from` on. */
function repeat(state: JudgeState, from: number, count: number, one: JudgeSamples, settings: JudgeSettings): Run {
  let run: Run = { state, verdict: { kind: 'NotYet', because: 'evidence', requestsNeeded: null, secondsNeeded: null } };
  for (let i = 0; i < count; i++) run = judgeSecond(run.state, from + i, one, settings);
  return run;
}

/** Freezes all the way down, so that a change of the caller's state throws. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

describe('judgeSecond', () => {
  it('finds a broken candidate Worse in two seconds and says so in words', () => {
    const run = repeat(startJudge(errorsOnly), 1, 2, samples(arm(5, 5), arm(95)), errorsOnly);
    expect(run.verdict).toEqual({ kind: 'Worse', rule: 'comparison', metric: 'error-rate' });
    expect(toRecord(run.state, run.verdict, errorsOnly, names).words).toBe(
      'v2 fails 100 % of requests, v1 0 %; 99 % sure after 10 requests',
    );
  });

  it('calls clean versions Equivalent after about 889 candidate requests at 10 %, and not before', () => {
    let run = repeat(startJudge(errorsOnly), 1, 1, samples(arm(10), arm(90)), errorsOnly);
    while (run.verdict.kind === 'NotYet') run = judgeSecond(run.state, run.state.lastSecond + 1, samples(arm(10), arm(90)), errorsOnly);
    expect(run.verdict.kind).toBe('Equivalent');
    expect(run.state.lastSecond).toBeGreaterThan(80);
    expect(run.state.lastSecond).toBeLessThan(100);
  });

  it('holds as Suspect what is worse than equal but not proved beyond the tolerance, with what is still needed', () => {
    const run = repeat(startJudge(errorsOnly), 1, 40, samples(arm(100, 1), arm(900, 1)), errorsOnly);
    expect(run.verdict).toMatchObject({ kind: 'Suspect', rule: 'comparison', metric: 'error-rate' });
    expect(run.verdict).toHaveProperty('requestsNeeded', expect.any(Number));
  });

  it('does not roll back below the floor of three bad requests', () => {
    const run = repeat(startJudge(errorsOnly), 1, 2, samples(arm(1, 1), arm(99_999)), errorsOnly);
    expect(run.verdict.kind).toBe('Suspect');
    expect(judgeSecond(run.state, 3, samples(arm(1, 1), arm(99_999)), errorsOnly).verdict.kind).toBe('Worse');
  });

  it('takes no offence at an outage that both versions share', () => {
    const run = repeat(startJudge(errorsOnly), 1, 30, samples(arm(50, 25), arm(50, 25)), errorsOnly);
    expect(run.verdict.kind).toBe('NotYet');
  });

  it('holds when both break a guardrail, and rolls back when the candidate breaks it alone', () => {
    const settings = { ...errorsOnly, guardrails: defaultJudgeSettings.guardrails };
    const both = repeat(startJudge(settings), 1, 5, samples(arm(50, 25), arm(50, 25)), settings);
    expect(both.verdict).toMatchObject({ kind: 'NotYet', because: 'both-fail' });
    const alone = repeat(startJudge(settings), 1, 1, samples(arm(5, 5), arm(95)), settings);
    expect(alone.verdict).toEqual({ kind: 'Worse', rule: 'guardrail', metric: 'success-rate' });
    expect(toRecord(alone.state, alone.verdict, settings, names).words).toBe(
      'v2 breaks the guardrail success-rate: 5 of 5 requests bad (100 %), the limit is 1 %',
    );
  });

  it('never changes the state it is given', () => {
    const start = deepFreeze(startJudge(defaultJudgeSettings));
    const before = JSON.stringify(start);
    const settings = { ...defaultJudgeSettings, warmupSeconds: 0 };
    const one = judgeSecond(start, 1, samples(arm(5), arm(95)), settings);
    expect(JSON.stringify(start)).toBe(before);
    const two = deepFreeze(judgeSecond(deepFreeze(one.state), 2, samples(arm(0), arm(95)), settings).state);
    for (let second = 3; second < 20; second++) judgeSecond(startStep(two, settings), second, samples(arm(5, 1), arm(95)), settings);
    judgePartial(two, 3, arm(5, 5), { live: true, settledSince: 0, principal: arm(5) }, settings);
  });

  it('continues bit for bit from JSON saved at any second', () => {
    const settings = { ...defaultJudgeSettings, warmupSeconds: 0, steps: 2 };
    const random = seededRandom(7);
    let kept = startJudge(settings);
    let reloaded = kept;
    for (let second = 1; second <= 120; second++) {
      const n = Math.floor(random() * 4);
      const one = samples(
        arm(n, random() < 0.1 ? Math.min(1, n) : 0, 40 + 40 * random()),
        arm(40, random() < 0.3 ? 1 : 0, 40 + 40 * random()),
      );
      kept = judgeSecond(kept, second, one, settings).state;
      reloaded = judgeSecond(JSON.parse(JSON.stringify(reloaded)) as JudgeState, second, one, settings).state;
      if (second === 60) [kept, reloaded] = [startStep(kept, settings), startStep(reloaded, settings)];
    }
    expect(JSON.stringify(reloaded)).toBe(JSON.stringify(kept));
    expect(JSON.stringify(kept).length).toBeLessThan(16_000);
  });

  it('applies a second once, and skips missing ones without taking them as good', () => {
    const one = samples(arm(5, 1), arm(95));
    const first = judgeSecond(startJudge(errorsOnly), 10, one, errorsOnly);
    expect(judgeSecond(first.state, 10, samples(arm(5, 5), arm(95)), errorsOnly).state).toBe(first.state);
    expect(judgeSecond(first.state, 9, samples(arm(5, 5), arm(95)), errorsOnly).state).toBe(first.state);
    const next = judgeSecond(first.state, 11, one, errorsOnly).state;
    const later = judgeSecond(first.state, 500, one, errorsOnly).state;
    expect(later.metrics).toEqual(next.metrics);
  });

  it.each([
    { name: 'without a live weight', rest: { live: false }, because: 'not-live' },
    { name: 'before the pods settled', rest: { settledSince: undefined }, because: 'warming-up' },
    { name: 'while warming up', rest: { settledSince: 5 }, because: 'warming-up' },
  ])('compares nothing $name', ({ rest, because }) => {
    const settings = { ...errorsOnly, warmupSeconds: 30 };
    const run = repeat(startJudge(settings), 6, 20, samples(arm(5, 2), arm(95), rest), settings);
    expect(run.verdict).toMatchObject({ kind: 'NotYet', because });
    expect(run.state.metrics[0]?.total.nCandidate).toBe(0);
  });

  it('still stops a candidate that fails more than half while it warms up', () => {
    const run = repeat(startJudge(defaultJudgeSettings), 1, 8, samples(arm(10, 10), arm(90)), defaultJudgeSettings);
    expect(run.verdict).toEqual({ kind: 'Worse', rule: 'guardrail', metric: 'warm-up' });
  });

  it('starts the evidence for Equivalent anew at a step and keeps that for Worse', () => {
    const run = repeat(startJudge(errorsOnly), 1, 95, samples(arm(10), arm(90)), errorsOnly);
    const stepped = startStep(run.state, errorsOnly);
    expect(judgeSecond(stepped, 96, samples(arm(10), arm(90)), errorsOnly).verdict.kind).toBe('NotYet');
    expect(stepped.metrics[0]?.overTolerance.reserve).toBeLessThan(run.state.metrics[0]?.overTolerance.reserve as number);
  });

  it('compares a candidate of one request in ten seconds against the principal of all ten', () => {
    let state = startJudge(errorsOnly);
    for (let second = 1; second <= 30; second++)
      state = judgeSecond(state, second, samples(arm(second % 10 === 0 ? 1 : 0), arm(4)), errorsOnly).state;
    expect(state.metrics[0]?.total).toMatchObject({ nCandidate: 3, nPrincipal: 120 });
  });

  it('finds doubled latency, names the level, and never says so of failures', () => {
    const settings = { ...defaultJudgeSettings, warmupSeconds: 0 };
    const slow = (n: number, ms: number): Arm => arm(n, 0, ms);
    let run = repeat(startJudge(settings), 1, 20, samples(slow(5, 50), slow(95, 50)), settings);
    run = repeat(run.state, 21, 30, samples(slow(5, 100), slow(95, 50)), settings);
    expect(run.verdict).toMatchObject({ kind: 'Worse', rule: 'comparison', metric: expect.stringMatching(/^latency-p/) });
  });

  it('suspects a candidate that hangs, and only while the principal answers', () => {
    const open = { candidate: { open: 4, oldestMs: 7_000 }, principal: { open: 1, oldestMs: 20 } };
    const before = repeat(startJudge(errorsOnly), 1, 3, samples(arm(5), arm(95)), errorsOnly);
    const hanging = repeat(before.state, 4, 6, samples(arm(0), arm(95), { open }), errorsOnly);
    expect(hanging.verdict).toMatchObject({ kind: 'Suspect', rule: 'no-answers' });
    const silence = repeat(before.state, 4, 6, samples(arm(0), arm(0), { open }), errorsOnly);
    expect(silence.verdict.kind).toBe('NotYet');
  });

  it('says Better by weight, and only Equivalent of copies', () => {
    const better = samples(arm(50, 0), arm(50, 10));
    expect(repeat(startJudge(errorsOnly), 1, 60, better, errorsOnly).verdict).toEqual({ kind: 'Better', metric: 'error-rate' });
    const mirror: JudgeSettings = { ...errorsOnly, mode: 'mirror' };
    expect(repeat(startJudge(mirror), 1, 60, better, mirror).verdict.kind).toBe('Equivalent');
  });

  it('compares nothing in guardrails mode', () => {
    const settings: JudgeSettings = { ...errorsOnly, mode: 'guardrails' };
    expect(repeat(startJudge(settings), 1, 20, samples(arm(50, 20), arm(50)), settings).verdict).toMatchObject({
      kind: 'NotYet',
      because: 'not-compared',
    });
  });

  it('tells how much is still needed, close to the formula, and less and less', () => {
    const one = samples(arm(10), arm(90));
    const early = repeat(startJudge(errorsOnly), 1, 10, one, errorsOnly);
    const later = repeat(early.state, 11, 40, one, errorsOnly);
    if (early.verdict.kind !== 'NotYet' || later.verdict.kind !== 'NotYet') throw new Error('decided too early');
    expect(early.verdict.requestsNeeded).toBeGreaterThan(later.verdict.requestsNeeded as number);
    expect(later.verdict.secondsNeeded).toBe(Math.ceil((later.verdict.requestsNeeded as number) / 10));
    expect(toRecord(later.state, later.verdict, errorsOnly, names).words).toMatch(
      /^Not decided after 500 requests; about \d+ more requests needed, \d+ s/,
    );
  });
});

describe('judgePartial', () => {
  const settings = { ...errorsOnly, guardrails: defaultJudgeSettings.guardrails };
  const context = { live: true, settledSince: 0, principal: arm(20) };

  it('breaks a guardrail before its second closes', () => {
    const start = repeat(startJudge(settings), 1, 5, samples(arm(5), arm(95)), settings).state;
    const one = judgePartial(start, 6, arm(2, 2), context, settings);
    expect(one.verdict).toBeUndefined();
    const two = judgePartial(one.state, 6, arm(1, 1), context, settings);
    expect(two.verdict).toBeUndefined();
    expect(judgePartial(two.state, 6, arm(3, 3), context, settings).verdict).toEqual({
      kind: 'Worse',
      rule: 'guardrail',
      metric: 'success-rate',
    });
  });

  it('leaves nothing behind once the second closed', () => {
    const start = repeat(startJudge(settings), 1, 5, samples(arm(5), arm(95)), settings).state;
    const looked = judgePartial(start, 6, arm(2, 1), context, settings).state;
    const one = samples(arm(5, 1), arm(95));
    expect(judgeSecond(looked, 6, one, settings).state).toEqual(judgeSecond(start, 6, one, settings).state);
    expect(judgePartial(start, 5, arm(5, 5), context, settings)).toEqual({ state: start, verdict: undefined });
  });

  it('leaves it to the closed second when the principal fails as well', () => {
    const failing = { ...context, principal: arm(20, 10) };
    expect(judgePartial(startJudge(settings), 1, arm(10, 10), failing, settings).verdict).toBeUndefined();
    expect(judgePartial(startJudge(settings), 1, arm(10, 10), context, settings).verdict).toBeDefined();
  });
});

it('computes the cap of a patience', () => {
  expect([2, 10, 20].map((seconds) => Number(capOfPatience(seconds).toFixed(1)))).toEqual([5.1, 0.8, 0.4]);
});
