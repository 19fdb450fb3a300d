import type { Prisma } from '@tidegate/database';

export type Account = Prisma.AccountGetPayload<{ include: { memberships: true } }>;
export type Session = Prisma.SessionGetPayload<object>;
export type Token = Prisma.TokenGetPayload<object>;
export type Group = Prisma.GroupGetPayload<{ include: { memberships: true } }>;
