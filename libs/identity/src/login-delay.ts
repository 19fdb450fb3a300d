/** Failed sign-ins in a row, of one account or from one address. */
export interface Failures {
  failures: number;
  lastFailedAt: Date;
}

const ACCOUNT = { free: 4, firstMs: 2_000, mostMs: 15 * 60_000 };
/** Many people may share an address. */
const ADDRESS = { free: 19, firstMs: 2_000, mostMs: 15 * 60_000 };
/** Whoever knows the name of the only administrator must not be able to keep him out. */
const ONLY_ADMINISTRATOR_MOST_MS = 10_000;
/** Failures are forgotten after a day without one. */
export const FAILURES_KEPT_MS = 24 * 60 * 60_000;

/**
 * Milliseconds until the next attempt is looked at: nothing for the first failures, then 2 s doubling to 15 minutes (10 s for the only administrator's account).
 * It delays and never ends: a lock that strangers can close would keep people out.
 */
export function loginDelayMs(of: 'account' | 'address', known: Failures | undefined, now: number, isOnlyAdministrator = false): number {
  if (!known) return 0;
  const since = now - known.lastFailedAt.getTime();
  const { free, firstMs, mostMs } = of === 'account' ? ACCOUNT : ADDRESS;
  if (known.failures <= free || since > FAILURES_KEPT_MS) return 0;
  const most = of === 'account' && isOnlyAdministrator ? ONLY_ADMINISTRATOR_MOST_MS : mostMs;
  // A clock that went back must not lock anybody out for longer than the delay itself.
  return Math.max(0, Math.min(most, firstMs * 2 ** Math.min(known.failures - free - 1, 20)) - Math.max(0, since));
}
