import { Inject, Injectable } from '@nestjs/common';
import { ADMINISTRATORS, type AuditEntry, type Caller } from '@tidegate/access';
import type { Identity } from '@tidegate/identity';
import { TidegateError, defineErrors } from '@tidegate/kernel';
import { audited } from '../audit/audited.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { type Permission, toPermission } from '../edge/permission.js';
import { requireRight } from '../edge/visible.js';
import { kubeconfigOf } from './kubeconfig.js';
import { type Account, AccountKind, type AccountPage, type CreateAccountInput, type CreateTokenInput, type CreatedKubeconfig, type CreatedToken, type Group, type Me, type Session, type Token } from './people.types.js';
import { toAccount, toGroup, toScopes, toSession, toToken } from './to-people.js';

const codes = defineErrors({ API_NO_KUBERNETES: 'The Kubernetes API is not served to people here.' });
const GROUP = 'identity.tidegate.dev';
const MOST_AT_ONCE = 100;
const accounts = { group: GROUP, resource: 'accounts' };
const groups = { group: GROUP, resource: 'groups' };
/** Of any of them, by name or not yet named. */
const ON_THE_PLATFORM = [
  { action: 'createWorkspace', needs: { verb: 'create', group: 'tenancy.tidegate.dev', resource: 'workspaces' } },
  { action: 'createAccount', needs: { verb: 'create', ...accounts } },
  { action: 'updateAccounts', needs: { verb: 'update', ...accounts } },
  { action: 'deleteAccounts', needs: { verb: 'delete', ...accounts } },
  { action: 'createGroup', needs: { verb: 'create', ...groups } },
  { action: 'updateGroups', needs: { verb: 'update', ...groups } },
  { action: 'deleteGroups', needs: { verb: 'delete', ...groups } },
];

/** Accounts are not Kubernetes objects; their rights are: access reviews on virtual resources of identity.tidegate.dev. Everybody manages his own sessions and tokens. */
@Injectable()
export class PeopleService {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  private get identity(): Identity {
    return this.ports.people.identity();
  }

  private require(caller: Caller, verb: string, resource: string, name?: string): Promise<void> {
    return requireRight(this.ports.rights, caller, { verb, group: GROUP, resource, name });
  }

  private audited<T>(caller: Caller, action: string, object: { resource: string; name: string }, work: () => Promise<T>, more: Partial<AuditEntry> = {}): Promise<T> {
    return audited(this.ports.people.audit, { caller, action, object: { group: GROUP, ...object }, ...more }, work);
  }

  me(caller: Caller): Me {
    return {
      id: caller.id,
      displayName: caller.displayName,
      kubernetesUser: caller.user,
      groups: caller.groups.map((g) => g.replace(/^tidegate:/, '')),
      scopes: toScopes(caller.scopes),
      administrator: caller.groups.includes(ADMINISTRATORS),
      hasAccounts: this.ports.people.hasDatabase,
    };
  }

  can(caller: Caller): Promise<Permission[]> {
    return Promise.all(ON_THE_PLATFORM.map((action) => toPermission(this.ports.rights, caller, action)));
  }

  async accounts(caller: Caller, first: number, after?: string, search?: string): Promise<AccountPage> {
    await this.require(caller, 'list', 'accounts');
    const take = Math.min(Math.max(1, first), MOST_AT_ONCE);
    const { rows, total } = await this.identity.accounts.list({ first: take + 1, after, search: search?.slice(0, 63) });
    const nodes = rows.slice(0, take).map(toAccount);
    return { nodes, totalCount: total, endCursor: rows.length > take ? (nodes.at(-1)?.name ?? null) : null };
  }

  createAccount(caller: Caller, input: CreateAccountInput): Promise<Account> {
    return this.audited(caller, 'account.create', { resource: 'accounts', name: input.name }, async () => {
      await this.require(caller, 'create', 'accounts');
      const kind = input.kind === AccountKind.MACHINE ? 'Machine' : 'Person';
      for (const group of input.groups) await this.requireMembership(caller, group);
      const { name: id, displayName, email, password } = input;
      await this.identity.accounts.create({ id, kind, displayName, email, password, mustChangePassword: password !== undefined, createdBy: caller.id });
      for (const group of input.groups) await this.identity.accounts.addMember(group, input.name);
      return toAccount(await this.identity.accounts.require(input.name));
    });
  }

  setAccountEnabled(caller: Caller, name: string, enabled: boolean): Promise<Account> {
    return this.audited(caller, enabled ? 'account.enable' : 'account.disable', { resource: 'accounts', name }, async () => {
      await this.require(caller, 'update', 'accounts', name);
      await this.requireToRuleOver(caller, name);
      return toAccount(await this.identity.accounts.setEnabled(name, enabled));
    });
  }

  resetPassword(caller: Caller, name: string, password: string): Promise<boolean> {
    return this.audited(caller, 'account.resetPassword', { resource: 'accounts', name }, async () => {
      await this.require(caller, 'update', 'accounts', name);
      await this.requireToRuleOver(caller, name);
      await this.identity.accounts.resetPassword(name, password);
      await this.identity.sessions.endAll(name);
      return true;
    });
  }

  deleteAccount(caller: Caller, name: string): Promise<boolean> {
    return this.audited(caller, 'account.delete', { resource: 'accounts', name }, async () => {
      await this.require(caller, 'delete', 'accounts', name);
      await this.requireToRuleOver(caller, name);
      await this.identity.accounts.delete(name);
      return true;
    });
  }

