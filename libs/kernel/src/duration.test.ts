import fc from 'fast-check';
import { durationMs, formatDuration } from './duration.js';

describe('durationMs', () => {
  it.each([
    { text: '250ms', ms: 250 },
    { text: '1m30s', ms: 90_000 },
    { text: '1h', ms: 3_600_000 },
    { text: '1.5s', ms: 1500 },
    { text: '0s', ms: 0 },
  ])('$text', ({ text, ms }) => expect(durationMs(text)).toBe(ms));
  it.each(['', '5', '5 s', '5d', '-5s', 's', '5s x'])('refuses "%s"', (text) => {
    expect(() => durationMs(text)).toThrow('is not a duration');
  });
  it('reads what formatDuration writes, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seconds) => {
        expect(durationMs(formatDuration(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
  });
});
