import { ManualClock } from '@tidegate/kernel';
import { IdleWatch } from './idle-watch.js';

const MINUTE = 60_000;

function watched(limitMs: number) {
  const clock = new ManualClock();
  const told: (number | 'over')[] = [];
  const watch = new IdleWatch({ clock, limitMs, warn: (seconds) => told.push(seconds), over: () => told.push('over') });
  return { clock, told, watch };
}

it('warns a minute before it is over', () => {
  const { clock, told } = watched(15 * MINUTE);
  clock.advance(14 * MINUTE - 1);
  expect(told).toEqual([]);
  clock.advance(1);
  expect(told).toEqual([60]);
  clock.advance(MINUTE);
  expect(told).toEqual([60, 'over']);
  clock.advance(100 * MINUTE);
  expect(told).toEqual([60, 'over']);
});

it('begins anew with each key, also after the warning', () => {
  const { clock, told, watch } = watched(15 * MINUTE);
  clock.advance(10 * MINUTE);
  watch.typed();
  clock.advance(14 * MINUTE);
  expect(told).toEqual([60]);
  watch.typed();
  clock.advance(14 * MINUTE - 1);
  expect(told).toEqual([60]);
  clock.advance(1);
  expect(told).toEqual([60, 60]);
});

it('warns at half of a limit of less than two minutes, and tells nothing once it was stopped', () => {
  const { clock, told, watch } = watched(10_000);
  clock.advance(5_000);
  expect(told).toEqual([5]);
  watch.stop();
  clock.advance(MINUTE);
  expect(told).toEqual([5]);
});
