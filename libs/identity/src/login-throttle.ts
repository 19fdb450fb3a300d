import { isIPv6 } from 'node:net';
import { Prisma, type PrismaClient } from '@tidegate/database';
import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';
import { FAILURES_KEPT_MS, loginDelayMs } from './login-delay.js';

const LONGEST_WAIT_MS = 5_000;
/** Prisma's code of a transaction that did not begin, or did not end, in its time. */
const TRANSACTION_FAILED = 'P2028';

export interface Attempt {
  account: string;
  address: string;
  isOnlyAdministrator: boolean;
}

/** Raised while an account or an address has to wait; `retryAfterSeconds` is for the header of that name. */
export class SignInDelayed extends TidegateError {
  constructor(readonly retryAfterSeconds: number) {
    super(codes.ID_SIGN_IN_DELAYED, 'There were too many failed sign-ins.', { remedy: `Try again in ${retryAfterSeconds} s.` });
  }
}

/**
 * Failed sign-ins in a row, in the database, so that each replica sees them. An attempt counts as failed before the password is looked at, and is taken back
 * when it was right: a hundred guesses at once are a hundred failures.
 */
export class LoginThrottle {
  constructor(private readonly prisma: PrismaClient) {}

  /** Throws SignInDelayed, which counts nothing. */
  async begin(attempt: Attempt, now: Date): Promise<void> {
    const keys = keysOf(attempt);
    await this.inOne(async (tx) => {
      const delays: number[] = [];
      // Always in the same order, so that two attempts never wait for each other.
      for (const { key, of } of keys) {
        const [known] = await tx.$queryRaw<{ failures: number; lastFailedAt: Date }[]>`
          INSERT INTO login_failures (key, failures, last_failed_at) VALUES (${key}, 0, ${now})
          ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING failures, last_failed_at AS "lastFailedAt"`;
        delays.push(loginDelayMs(of, known, now.getTime(), attempt.isOnlyAdministrator));
      }
      const delay = Math.max(...delays);
      if (delay > 0) throw new SignInDelayed(Math.ceil(delay / 1000));
      const forgotten = new Date(now.getTime() - FAILURES_KEPT_MS);
      for (const { key } of keys) {
        await tx.$executeRaw`
          UPDATE login_failures SET failures = CASE WHEN last_failed_at < ${forgotten} THEN 1 ELSE failures + 1 END, last_failed_at = ${now} WHERE key = ${key}`;
      }
    });
  }

  /** A database that has no connection for it in time is too busy, and nothing was counted. */
  private async inOne(work: (tx: Prisma.TransactionClient) => Promise<void>): Promise<void> {
    try {
      await this.prisma.$transaction(work, { maxWait: LONGEST_WAIT_MS, timeout: LONGEST_WAIT_MS });
    } catch (error) {
      if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== TRANSACTION_FAILED) throw error;
      throw new TidegateError(codes.ID_BUSY, 'Too many people are signing in at this moment.', { remedy: 'Try again in a few seconds.', cause: error });
    }
  }

  /** The password was right: the account's failures are forgotten, the address gets this one back. */
  async succeeded(attempt: Attempt): Promise<void> {
    const [address, account] = keysOf(attempt);
    await this.prisma.loginFailures.deleteMany({ where: { key: account.key } });
    await this.prisma.$executeRaw`UPDATE login_failures SET failures = greatest(failures - 1, 0) WHERE key = ${address.key}`;
  }

  /** Called now and then; the table has no other end. */
  async forgetOld(now: Date): Promise<void> {
    await this.prisma.loginFailures.deleteMany({ where: { lastFailedAt: { lt: new Date(now.getTime() - FAILURES_KEPT_MS) } } });
  }
}

type Key = { key: string; of: 'account' | 'address' };

const keysOf = ({ account, address }: Attempt): [Key, Key] => [
  { key: `address:${networkOf(address)}`, of: 'address' },
  { key: `account:${account.slice(0, 63)}`, of: 'account' },
];

/** One customer has a /64 of IPv6 addresses to try from. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${groups.slice(0, 4).map((g) => g.toLowerCase().replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
