import { ADMINISTRATORS, CREDENTIAL_SCOPES, type Caller, type CredentialScope, EVERYBODY, groupOf, userOf } from '@tidegate/access';
import { BoundedMap } from '@tidegate/kernel';
import { type Revocations, concerns } from './revocations.js';
import type { Account } from './rows.js';
import { isSameSecret, secretHash } from './secrets.js';
import type { NewSession, Sessions } from './sessions.js';
import type { Tokens } from './tokens.js';

/** What a request brings. */
export interface Presented {
  /** Of the session's cookie. */
  cookie?: string | undefined;
  bearer?: string | undefined;
  address: string;
}

export interface Authenticated {
  caller: Caller;
  /** True while the person has to choose a new password before anything else. */
  mustChangePassword: boolean;
  /** The answer has to set the session's cookie anew. */
  rotated?: NewSession;
}

/** Who owns the data folder of an embedded instance: needs no database. */
export interface Owner {
  /** The words in the file that only the owner can read. */
  token: string;
  /** The account's name. */
  id: string;
}

/** Credentials that were good are believed for this long: the most that a revocation takes on another replica. */
const BELIEVED_MS = 3_000;
const REMEMBERED = 10_000;
export const RECHECK_MS = 3_000;

/** From what a request brings to who asks. */
export class Authenticator {
  private readonly remembered = new BoundedMap<string, { until: number; found: Authenticated }>(REMEMBERED);

  constructor(
    private readonly sessions: Sessions,
    private readonly tokens: Tokens,
    private readonly revocations: Revocations,
    private readonly now: () => Date,
    private readonly owner?: Owner,
  ) {
    this.revocations.listen((revocation) => {
      for (const [key, { found }] of this.remembered) if (concerns(revocation, found.caller)) this.remembered.delete(key);
    });
  }

  /** Undefined when nobody is signed in. A bearer token that is wrong is not saved by a good cookie. Rejects when the database cannot be asked. */
  async authenticate({ cookie, bearer, address }: Presented): Promise<Authenticated | undefined> {
    if (bearer !== undefined) return this.owned(bearer, address) ?? this.believed(`t${bearer}`, address, () => this.byToken(bearer, address));
    return cookie === undefined ? undefined : this.believed(`s${cookie}`, address, () => this.bySession(cookie, address));
  }

  private async believed(text: string, address: string, find: () => Promise<Authenticated | undefined>): Promise<Authenticated | undefined> {
    const key = Buffer.from(secretHash(text)).toString('base64');
    const known = this.remembered.get(key);
    const now = this.now().getTime();
    if (known && known.until > now) return { ...known.found, caller: { ...known.found.caller, address } };
    const found = await find();
    if (!found) {
      this.remembered.delete(key);
      return undefined;
    }
    const { rotated, ...rest } = found;
    // Who has to choose a password goes on at once when he has, whatever replica he asks.
    if (rotated === undefined && !found.mustChangePassword) this.remembered.set(key, { until: now + BELIEVED_MS, found: rest });
    return found;
  }

  private async bySession(secret: string, address: string): Promise<Authenticated | undefined> {
    const used = await this.sessions.use(secret);
    if (!used || used.account.disabledAt || used.account.deletedAt) return undefined;
    const caller = callerOf(used.account, { kind: 'Session', id: used.session.id }, CREDENTIAL_SCOPES, address);
    return { caller, mustChangePassword: used.account.mustChangePassword, ...(used.rotated ? { rotated: used.rotated } : {}) };
  }

  private async byToken(text: string, address: string): Promise<Authenticated | undefined> {
    const used = await this.tokens.use(text);
    if (!used || used.account.disabledAt || used.account.deletedAt) return undefined;
    const { token, account } = used;
    const scopes = CREDENTIAL_SCOPES.filter((s) => token.scopes.includes(s));
    return { caller: { ...callerOf(account, { kind: 'Token', id: token.id }, scopes, address), workspace: token.workspace ?? undefined }, mustChangePassword: false };
  }

  /** The owner's token of an embedded instance. */
  owned(token: string, address: string): Authenticated | undefined {
    if (!this.owner || !isSameSecret(token, this.owner.token)) return undefined;
    const { id } = this.owner;
    const credential = { kind: 'Token' as const, id: 'owner' };
    const caller: Caller = { id, displayName: id, kind: 'Person', user: userOf(id), groups: [ADMINISTRATORS, EVERYBODY], credential, scopes: CREDENTIAL_SCOPES, address };
    return { caller, mustChangePassword: false };
  }
}

const callerOf = (account: Account, credential: Caller['credential'], scopes: readonly CredentialScope[], address: string): Caller => ({
  id: account.id,
  displayName: account.displayName,
  kind: account.kind,
  user: userOf(account.id),
  groups: [...new Set([...account.memberships.map((m) => groupOf(m.groupName)), EVERYBODY])].sort(),
  credential,
  scopes,
  address,
});
