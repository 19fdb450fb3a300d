import { AccountKind, Prisma, type PrismaClient } from '@tidegate/database';
import { TidegateError } from '@tidegate/kernel';
import { InputError, codes } from './errors.js';
import { PLATFORM_GROUPS, oneLine, requireName } from './names.js';
import type { PasswordHasher } from './password-hash.js';
import { passwordIsRefused } from './password-policy.js';
import type { Revocations } from './revocations.js';
import type { Account, Group } from './rows.js';

export interface NewAccount {
  id: string;
  kind: 'Person' | 'Machine';
  displayName: string;
  email?: string | undefined;
  /** Absent for machines, and for people who sign in with a provider. */
  password?: string | undefined;
  mustChangePassword?: boolean;
  createdBy?: string | undefined;
}

export interface Page {
  first: number;
  after?: string | undefined;
  /** Part of a name. */
  search?: string | undefined;
}

const withMemberships = { memberships: true } as const;

/** Accounts and groups. Whatever changes what somebody may do is told to `revocations`. */
export class Accounts {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly hasher: PasswordHasher,
    private readonly revocations: Revocations,
    private readonly now: () => Date,
  ) {}

  /** Throws InputError with the field, ID_NAME_TAKEN also for the name of a deleted account. */
  async create(input: NewAccount): Promise<Account> {
    requireName('account', input.id, 'name');
    if (input.kind === 'Machine' && input.password !== undefined) throw new InputError(codes.ID_INPUT_REFUSED, 'password', 'A machine has tokens and no password.');
    const data = {
      id: input.id,
      kind: AccountKind[input.kind],
      displayName: oneLine(input.displayName, 80) || input.id,
      email: input.email === undefined ? null : requireEmail(input.email),
      createdAt: this.now(),
      createdBy: input.createdBy ?? null,
      mustChangePassword: input.mustChangePassword ?? false,
      ...(input.password === undefined ? {} : await this.hashed(input.id, input.password)),
    };
    try {
      return await this.prisma.account.create({ data, include: withMemberships });
    } catch (error) {
      if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') {
        throw new InputError(codes.ID_NAME_TAKEN, 'name', `The name "${input.id}" is taken, or was: names are never given again.`);
      }
      throw error;
    }
  }

  private async hashed(account: string, password: string, field = 'password') {
    const because = passwordIsRefused(password, account);
    if (because !== undefined) throw new InputError(codes.ID_PASSWORD_REFUSED, field, because);
    return { passwordHash: await this.hasher.hash(password), passwordChangedAt: this.now() };
  }

  find(id: string): Promise<Account | null> {
    return this.prisma.account.findFirst({ where: { id, deletedAt: null }, include: withMemberships });
  }

  async require(id: string): Promise<Account> {
    const found = await this.find(id);
    if (!found) throw new TidegateError(codes.ID_NOT_FOUND, `There is no account "${oneLine(id, 63)}".`, { remedy: 'List the accounts to see the names.' });
    return found;
  }

  async list({ first, after, search }: Page): Promise<{ rows: Account[]; total: number }> {
    const named = search ? [{ id: { contains: search.toLowerCase() } }, { displayName: { contains: search, mode: 'insensitive' as const } }] : undefined;
    const where = { deletedAt: null, ...(named ? { OR: named } : {}) };
    const later = after === undefined ? {} : { AND: [{ id: { gt: after } }] };
    const [rows, total] = await Promise.all([
      this.prisma.account.findMany({ where: { ...where, ...later }, include: withMemberships, orderBy: { id: 'asc' }, take: first }),
      this.prisma.account.count({ where }),
    ]);
    return { rows, total };
  }

  async describe(id: string, change: { displayName?: string | undefined; email?: string | null | undefined }): Promise<Account> {
    const found = await this.require(id);
    return this.prisma.account.update({
      where: { id },
      data: {
        ...(change.displayName === undefined ? {} : { displayName: oneLine(change.displayName, 80) || found.id }),
        ...(change.email === undefined ? {} : { email: change.email === null ? null : requireEmail(change.email) }),
      },
      include: withMemberships,
    });
  }

  /** Throws ID_LAST_ADMINISTRATOR when nobody would be left who administers the platform. */
  async setEnabled(id: string, enabled: boolean): Promise<Account> {
    await this.require(id);
    if (!enabled) await this.requireAnotherAdministrator(id, 'disabled');
    const updated = await this.prisma.account.update({ where: { id }, data: { disabledAt: enabled ? null : this.now() }, include: withMemberships });
    this.revocations.tell({ account: id });
    return updated;
  }

  /** The row stays, without anything personal, so that the name is never given again. */
  async delete(id: string): Promise<void> {
    await this.require(id);
    await this.requireAnotherAdministrator(id, 'deleted');
    const blank = { displayName: '', email: null, passwordHash: null, disabledAt: this.now(), deletedAt: this.now() };
    await this.prisma.$transaction([
      this.prisma.session.deleteMany({ where: { accountId: id } }),
      this.prisma.token.deleteMany({ where: { accountId: id } }),
      this.prisma.membership.deleteMany({ where: { accountId: id } }),
      this.prisma.providerIdentity.deleteMany({ where: { accountId: id } }),
      this.prisma.account.update({ where: { id }, data: blank }),
    ]);
    this.revocations.tell({ account: id });
  }

  /** By an administrator: the person has to choose another at the next sign-in. */
  async resetPassword(id: string, password: string): Promise<void> {
    const account = await this.require(id);
    if (account.kind === 'Machine') throw new InputError(codes.ID_INPUT_REFUSED, 'name', 'A machine has tokens and no password.');
    await this.prisma.account.update({ where: { id }, data: { ...(await this.hashed(id, password)), mustChangePassword: true } });
  }

  /** By the person. Throws ID_SIGN_IN_REFUSED when the present password is wrong. */
  async changePassword(id: string, present: string, next: string): Promise<void> {
    const account = await this.require(id);
    if (!(await this.hasher.matches(present, account.passwordHash))) {
      throw new InputError(codes.ID_SIGN_IN_REFUSED, 'present', 'The present password is wrong.');
    }
    if (present === next) throw new InputError(codes.ID_PASSWORD_REFUSED, 'next', 'The new password is the old one.');
    await this.prisma.account.update({ where: { id }, data: { ...(await this.hashed(id, next, 'next')), mustChangePassword: false } });
  }

  /** Whether `id` is the one enabled person who administers the platform. */
  async isOnlyAdministrator(id: string): Promise<boolean> {
    const enabled = await this.administrators();
    return enabled.length === 1 && enabled[0] === id;
  }

  async hasAdministrator(): Promise<boolean> {
    return (await this.administrators()).length > 0;
  }

  private async administrators(): Promise<string[]> {
    const rows = await this.prisma.account.findMany({
      where: { kind: 'Person', disabledAt: null, deletedAt: null, memberships: { some: { groupName: PLATFORM_GROUPS.administrators } } },
      select: { id: true },
      take: 2,
    });
    return rows.map((r) => r.id);
  }

  private async requireAnotherAdministrator(id: string, what: string): Promise<void> {
    if (!(await this.isOnlyAdministrator(id))) return;
    throw new TidegateError(codes.ID_LAST_ADMINISTRATOR, `"${id}" is the last administrator and cannot be ${what}.`, {
      remedy: `Put somebody else into the group "${PLATFORM_GROUPS.administrators}" first.`,
    });
  }

  // --- groups ---

  async createGroup(name: string, description: string): Promise<Group> {
    requireName('group', name, 'name');
    const data = { name, description: oneLine(description, 200), createdAt: this.now() };
    return this.prisma.group.upsert({ where: { name }, create: data, update: { description: data.description }, include: withMemberships });
  }

  listGroups(): Promise<Group[]> {
    return this.prisma.group.findMany({ include: withMemberships, orderBy: { name: 'asc' }, take: 1_000 });
  }

  async deleteGroup(name: string): Promise<void> {
    if (name === PLATFORM_GROUPS.administrators) {
      throw new TidegateError(codes.ID_LAST_ADMINISTRATOR, `The group "${name}" cannot be deleted.`, { remedy: 'Take members out of it instead.' });
    }
    const group = await this.requireGroup(name);
    await this.prisma.group.delete({ where: { name } });
    for (const { accountId } of group.memberships) this.revocations.tell({ account: accountId });
  }

  async addMember(group: string, accountId: string): Promise<Group> {
    await this.require(accountId);
    if (group === PLATFORM_GROUPS.administrators) await this.createGroup(group, 'Administers the platform');
    else await this.requireGroup(group);
    const key = { groupName: group, accountId, provider: '' };
    await this.prisma.membership.upsert({ where: { groupName_accountId_provider: key }, create: key, update: {} });
    this.revocations.tell({ account: accountId });
    return this.requireGroup(group);
  }

  /** What a provider's claims gave stays until its next sign-in says otherwise. */
  async removeMember(group: string, accountId: string): Promise<Group> {
    if (group === PLATFORM_GROUPS.administrators) await this.requireAnotherAdministrator(accountId, 'taken out of the administrators');
    await this.prisma.membership.deleteMany({ where: { groupName: group, accountId, provider: '' } });
    this.revocations.tell({ account: accountId });
    return this.requireGroup(group);
  }

  /** Makes the memberships that a provider gives exactly `groups`; groups that do not exist are made. */
  async setClaimedGroups(accountId: string, provider: string, groups: readonly string[]): Promise<void> {
    for (const name of groups) await this.prisma.group.upsert({ where: { name }, create: { name, createdAt: this.now() }, update: {} });
    await this.prisma.$transaction([
      this.prisma.membership.deleteMany({ where: { accountId, provider, groupName: { notIn: [...groups] } } }),
      this.prisma.membership.createMany({ data: groups.map((groupName) => ({ groupName, accountId, provider })), skipDuplicates: true }),
    ]);
    this.revocations.tell({ account: accountId });
  }

  private async requireGroup(name: string): Promise<Group> {
    const found = await this.prisma.group.findUnique({ where: { name }, include: withMemberships });
    if (!found) throw new TidegateError(codes.ID_NOT_FOUND, `There is no group "${oneLine(name, 63)}".`, { remedy: 'Create it first.' });
    return found;
  }
}

const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,189}$/;

function requireEmail(text: string): string {
  if (!EMAIL.test(text)) throw new InputError(codes.ID_INPUT_REFUSED, 'email', 'This is not an e-mail address.');
  return text;
}
