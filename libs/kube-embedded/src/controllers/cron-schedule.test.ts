import { parseSchedule } from './cron-schedule.js';

const at = (text: string): number => Date.parse(text);

it.each([
  { schedule: '*/5 * * * *', after: '2024-01-01T00:01:00Z', next: '2024-01-01T00:05:00Z' },
  { schedule: '0 0 * * *', after: '2024-01-01T00:00:00Z', next: '2024-01-02T00:00:00Z' },
  { schedule: '@hourly', after: '2024-01-01T00:59:59Z', next: '2024-01-01T01:00:00Z' },
  { schedule: '30 4 1,15 * *', after: '2024-01-02T00:00:00Z', next: '2024-01-15T04:30:00Z' },
  { schedule: '0 12 * * mon-fri', after: '2024-01-05T12:00:00Z', next: '2024-01-08T12:00:00Z' },
  { schedule: '0 0 13 * 5', after: '2024-01-01T00:00:00Z', next: '2024-01-05T00:00:00Z' },
  { schedule: '0 0 29 2 *', after: '2024-03-01T00:00:00Z', next: '2028-02-29T00:00:00Z' },
  { schedule: '0 0 31 2 *', after: '2024-01-01T00:00:00Z', next: undefined },
  { schedule: '0 9 * * *', zone: 'America/New_York', after: '2024-07-01T00:00:00Z', next: '2024-07-01T13:00:00Z' },
  { schedule: '0 9 * * *', zone: 'America/New_York', after: '2024-12-01T00:00:00Z', next: '2024-12-01T14:00:00Z' },
  // The clock goes from 02:00 to 03:00 on that day.
  { schedule: '30 2 * * *', zone: 'Europe/Berlin', after: '2024-03-30T12:00:00Z', next: '2024-04-01T00:30:00Z' },
  { schedule: '@every 90s', after: '2024-01-01T00:00:00Z', next: '2024-01-01T00:01:30Z' },
  { schedule: '0 0 * * 7', after: '2024-01-01T00:00:00Z', next: '2024-01-07T00:00:00Z' },
])('$schedule after $after', ({ schedule, zone, after, next }) => {
  const found = parseSchedule(schedule, zone).next(at(after));
  expect(found === undefined ? undefined : new Date(found).toISOString()).toBe(next?.replace('Z', '.000Z'));
});

it.each(['', '* * * *', '60 * * * *', '* * * 13 *', '*/0 * * * *', 'a * * * *', '5-1 * * * *'])('%s is no schedule', (text) => {
  expect(() => parseSchedule(text)).toThrow(RangeError);
});
