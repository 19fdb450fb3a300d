import { backoffMs } from './backoff.js';

describe('backoffMs', () => {
  it.each([
    { name: 'the base first', attempt: 0, jitter: 0, random: 0, is: 100 },
    { name: 'doubles', attempt: 3, jitter: 0, random: 0, is: 800 },
    { name: 'ends at the bound', attempt: 60, jitter: 0, random: 0, is: 1000 },
    { name: 'full jitter reaches down to nothing', attempt: 3, jitter: 1, random: 0, is: 0 },
    { name: 'half jitter keeps half', attempt: 3, jitter: 0.5, random: 0, is: 400 },
    { name: 'never above the bound', attempt: 60, jitter: 1, random: 0.999, is: 999 },
  ])('$name', ({ attempt, jitter, random, is }) => {
    expect(backoffMs(attempt, { baseMs: 100, maxMs: 1000, jitter }, random)).toBeCloseTo(is, 6);
  });
});
