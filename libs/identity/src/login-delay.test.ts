import { FAILURES_KEPT_MS, loginDelayMs } from './login-delay.js';

const now = 1_000_000_000_000;
const failed = (failures: number, agoMs = 0) => ({ failures, lastFailedAt: new Date(now - agoMs) });

describe('loginDelayMs', () => {
  it.each([
    { name: 'nothing known', of: 'account' as const, known: undefined, delay: 0 },
    { name: 'four failures are free', of: 'account' as const, known: failed(4), delay: 0 },
    { name: 'the fifth waits 2 s', of: 'account' as const, known: failed(5), delay: 2_000 },
    { name: 'the eighth 16 s', of: 'account' as const, known: failed(8), delay: 16_000 },
    { name: 'time passes', of: 'account' as const, known: failed(8, 10_000), delay: 6_000 },
    { name: 'it is over', of: 'account' as const, known: failed(8, 16_000), delay: 0 },
    { name: '15 minutes at most', of: 'account' as const, known: failed(10_000), delay: 900_000 },
    { name: 'a day later all is forgotten', of: 'account' as const, known: failed(10_000, FAILURES_KEPT_MS + 1), delay: 0 },
    { name: 'an address has more', of: 'address' as const, known: failed(19), delay: 0 },
    { name: 'an address waits too', of: 'address' as const, known: failed(22), delay: 8_000 },
    { name: 'a clock that went back', of: 'account' as const, known: failed(5, -60_000), delay: 2_000 },
  ])('$name', ({ of, known, delay }) => {
    expect(loginDelayMs(of, known, now)).toBe(delay);
  });

  it('keeps the only administrator out for ten seconds at most', () => {
    expect(loginDelayMs('account', failed(10_000), now, true)).toBe(10_000);
  });
});
