import type { AuditLog } from '@tidegate/access';
import type { PrismaClient } from '@tidegate/database';
import { TidegateError } from '@tidegate/kernel';
import type { Accounts } from './accounts.js';
import type { ClaimedPerson, OidcProvider } from './claims.js';
import { InputError, codes } from './errors.js';
import type { LoginThrottle } from './login-throttle.js';
import { PLATFORM_GROUPS, nameIsRefused, oneLine } from './names.js';
import type { PasswordHasher } from './password-hash.js';
import type { Account } from './rows.js';
import { isSameSecret } from './secrets.js';
import type { NewSession, Sessions } from './sessions.js';

export interface From {
  address: string;
  userAgent: string;
}

export interface SignedIn {
  account: Account;
  session: NewSession;
}

/** One sentence for every reason: whether an account exists is nobody's business who can't sign in to it. */
const refused = (): TidegateError =>
  new TidegateError(codes.ID_SIGN_IN_REFUSED, 'Name and password do not belong together, or the account may not sign in.', {
    remedy: 'Try again, or ask an administrator to set a new password.',
  });

export interface SignInParts {
  prisma: PrismaClient;
  accounts: Accounts;
  hasher: PasswordHasher;
  throttle: LoginThrottle;
  sessions: Sessions;
  audit: AuditLog;
  /** Good for making the first administrator; absent when there is no such way. */
  setupToken: string | undefined;
  now: () => Date;
}

export class SignIn {
  constructor(private readonly parts: SignInParts) {}

  /** Throws ID_SIGN_IN_REFUSED, SignInDelayed or ID_BUSY; each attempt is audited before the answer. */
  async withPassword(name: string, password: string, from: From): Promise<SignedIn> {
    const { accounts, hasher, throttle, now, audit } = this.parts;
    const attempted = oneLine(name, 63);
    // A name that nobody can have is not looked up; it costs the same all the same.
    const account = nameIsRefused('account', name) === undefined ? await accounts.find(name) : null;
    const attempt = { account: attempted, address: from.address, isOnlyAdministrator: account !== null && (await accounts.isOnlyAdministrator(account.id)) };
    const fail = async (error: TidegateError): Promise<never> => {
      await audit.record({ action: 'account.login', attempted, address: from.address, result: 'Denied', reason: error.message });
      throw error;
    };
    try {
      await throttle.begin(attempt, now());
    } catch (error) {
      if (error instanceof TidegateError) return fail(error);
      throw error;
    }
    const right = await hasher.matches(password, account?.passwordHash);
    if (!right || !account || account.disabledAt) return fail(refused());
    await throttle.succeeded(attempt);
    return this.begin(account, from, undefined);
  }

  /** Whether the platform waits for its first administrator. */
  async needsSetup(): Promise<boolean> {
    return this.parts.setupToken !== undefined && !(await this.parts.accounts.hasAdministrator());
  }

  /** Makes the first administrator. Throws ID_SETUP_REFUSED for a wrong token and when there is one already. */
  async setUp(input: { token: string; account: string; displayName: string; password: string }, from: From): Promise<SignedIn> {
    const { setupToken, accounts, throttle, now, audit } = this.parts;
    const attempt = { account: 'setup:', address: from.address, isOnlyAdministrator: true };
    await throttle.begin(attempt, now());
    const isRight = setupToken !== undefined && isSameSecret(input.token, setupToken);
    if (!isRight || (await accounts.hasAdministrator())) {
      const reason = isRight ? 'The first administrator exists already.' : 'The setup token is wrong.';
      await audit.record({ action: 'platform.setup', address: from.address, result: 'Denied', reason });
      throw new TidegateError(codes.ID_SETUP_REFUSED, reason, { remedy: isRight ? 'Sign in instead.' : 'Copy it again from where the installation printed it.' });
    }
    await throttle.succeeded(attempt);
    const account = await accounts.create({ id: input.account, kind: 'Person', displayName: input.displayName, password: input.password });
    await accounts.addMember(PLATFORM_GROUPS.administrators, account.id);
    return this.begin(await accounts.require(account.id), from, undefined, 'platform.setup');
  }

  /** After a provider has said who it is. Throws ID_SIGN_IN_REFUSED with the reason: the person has proved who he is and may know. */
  async withProvider(provider: OidcProvider, person: ClaimedPerson, from: From): Promise<SignedIn> {
    const account = await this.accountOf(provider, person);
    if (account.disabledAt) throw this.refusedByProvider(`The account "${account.id}" is disabled.`, 'Ask an administrator.');
    await this.parts.accounts.setClaimedGroups(account.id, provider.name, person.groups);
    return this.begin(await this.parts.accounts.require(account.id), from, provider.name);
  }

  private async accountOf(provider: OidcProvider, person: ClaimedPerson): Promise<Account> {
    const { prisma, accounts } = this.parts;
    if (person.subject === '') throw this.refusedByProvider(`${provider.name} did not say who you are (claim sub).`, 'Ask who runs it.');
    const key = { provider: provider.name, subject: person.subject };
    const known = await prisma.providerIdentity.findUnique({ where: { provider_subject: key } });
    if (known) return accounts.require(known.accountId);
    if (!provider.allowNewAccounts) throw this.refusedByProvider('There is no account for you yet.', 'Ask an administrator to create one.');
    if (person.account === undefined) {
      throw this.refusedByProvider(`${provider.name} gave no name (claim ${provider.accountClaim}) that an account can have.`, 'Ask an administrator.');
    }
    // An account that exists is never taken over by somebody whom a provider calls the same.
    const name = await this.freeName(person.account);
    const account = await accounts.create({ id: name, kind: 'Person', displayName: person.displayName, email: person.email, createdBy: `provider:${provider.name}` });
    await prisma.providerIdentity.create({ data: { ...key, accountId: account.id } });
    return account;
  }

  private async freeName(wanted: string): Promise<string> {
    for (let n = 1; n < 100; n += 1) {
      const name = n === 1 ? wanted : `${wanted.slice(0, 60)}-${n}`;
      if (!(await this.parts.prisma.account.findUnique({ where: { id: name } }))) return name;
    }
    throw new InputError(codes.ID_NAME_TAKEN, 'name', `Too many people are called "${wanted}".`);
  }

  private refusedByProvider(sentence: string, remedy: string): TidegateError {
    return new TidegateError(codes.ID_SIGN_IN_REFUSED, sentence, { remedy });
  }

  private async begin(account: Account, from: From, provider: string | undefined, action = 'account.login'): Promise<SignedIn> {
    const { sessions, prisma, audit, now } = this.parts;
    const session = await sessions.begin({ accountId: account.id, ...from, ...(provider === undefined ? {} : { provider }) });
    await prisma.account.update({ where: { id: account.id }, data: { lastLoginAt: now() } });
    const credential = { kind: 'Session' as const, id: session.id };
    const caller = { id: account.id, user: `tidegate:${account.id}`, groups: [], credential, address: from.address };
    await audit.record({ caller, action, result: 'Succeeded', ...(provider === undefined ? {} : { reason: `by the provider ${provider}` }) });
    return { account, session };
  }
}
