import { ManualClock } from '@tidegate/kernel';
import { debounce } from './debounce.js';

const limits = { idleMs: () => 5, maxMs: () => 100 };

it('runs once after a burst has been over for the idle time', () => {
  const clock = new ManualClock();
  let runs = 0;
  const wanted = debounce(clock, limits, () => runs++);
  wanted.ask();
  clock.advance(4);
  wanted.ask();
  clock.advance(4);
  expect(runs).toBe(0);
  clock.advance(1);
  expect(runs).toBe(1);
  clock.advance(1000);
  expect(runs).toBe(1);
});

it('does not wait for the end of a burst longer than the maximum', () => {
  const clock = new ManualClock();
  const runsAt: number[] = [];
  const wanted = debounce(clock, limits, () => runsAt.push(clock.now()));
  for (let i = 0; i < 60; i++) {
    wanted.ask();
    clock.advance(4);
  }
  expect(runsAt).toEqual([100, 200]);
});

it('a cancelled asking is forgotten', () => {
  const clock = new ManualClock();
  let runs = 0;
  const wanted = debounce(clock, limits, () => runs++);
  wanted.ask();
  wanted.cancel();
  clock.advance(1000);
  expect(runs).toBe(0);
});
