import { randomUUID } from 'node:crypto';
import { CREDENTIAL_SCOPES, type CredentialScope } from '@tidegate/access';
import type { PrismaClient } from '@tidegate/database';
import { TidegateError } from '@tidegate/kernel';
import { InputError, codes } from './errors.js';
import { oneLine } from './names.js';
import type { Revocations } from './revocations.js';
import type { Account, Token } from './rows.js';
import { isTokenForm, newToken, secretHash } from './secrets.js';

const MOST_PER_ACCOUNT = 100;
const DAY_MS = 24 * 3_600_000;
export const TOKEN_LONGEST_DAYS = 366;
const SEEN_EVERY_MS = 60_000;

export interface NewTokenInput {
  name: string;
  scopes: readonly string[];
  /** From now; at most a year. */
  days: number;
  workspace?: string | undefined;
}

/** Personal access tokens, and those of machines. Only a hash is kept: the token itself is shown once. */
export class Tokens {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly revocations: Revocations,
    private readonly now: () => Date,
  ) {}

  /** Throws InputError with the field, or ID_LIMIT_REACHED. */
  async create(accountId: string, input: NewTokenInput, createdBy: string): Promise<{ token: Token; secret: string }> {
    const name = oneLine(input.name, 80);
    if (name === '') throw new InputError(codes.ID_INPUT_REFUSED, 'name', 'A token needs a name, by which you know it again.');
    const scopes = requireScopes(input.scopes);
    if (!Number.isInteger(input.days) || input.days < 1 || input.days > TOKEN_LONGEST_DAYS) {
      throw new InputError(codes.ID_INPUT_REFUSED, 'days', `A token lasts 1 to ${TOKEN_LONGEST_DAYS} days.`);
    }
    const now = this.now();
    const alive = await this.prisma.token.count({ where: { accountId, revokedAt: null, expiresAt: { gt: now } } });
    if (alive >= MOST_PER_ACCOUNT) {
      throw new TidegateError(codes.ID_LIMIT_REACHED, `An account has ${MOST_PER_ACCOUNT} tokens at most.`, { remedy: 'Revoke those that are not used.' });
    }
    const secret = newToken();
    const expiresAt = new Date(now.getTime() + input.days * DAY_MS);
    const data = { id: randomUUID(), accountId, name, secretHash: secretHash(secret), scopes, workspace: input.workspace, createdAt: now, createdBy, expiresAt };
    return { token: await this.prisma.token.create({ data }), secret };
  }

  /** Undefined for a token that is unknown, revoked or over, and for text that is none: that never reaches the database. */
  async use(text: string): Promise<{ token: Token; account: Account } | undefined> {
    if (!isTokenForm(text)) return undefined;
    const found = await this.prisma.token.findUnique({ where: { secretHash: secretHash(text) }, include: { account: { include: { memberships: true } } } });
    const now = this.now();
    if (!found || found.revokedAt || found.expiresAt <= now) return undefined;
    if (!found.lastUsedAt || now.getTime() - found.lastUsedAt.getTime() > SEEN_EVERY_MS) {
      await this.prisma.token.updateMany({ where: { id: found.id }, data: { lastUsedAt: now } });
    }
    return { token: found, account: found.account };
  }

  list(accountId: string): Promise<Token[]> {
    return this.prisma.token.findMany({ where: { accountId, revokedAt: null }, orderBy: { createdAt: 'desc' }, take: 2 * MOST_PER_ACCOUNT });
  }

  async revoke(id: string, accountId?: string): Promise<boolean> {
    const { count } = await this.prisma.token.updateMany({ where: { id, revokedAt: null, ...(accountId === undefined ? {} : { accountId }) }, data: { revokedAt: this.now() } });
    this.revocations.tell({ credential: id });
    return count > 0;
  }

  async revokeAll(accountId: string): Promise<void> {
    const alive = await this.prisma.token.findMany({ where: { accountId, revokedAt: null }, select: { id: true } });
    for (const { id } of alive) await this.revoke(id);
  }

  /** A month after their end nobody asks about them. */
  async forgetOld(): Promise<void> {
    const over = new Date(this.now().getTime() - 30 * DAY_MS);
    await this.prisma.token.deleteMany({ where: { OR: [{ expiresAt: { lt: over } }, { revokedAt: { lt: over } }] } });
  }
}

function requireScopes(given: readonly string[]): CredentialScope[] {
  const scopes = CREDENTIAL_SCOPES.filter((s) => given.includes(s));
  const strange = given.find((s) => !CREDENTIAL_SCOPES.some((known) => known === s));
  if (strange !== undefined || scopes.length === 0) {
    throw new InputError(codes.ID_INPUT_REFUSED, 'scopes', `A token needs scopes out of ${CREDENTIAL_SCOPES.join(', ')}.`);
  }
  return scopes;
}
