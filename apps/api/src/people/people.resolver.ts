import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '@tidegate/access';
import { CurrentCaller } from '../edge/caller.js';
import { Permission } from '../edge/permission.js';
import { PeopleService } from './people.service.js';
import { Account, AccountPage, CreateAccountInput, CreateTokenInput, CreatedKubeconfig, CreatedToken, Group, Me, Session, Token } from './people.types.js';

/** What somebody may do with the platform itself. */
@Resolver(() => Me)
export class MeResolver {
  constructor(@Inject(PeopleService) private readonly people: PeopleService) {}

  @ResolveField(() => [Permission], {
    description: 'With the platform itself: `createWorkspace`, `createAccount`, `updateAccounts`, `deleteAccounts`, `createGroup`, `updateGroups`, `deleteGroups`.',
  })
  can(@CurrentCaller() caller: Caller): Promise<Permission[]> {
    return this.people.can(caller);
  }
}

const name = { type: () => String, description: 'Login name of the account.' };

@Resolver()
export class PeopleResolver {
  constructor(@Inject(PeopleService) private readonly people: PeopleService) {}

  @Query(() => Me)
  me(@CurrentCaller() caller: Caller): Me {
    return this.people.me(caller);
  }

  @Query(() => AccountPage, { description: 'By name.' })
  accounts(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
    @Args('search', { type: () => String, nullable: true, description: 'Part of a name.' }) search?: string,
  ): Promise<AccountPage> {
    return this.people.accounts(caller, first, after, search);
  }

  @Mutation(() => Account)
  createAccount(@CurrentCaller() caller: Caller, @Args('input', { type: () => CreateAccountInput }) input: CreateAccountInput): Promise<Account> {
    return this.people.createAccount(caller, input);
  }

  @Mutation(() => Account, { description: 'A disabled account cannot sign in, and its tokens are not taken.' })
  setAccountEnabled(@CurrentCaller() caller: Caller, @Args('name', name) account: string, @Args('enabled', { type: () => Boolean }) enabled: boolean): Promise<Account> {
    return this.people.setAccountEnabled(caller, account, enabled);
  }

  @Mutation(() => Boolean, { description: 'Sets a password that has to be changed at the next sign-in, and ends all sessions of the account.' })
  resetPassword(@CurrentCaller() caller: Caller, @Args('name', name) account: string, @Args('password', { type: () => String }) password: string): Promise<boolean> {
    return this.people.resetPassword(caller, account, password);
  }

  @Mutation(() => Boolean, { description: 'The name is never given again.' })
  deleteAccount(@CurrentCaller() caller: Caller, @Args('name', name) account: string): Promise<boolean> {
    return this.people.deleteAccount(caller, account);
  }

  @Query(() => [Group])
  groups(@CurrentCaller() caller: Caller): Promise<Group[]> {
    return this.people.groups(caller);
  }

  @Mutation(() => Group)
  createGroup(
    @CurrentCaller() caller: Caller,
    @Args('name', { type: () => String }) group: string,
    @Args('description', { type: () => String, defaultValue: '' }) description: string,
  ): Promise<Group> {
    return this.people.createGroup(caller, group, description);
  }

  @Mutation(() => Boolean)
  deleteGroup(@CurrentCaller() caller: Caller, @Args('name', { type: () => String }) group: string): Promise<boolean> {
    return this.people.deleteGroup(caller, group);
  }

  @Mutation(() => Group)
  addGroupMember(@CurrentCaller() caller: Caller, @Args('group', { type: () => String }) group: string, @Args('account', { type: () => String }) account: string): Promise<Group> {
    return this.people.setMember(caller, group, account, true);
  }

  @Mutation(() => Group)
  removeGroupMember(@CurrentCaller() caller: Caller, @Args('group', { type: () => String }) group: string, @Args('account', { type: () => String }) account: string): Promise<Group> {
    return this.people.setMember(caller, group, account, false);
  }

  @Query(() => [Session], { description: 'Your own.' })
  sessions(@CurrentCaller() caller: Caller): Promise<Session[]> {
    return this.people.sessions(caller);
  }

  @Mutation(() => Boolean, { description: 'Its open streams close at once.' })
  endSession(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    return this.people.endSession(caller, id);
  }

  @Query(() => [Token], { description: 'Your own, or those of an account that you manage.' })
  tokens(@CurrentCaller() caller: Caller, @Args('account', { type: () => String, nullable: true }) account?: string): Promise<Token[]> {
    return this.people.tokens(caller, account);
  }

  @Mutation(() => CreatedKubeconfig, { description: 'A token for the Kubernetes API, with where it is.' })
  createKubeconfig(
    @CurrentCaller() caller: Caller,
    @Args('name', { type: () => String, description: 'Of the token.' }) name: string,
    @Args('days', { type: () => Int, defaultValue: 90 }) days: number,
  ): Promise<CreatedKubeconfig> {
    return this.people.createKubeconfig(caller, name, days);
  }

  @Mutation(() => CreatedToken)
  createToken(@CurrentCaller() caller: Caller, @Args('input', { type: () => CreateTokenInput }) input: CreateTokenInput): Promise<CreatedToken> {
    return this.people.createToken(caller, input);
  }

  @Mutation(() => Boolean, { description: 'Its open streams close at once.' })
  revokeToken(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    return this.people.revokeToken(caller, id);
  }
}
