import type * as identity from '@tidegate/identity';
import { Account, AccountKind, Group, Session, Token, TokenScope } from './people.types.js';

export const toScopes = (scopes: readonly string[]): TokenScope[] => Object.values(TokenScope).filter((s) => scopes.includes(s.toLowerCase()));

export const toAccount = (row: identity.Account): Account => ({
  id: row.id,
  name: row.id,
  kind: row.kind === 'Machine' ? AccountKind.MACHINE : AccountKind.PERSON,
  displayName: row.displayName,
  email: row.email,
  groups: [...new Set(row.memberships.map((m) => m.groupName))].sort(),
  disabled: row.disabledAt !== null,
  hasPassword: row.passwordHash !== null,
  createdAt: row.createdAt,
  lastLoginAt: row.lastLoginAt,
});

export const toGroup = (row: identity.Group): Group => ({
  id: row.name,
  name: row.name,
  description: row.description,
  members: [...new Set(row.memberships.map((m) => m.accountId))].sort(),
});

export const toSession = (row: identity.Session, current: string): Session => ({
  id: row.id,
  address: row.address,
  userAgent: row.userAgent,
  provider: row.provider,
  createdAt: row.createdAt,
  lastSeenAt: row.lastSeenAt,
  current: row.id === current,
});

export const toToken = (row: identity.Token): Token => ({
  id: row.id,
  name: row.name,
  scopes: toScopes(row.scopes),
  workspace: row.workspace,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
  lastUsedAt: row.lastUsedAt,
});
