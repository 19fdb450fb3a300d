import { coldStartParts, coldStartText } from './cold-start.js';

it.each([
  { name: 'a pod from nothing', times: { seenAt: 110, runningAt: 150 }, parts: [10, 40, 50] },
  { name: 'a pod that was coming already', times: { seenAt: 50, runningAt: 150 }, parts: [0, 50, 50] },
  { name: 'a pod that ran already', times: { seenAt: 50, runningAt: 80 }, parts: [0, 0, 100] },
  { name: 'a pod whose start was not seen', times: { seenAt: 130 }, parts: [30, 0, 70] },
  { name: 'a clock that was read late', times: { seenAt: 210, runningAt: 220 }, parts: [100, 0, 0] },
])('the parts of a wait from 100 to 200: $name', ({ times, parts }) => {
  const { scheduleMs, startMs, readyMs } = coldStartParts(100, times, 200);
  expect([scheduleMs, startMs, readyMs]).toEqual(parts);
  expect(scheduleMs + startMs + readyMs).toBe(100);
});

it('is written as Server-Timing has it', () => {
  expect(coldStartText({ scheduleMs: 9.54, startMs: 31, readyMs: 12.25 })).toBe('schedule;dur=9.5, start;dur=31.0, ready;dur=12.3');
});
