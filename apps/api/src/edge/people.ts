import { ADMINISTRATORS, type AuditLog, CREDENTIAL_SCOPES, type Caller, EVERYBODY, userOf } from '@tidegate/access';
import { PostgresAuditLog } from '@tidegate/audit';
import { type Database, type DatabaseAddress, type PrismaClient, openDatabase } from '@tidegate/database';
import { type Identity, type OidcProvider, openIdentity } from '@tidegate/identity';
import { type Clock, type Logger, TidegateError, causeChain, defineErrors } from '@tidegate/kernel';
import { logAudit } from '../audit/log-audit.js';
import { OwnerSessions } from './owner-sessions.js';

export const codes = defineErrors({
  API_NO_DATABASE: 'People and history are in a database, which is not configured or does not answer yet.',
  API_NOT_SIGNED_IN: 'Nobody is signed in.',
});

export interface PeopleOptions {
  /** Absent: only the owner signs in, and the audit log goes to the process's log. */
  database?: DatabaseAddress | undefined;
  /** Whoever knows it is the owner: an instance's folder keeps it from everybody else. */
  ownerToken?: string | undefined;
  /** Good for making the first administrator. */
  setupToken?: string | undefined;
  providers?: readonly OidcProvider[];
  allowHttpProviders?: boolean;
  /** Of the cookie's name. */
  port: () => number;
}

/** The account of whoever owns an embedded instance. */
const OWNER = 'admin';

/**
 * Who signs in, and how. The owner of an instance needs no database; everybody else waits for it, and is told so meanwhile.
 * The database may come, go and come back while the api runs.
 */
export class People {
  readonly ownerSessions: OwnerSessions | undefined;
  private opened: { identity: Identity; audit: PostgresAuditLog; database: Database } | undefined;
  private readonly stopping = new AbortController();
  private readonly logged: AuditLog;

  constructor(
    private readonly options: PeopleOptions,
    private readonly context: { log: Logger; clock: Clock },
  ) {
    const { ownerToken, port } = options;
    this.ownerSessions = ownerToken === undefined ? undefined : new OwnerSessions(ownerToken, () => context.clock.now(), port);
    this.logged = logAudit(context.log);
  }

  /** Opens the database in the background. `fatal` hears of what will not mend by itself. */
  start(fatal: (error: unknown) => void): void {
    const { database, setupToken, providers, allowHttpProviders } = this.options;
    if (!database) return;
    const { log, clock } = this.context;
    openDatabase(database, { log, signal: this.stopping.signal })
      .then((opened) => {
        const audit = new PostgresAuditLog(opened.prisma, () => new Date(clock.now()));
        const identity = openIdentity({ database: opened, audit, clock, setupToken, providers: providers ?? [], allowHttpProviders: allowHttpProviders ?? false });
        this.opened = { identity, audit, database: opened };
        if (this.stopping.signal.aborted) void this.close();
      })
      .catch((error: unknown) => {
        if (!this.stopping.signal.aborted) fatal(error);
      });
  }

  get isConfigured(): boolean {
    return this.options.database !== undefined;
  }

  /** It is open. */
  get hasDatabase(): boolean {
    return this.opened !== undefined;
  }

  /** Of the database; undefined while it does not answer, or there is none. */
  get prisma(): PrismaClient | undefined {
    return this.opened?.database.prisma;
  }

  /** Throws API_NO_DATABASE. */
  identity(): Identity {
    return this.whatIsOpen().identity;
  }

  private whatIsOpen(): { identity: Identity; audit: PostgresAuditLog } {
    if (this.opened) return this.opened;
    const waiting = this.options.database !== undefined;
    throw new TidegateError(codes.API_NO_DATABASE, waiting ? 'The database does not answer yet.' : 'This installation has no database, so it has no accounts.', {
      remedy: waiting ? 'Try again in a few seconds; "tidegate status" shows how the part "database" is.' : 'Set DATABASE_URL (Helm: database.urlSecret).',
    });
  }

  /** Where what people do is recorded; with a database configured and away, recording fails and so does what had to be recorded. */
  get audit(): AuditLog {
    if (this.options.database === undefined) return this.logged;
    return { record: (entry) => this.store().record(entry) };
  }

  /** What is stored of it. Throws API_NO_DATABASE. */
  store(): PostgresAuditLog {
    return this.whatIsOpen().audit;
  }

  /** Who a request comes from; undefined when nobody is signed in. Throws API_NO_DATABASE when it cannot be known. */
  async authenticate(headers: { cookie?: string | undefined; authorization?: string | undefined }, address: string) {
    if (this.ownerSessions?.isSignedIn(headers)) return { caller: ownerCaller(address), mustChangePassword: false };
    const bearer = /^Bearer (.{1,300})$/i.exec(headers.authorization ?? '')?.[1];
    const cookie = sessionCookieOf(headers.cookie, this.options.port());
    if (bearer === undefined && cookie === undefined) return undefined;
    if (this.options.database === undefined) return undefined;
    return this.identity().authenticator.authenticate({ cookie, bearer, address });
  }

  /** Calls `ended` once when the caller's credential is revoked; the result ends the watch. */
  watch(caller: Caller, ended: () => void): () => void {
    return this.opened && caller.credential.id !== 'owner' ? this.opened.identity.watch(caller, ended) : () => undefined;
  }

  async close(): Promise<void> {
    this.stopping.abort();
    const { opened } = this;
    this.opened = undefined;
    opened?.identity.close();
    opened?.audit.close();
    await opened?.database.close().catch((error: unknown) => this.context.log.warn({ err: causeChain(error) }, 'the database did not close cleanly'));
  }
}

function ownerCaller(address: string): Caller {
  const credential = { kind: 'Session' as const, id: 'owner' };
  return { id: OWNER, displayName: 'Owner', kind: 'Person', user: userOf(OWNER), groups: [ADMINISTRATORS, EVERYBODY], credential, scopes: CREDENTIAL_SCOPES, address };
}

/** Browsers give cookies of one host to all its ports: the port is in the name, so that two instances do not sign each other out. */
export const sessionCookieName = (port: number): string => `tidegate_session_${port}`;

export function sessionCookieOf(cookies: string | undefined, port: number): string | undefined {
  return new RegExp(`(?:^|;\\s*)${sessionCookieName(port)}=([A-Za-z0-9_-]{43})(?:;|$)`).exec(cookies ?? '')?.[1];
}
