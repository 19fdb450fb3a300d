import { type Step, coldLines, readColdStart, servingSucceeded, stepLines } from './serving-report.js';

const step = (change: Partial<Step> = {}): Step => ({
  title: 'burst',
  seconds: 1.26,
  requests: 200,
  failed: 0,
  pods: 8,
  note: '8 pods',
  good: true,
  ...change,
});

describe('servingSucceeded', () => {
  it.each([
    { name: 'all as wanted', steps: [step()], wanted: 1, succeeded: true },
    { name: 'a failed request', steps: [step({ failed: 1 })], wanted: 1, succeeded: false },
    { name: 'a step that went wrong', steps: [step({ good: false })], wanted: 1, succeeded: false },
    { name: 'a step is missing', steps: [step()], wanted: 2, succeeded: false },
  ])('$name', ({ steps, wanted, succeeded }) => expect(servingSucceeded(steps, wanted)).toBe(succeeded));
});

it.each([
  { name: 'whole', header: 'schedule;dur=9.5, start;dur=31, ready;dur=12.25', parts: { scheduleMs: 9.5, startMs: 31, readyMs: 12.25 } },
  { name: 'absent', header: undefined, parts: {} },
  { name: 'strange', header: 'schedule;dur=x, other;dur=3, ready;dur=4', parts: { readyMs: 4 } },
])('reads the cold start header: $name', ({ header, parts }) => expect(readColdStart(header)).toEqual(parts));

it('says where the time of a cold call went, and what is left for the request itself', () => {
  const lines = coldLines([{ name: 'hello', firstByteMs: 60, status: 200, scheduleMs: 10, startMs: 30, readyMs: 15 }]);
  expect(lines.join('\n')).toMatch(/hello +10 +30 +15 +5 +60\nmedian 60 ms, slowest 60 ms/);
  expect(coldLines([{ name: 'hello', firstByteMs: 60, status: 200 }]).join('\n')).toMatch(/hello +- +- +- +- +60/);
});

it('marks what is not as wanted', () => {
  expect(stepLines([step(), step({ title: 'sleep', seconds: undefined, good: false, note: '1 pod after 120 s' })]).join('\n')).toMatch(
    /burst +8 pods +1\.3 +200 +0 +8\nsleep +NOT AS WANTED: 1 pod after 120 s +- +200/,
  );
});
