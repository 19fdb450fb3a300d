import { SESSION, useSession } from './session-life.js';

const start = 1_700_000_000_000;
const session = {
  createdAt: new Date(start),
  lastSeenAt: new Date(start),
  rotatedAt: new Date(start),
  expiresAt: new Date(start + SESSION.longestMs),
  revokedAt: null as Date | null,
};

describe('useSession', () => {
  it.each([
    { name: 'at once', session, by: 'present' as const, after: 0, use: { good: true, rotate: false, saySeen: false } },
    { name: 'minutes later it is seen', session, by: 'present' as const, after: 120_000, use: { good: true, rotate: false, saySeen: true } },
    { name: 'an hour later it gets a new secret', session, by: 'present' as const, after: 3_600_001, use: { good: true, rotate: true, saySeen: true } },
    { name: 'idle too long', session, by: 'present' as const, after: SESSION.idleMs + 1, use: { good: false } },
    {
      name: 'a week is the end',
      session: { ...session, lastSeenAt: new Date(start + SESSION.longestMs - 1) },
      by: 'present' as const,
      after: SESSION.longestMs,
      use: { good: false },
    },
    { name: 'revoked', session: { ...session, revokedAt: new Date(start) }, by: 'present' as const, after: 0, use: { good: false } },
    { name: 'the former secret within the minute', session, by: 'former' as const, after: 59_000, use: { good: true, rotate: false, saySeen: false } },
    { name: 'the former secret later', session, by: 'former' as const, after: 61_000, use: { good: false } },
  ])('$name', ({ session: times, by, after, use }) => {
    expect(useSession(times, by, start + after)).toEqual(use);
  });
});
