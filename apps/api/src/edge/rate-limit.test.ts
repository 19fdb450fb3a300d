import { RateLimit } from './rate-limit.js';

it('lets a burst through, then the pace, and keeps callers apart', () => {
  const limit = new RateLimit({ perSecond: 2, burst: 3 });
  expect([0, 0, 0].map(() => limit.take('ada', 1_000))).toEqual([0, 0, 0]);
  expect(limit.take('ada', 1_000)).toBe(1);
  expect(limit.take('bob', 1_000)).toBe(0);
  expect(limit.take('ada', 1_500)).toBe(0);
  expect(limit.take('ada', 1_500)).toBe(1);
  expect([0, 0, 0, 0].map(() => limit.take('ada', 60_000))).toEqual([0, 0, 0, 1]);
});

it('does not give more when the clock goes back', () => {
  const limit = new RateLimit({ perSecond: 1, burst: 1 });
  limit.take('ada', 10_000);
  expect(limit.take('ada', 0)).toBe(1);
});
