import { randomUUID } from 'node:crypto';
import type { Account, Session } from './rows.js';
import type { PrismaClient } from '@tidegate/database';
import { oneLine } from './names.js';
import type { Revocations } from './revocations.js';
import { newSessionSecret, secretHash } from './secrets.js';
import { SESSION, useSession } from './session-life.js';

/** More than this many, and the oldest of the account ends. */
const MOST_PER_ACCOUNT = 50;

export interface NewSession {
  id: string;
  /** Goes into the cookie and nowhere else. */
  secret: string;
  expiresAt: Date;
}

export interface UsedSession {
  session: Session;
  account: Account;
  /** A new secret that the answer has to set as cookie. */
  rotated?: NewSession;
}

export class Sessions {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly revocations: Revocations,
    private readonly now: () => Date,
  ) {}

  async begin(of: { accountId: string; address: string; userAgent: string; provider?: string }): Promise<NewSession> {
    const [id, secret, now] = [randomUUID(), newSessionSecret(), this.now()];
    const expiresAt = new Date(now.getTime() + SESSION.longestMs);
    const times = { createdAt: now, lastSeenAt: now, rotatedAt: now, expiresAt };
    await this.prisma.session.create({ data: { id, secretHash: secretHash(secret), ...of, userAgent: oneLine(of.userAgent, 200), ...times } });
    const surplus = await this.prisma.session.findMany({
      where: { accountId: of.accountId, revokedAt: null },
      orderBy: { lastSeenAt: 'desc' },
      skip: MOST_PER_ACCOUNT,
      select: { id: true },
    });
    for (const old of surplus) await this.end(old.id);
    return { id, secret, expiresAt };
  }

  /** Who a cookie's secret belongs to; undefined for one that is unknown or over. */
  async use(secret: string): Promise<UsedSession | undefined> {
    const hash = secretHash(secret);
    const session = await this.prisma.session.findFirst({
      where: { OR: [{ secretHash: hash }, { formerHash: hash }] },
      include: { account: { include: { memberships: true } } },
    });
    if (!session) return undefined;
    const now = this.now();
    const by = Buffer.from(session.secretHash).equals(hash) ? 'present' : 'former';
    const use = useSession(session, by, now.getTime());
    if (!use.good) return undefined;
    const { account } = session;
    if (use.rotate) {
      const fresh = newSessionSecret();
      // Of two requests at once only one rotates: the other still has the secret that is now the former one.
      const { count } = await this.prisma.session.updateMany({
        where: { id: session.id, secretHash: hash },
        data: { secretHash: secretHash(fresh), formerHash: hash, rotatedAt: now, lastSeenAt: now },
      });
      if (count === 1) return { session, account, rotated: { id: session.id, secret: fresh, expiresAt: session.expiresAt } };
    } else if (use.saySeen) {
      await this.prisma.session.updateMany({ where: { id: session.id }, data: { lastSeenAt: now } });
    }
    return { session, account };
  }

  async end(id: string, accountId?: string): Promise<boolean> {
    const { count } = await this.prisma.session.updateMany({ where: { id, revokedAt: null, ...(accountId === undefined ? {} : { accountId }) }, data: { revokedAt: this.now() } });
    this.revocations.tell({ credential: id });
    return count > 0;
  }

  /** All of an account's, but the one that asks. */
  async endAll(accountId: string, but?: string): Promise<number> {
    const open = await this.prisma.session.findMany({ where: { accountId, revokedAt: null, ...(but === undefined ? {} : { id: { not: but } }) }, select: { id: true } });
    for (const { id } of open) await this.end(id);
    return open.length;
  }

  /** Those that could still be used, newest first. */
  list(accountId: string): Promise<Session[]> {
    const now = this.now();
    const alive = { revokedAt: null, expiresAt: { gt: now }, lastSeenAt: { gt: new Date(now.getTime() - SESSION.idleMs) } };
    return this.prisma.session.findMany({ where: { accountId, ...alive }, orderBy: { lastSeenAt: 'desc' }, take: MOST_PER_ACCOUNT });
  }

  /** Removes what has been over for a week. */
  async forgetOld(): Promise<void> {
    const over = new Date(this.now().getTime() - SESSION.longestMs);
    await this.prisma.session.deleteMany({ where: { OR: [{ expiresAt: { lt: over } }, { revokedAt: { lt: over } }, { lastSeenAt: { lt: over } }] } });
  }
}
