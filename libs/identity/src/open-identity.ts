import type { AuditLog, Caller } from '@tidegate/access';
import type { Database } from '@tidegate/database';
import type { Clock } from '@tidegate/kernel';
import { Accounts } from './accounts.js';
import { Authenticator, type Owner, RECHECK_MS } from './authenticate.js';
import type { OidcProvider } from './claims.js';
import { LoginThrottle } from './login-throttle.js';
import { OidcSignIn } from './oidc.js';
import { PasswordHasher } from './password-hash.js';
import { Revocations, concerns } from './revocations.js';
import { Sessions } from './sessions.js';
import { SignIn } from './sign-in.js';
import { Tokens } from './tokens.js';

export interface IdentityOptions {
  database: Database;
  audit: AuditLog;
  clock: Clock;
  providers?: readonly OidcProvider[];
  /** Good for making the first administrator. */
  setupToken?: string | undefined;
  /** Of an embedded instance. */
  owner?: Owner | undefined;
  /** Allows providers on plain http (on this machine). */
  allowHttpProviders?: boolean;
}

export interface Identity {
  accounts: Accounts;
  sessions: Sessions;
  tokens: Tokens;
  signIn: SignIn;
  oidc: OidcSignIn;
  authenticator: Authenticator;
  /** Calls `ended` once when `caller`'s credential is revoked or the account's groups change: at once on this replica, within 3 s on others. The result ends the watch. */
  watch(caller: Caller, ended: () => void): () => void;
  close(): void;
}

const FORGET_EVERY_MS = 3_600_000;

/** Everything about people, over one database. */
export function openIdentity({ database, audit, clock, providers = [], setupToken, owner, allowHttpProviders }: IdentityOptions): Identity {
  const { prisma } = database;
  const now = (): Date => new Date(clock.now());
  const [hasher, revocations] = [new PasswordHasher(), new Revocations()];
  const accounts = new Accounts(prisma, hasher, revocations, now);
  const sessions = new Sessions(prisma, revocations, now);
  const tokens = new Tokens(prisma, revocations, now);
  const throttle = new LoginThrottle(prisma);
  const signIn = new SignIn({ prisma, accounts, hasher, throttle, sessions, audit, setupToken, now });
  const watched = new Map<symbol, { caller: Caller; ended: () => void }>();
  const unlisten = revocations.listen((revocation) => {
    for (const [key, { caller, ended }] of [...watched]) {
      if (!concerns(revocation, caller)) continue;
      watched.delete(key);
      ended();
    }
  });
  /** What another replica revoked is found by asking; a database that does not answer ends nothing. */
  const recheck = async (): Promise<void> => {
    const [ofSessions, ofTokens] = (['Session', 'Token'] as const).map((kind) => [...watched.values()].filter((w) => w.caller.credential.kind === kind && w.caller.credential.id !== 'owner'));
    const ids = (of: typeof ofSessions): string[] => [...new Set(of?.map((w) => w.caller.credential.id))];
    const alive = { revokedAt: null, expiresAt: { gt: now() }, account: { disabledAt: null, deletedAt: null } };
    const [liveSessions, liveTokens] = await Promise.all([
      ids(ofSessions).length === 0 ? [] : prisma.session.findMany({ where: { id: { in: ids(ofSessions) }, ...alive }, select: { id: true } }),
      ids(ofTokens).length === 0 ? [] : prisma.token.findMany({ where: { id: { in: ids(ofTokens) }, ...alive }, select: { id: true } }),
    ]);
    const live = new Set([...liveSessions, ...liveTokens].map((r) => r.id));
    for (const id of [...ids(ofSessions), ...ids(ofTokens)]) if (!live.has(id)) revocations.tell({ credential: id });
  };
  const checking = setInterval(() => void (watched.size > 0 ? recheck().catch(() => undefined) : undefined), RECHECK_MS);
  const forgetting = setInterval(() => {
    void Promise.allSettled([sessions.forgetOld(), tokens.forgetOld(), throttle.forgetOld(now())]);
  }, FORGET_EVERY_MS);
  checking.unref();
  forgetting.unref();
  return {
    accounts,
    sessions,
    tokens,
    signIn,
    oidc: new OidcSignIn(providers, now, { allowHttp: allowHttpProviders ?? false }),
    authenticator: new Authenticator(sessions, tokens, revocations, now, owner),
    watch: (caller, ended) => {
      const key = Symbol(caller.id);
      watched.set(key, { caller, ended });
      return () => void watched.delete(key);
    },
    close: () => {
      clearInterval(checking);
      clearInterval(forgetting);
      unlisten();
    },
  };
}
