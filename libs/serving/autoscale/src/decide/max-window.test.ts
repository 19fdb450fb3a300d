import * as fc from 'fast-check';
import { currentMaximum, emptyMaxWindow, recordMaximum } from './max-window.js';

it('is the largest of the newest ticks', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 50 })), { minLength: 1, maxLength: 60 }),
      (size, steps) => {
        let window = emptyMaxWindow(size);
        let tick = 1_000;
        const all: { tick: number; value: number }[] = [];
        for (const [ahead, value] of steps) {
          tick += ahead;
          all.push({ tick, value });
          window = recordMaximum(window, tick, value);
          expect(currentMaximum(window)).toBe(Math.max(...all.filter((m) => tick - m.tick < size).map((m) => m.value)));
          expect(window.maxima.length).toBeLessThanOrEqual(size);
        }
      },
    ),
  );
});

it('is 0 when nothing was recorded', () => {
  expect(currentMaximum(emptyMaxWindow(3))).toBe(0);
});
