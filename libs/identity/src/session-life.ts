/** How long a session lasts: 12 hours without a request, a week in all. Its secret changes each hour; the one before is good for a minute more. */
export const SESSION = { idleMs: 12 * 3_600_000, longestMs: 7 * 24 * 3_600_000, rotateAfterMs: 3_600_000, formerGoodMs: 60_000, seenEveryMs: 60_000 };

export interface SessionTimes {
  createdAt: Date;
  lastSeenAt: Date;
  rotatedAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

/** What becomes of a session when it is used at `now`, by its present or its former secret. */
export type SessionUse = { good: false } | { good: true; rotate: boolean; saySeen: boolean };

export function useSession(times: SessionTimes, by: 'present' | 'former', now: number): SessionUse {
  const ended = times.revokedAt !== null || now >= times.expiresAt.getTime() || now - times.lastSeenAt.getTime() > SESSION.idleMs;
  if (ended) return { good: false };
  const sinceRotation = now - times.rotatedAt.getTime();
  if (by === 'former') return sinceRotation <= SESSION.formerGoodMs ? { good: true, rotate: false, saySeen: false } : { good: false };
  return { good: true, rotate: sinceRotation > SESSION.rotateAfterMs, saySeen: now - times.lastSeenAt.getTime() > SESSION.seenEveryMs };
}