  async groups(caller: Caller): Promise<Group[]> {
    await this.require(caller, 'list', 'groups');
    return (await this.identity.accounts.listGroups()).map(toGroup);
  }

  createGroup(caller: Caller, name: string, description: string): Promise<Group> {
    return this.audited(caller, 'group.create', { resource: 'groups', name }, async () => {
      await this.require(caller, 'create', 'groups');
      return toGroup(await this.identity.accounts.createGroup(name, description));
    });
  }

  deleteGroup(caller: Caller, name: string): Promise<boolean> {
    return this.audited(caller, 'group.delete', { resource: 'groups', name }, async () => {
      await this.require(caller, 'delete', 'groups', name);
      await this.identity.accounts.deleteGroup(name);
      return true;
    });
  }

  setMember(caller: Caller, group: string, account: string, member: boolean): Promise<Group> {
    const action = member ? 'group.addMember' : 'group.removeMember';
    return this.audited(caller, action, { resource: 'groups', name: group }, async () => {
      await this.requireMembership(caller, group);
      const { accounts } = this.identity;
      return toGroup(await (member ? accounts.addMember(group, account) : accounts.removeMember(group, account)));
    }, { reason: account.slice(0, 63) });
  }

  /** Whoever may fill a group could give himself what it holds: administrators are made by administrators alone. */
  private async requireMembership(caller: Caller, group: string): Promise<void> {
    await this.require(caller, 'update', 'groups', group);
    if (group === 'administrators') this.requireAdministrator(caller, 'Only administrators make administrators.');
  }

  /** Whoever could set an administrator's password could become one. */
  private async requireToRuleOver(caller: Caller, name: string): Promise<void> {
    const account = await this.identity.accounts.require(name);
    if (account.memberships.some((m) => m.groupName === 'administrators')) this.requireAdministrator(caller, 'Only administrators change the accounts of administrators.');
  }

  private requireAdministrator(caller: Caller, sentence: string): void {
    if (!caller.groups.includes(ADMINISTRATORS)) throw new TidegateError('API_FORBIDDEN', sentence);
  }

  async sessions(caller: Caller): Promise<Session[]> {
    return (await this.identity.sessions.list(caller.id)).map((row) => toSession(row, caller.credential.id));
  }

  endSession(caller: Caller, id: string): Promise<boolean> {
    return this.audited(caller, 'session.end', { resource: 'sessions', name: id }, () => this.identity.sessions.end(requireUuid(id), caller.id));
  }

  async tokens(caller: Caller, account?: string): Promise<Token[]> {
    if (account !== undefined && account !== caller.id) await this.require(caller, 'list', 'tokens');
    return (await this.identity.tokens.list(account ?? caller.id)).map(toToken);
  }

  createToken(caller: Caller, input: CreateTokenInput): Promise<CreatedToken> {
    const owner = input.account ?? caller.id;
    return this.audited(caller, 'token.create', { resource: 'tokens', name: input.name.slice(0, 80) }, async () => {
      await this.requireToGive(caller, input, owner);
      const scopes = input.scopes.map((s) => s.toLowerCase());
      const { token, secret } = await this.identity.tokens.create(owner, { ...input, scopes }, caller.id);
      return { token: toToken(token), secret };
    });
  }

  /** With a token of the caller's for the Kubernetes API. */
  async createKubeconfig(caller: Caller, name: string, days: number): Promise<CreatedKubeconfig> {
    const { kubernetes } = this.ports;
    if (!kubernetes) throw new TidegateError(codes.API_NO_KUBERNETES, 'This installation does not serve the Kubernetes API to people.');
    if (caller.credential.id === 'owner') throw new TidegateError(codes.API_NO_KUBERNETES, 'The owner of the instance has no account to give a token to.', { remedy: 'Use "tidegate kubeconfig", which is an administrator\'s, or sign in with an account.' });
    const scopes = toScopes(caller.scopes.filter((s) => s !== 'read'));
    const { token, secret } = await this.createToken(caller, { name, days, scopes, workspace: caller.workspace });
    return { token, kubeconfig: kubeconfigOf(kubernetes, { account: caller.id, token: secret }) };
  }

  /** A token gives no more than the credential that makes it; for others only to machines that the caller may manage. */
  private async requireToGive(caller: Caller, input: CreateTokenInput, owner: string): Promise<void> {
    const missing = input.scopes.find((s) => !toScopes(caller.scopes).includes(s));
    if (missing !== undefined) throw new TidegateError('API_FORBIDDEN', `You cannot give the scope ${missing}, which your own token lacks.`);
    if (caller.workspace !== undefined && input.workspace !== caller.workspace) {
      throw new TidegateError('API_FORBIDDEN', `Your token is bound to the workspace "${caller.workspace}"; so must be those that it makes.`);
    }
    const account = await this.identity.accounts.require(owner);
    if (owner === caller.id) return;
    await this.require(caller, 'create', 'tokens');
    await this.requireToRuleOver(caller, owner);
    if (account.kind !== 'Machine') throw new TidegateError('API_FORBIDDEN', 'Tokens of people are made by themselves.');
  }

  revokeToken(caller: Caller, id: string): Promise<boolean> {
    return this.audited(caller, 'token.revoke', { resource: 'tokens', name: id }, async () => {
      const uuid = requireUuid(id);
      if (await this.identity.tokens.revoke(uuid, caller.id)) return true;
      await this.require(caller, 'delete', 'tokens');
      return this.identity.tokens.revoke(uuid);
    });
  }
}

function requireUuid(id: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  throw new TidegateError('API_INPUT_INVALID', 'The id is not one of a session or token.', { remedy: 'Take it from the list.' });
}
