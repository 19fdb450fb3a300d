import { expiredEvents } from './expire-events.js';

const hour = 3_600_000;
const now = Date.parse('2026-01-02T12:00:00Z');
const at = (ms: number): string => new Date(ms).toISOString();
const event = (name: string, fields: object, createdMs = now - 5 * hour): { metadata: { name: string; creationTimestamp: string } } => ({
  metadata: { name, creationTimestamp: at(createdMs) },
  ...fields,
});

it('removes what was not seen for an hour, by whichever time is newest', () => {
  const events = [
    event('old', {}),
    event('fresh', {}, now - 1000),
    event('repeated', { lastTimestamp: at(now - hour / 2) }),
    event('series', { series: { lastObservedTime: at(now - 10) }, eventTime: at(now - 4 * hour) }),
    event('stale-series', { eventTime: at(now - 2 * hour) }),
  ];
  expect(expiredEvents(events, now).map((e) => e.metadata?.name)).toEqual(['old', 'stale-series']);
});

it('removes the oldest above the bound', () => {
  const events = Array.from({ length: 5003 }, (_, i) => event(`e${i}`, {}, now - 10_000 + i));
  expect(expiredEvents(events, now).map((e) => e.metadata?.name)).toEqual(['e0', 'e1', 'e2']);
});
