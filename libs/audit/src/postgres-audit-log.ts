import type { AuditEntry, AuditLog } from '@tidegate/access';
import { Prisma, type PrismaClient } from '@tidegate/database';

/** What can be asked for; all of it narrows. */
export interface AuditFilter {
  workspace?: string | undefined;
  namespace?: string | undefined;
  account?: string | undefined;
  /** `release.promote`, or the part before the dot with it: `release.`. */
  action?: string | undefined;
  result?: 'Succeeded' | 'Denied' | 'Failed' | undefined;
  from?: Date | undefined;
  until?: Date | undefined;
}

export type StoredAuditEntry = Prisma.AuditEntryGetPayload<object>;

const DAY_MS = 24 * 3_600_000;
const FORGET_EVERY_MS = 3_600_000;
const EXPORT_PAGE = 500;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** On one line and bounded: what strangers wrote must not look like other entries where the log is printed. */
const line = (text: string | undefined, most: number): string | null => (text === undefined ? null : text.replace(CONTROL, ' ').slice(0, most));

/** The audit log in PostgreSQL. An entry is committed when `record` resolves. */
export class PostgresAuditLog implements AuditLog {
  private readonly forgetting: NodeJS.Timeout;

  constructor(
    private readonly prisma: PrismaClient,
    private readonly now: () => Date,
    /** Older entries are removed. */
    private readonly keepDays = 365,
  ) {
    this.forgetting = setInterval(() => void this.forgetOld().catch(() => undefined), FORGET_EVERY_MS);
    this.forgetting.unref();
  }

  async record(entry: AuditEntry): Promise<void> {
    const { caller, object } = entry;
    await this.prisma.auditEntry.create({
      data: {
        at: this.now(),
        account: caller?.id ?? null,
        asUser: caller?.user ?? null,
        asGroups: [...(caller?.groups ?? [])].slice(0, 100),
        credentialKind: caller?.credential.kind ?? null,
        credentialId: caller?.credential.id ?? null,
        attempted: line(entry.attempted, 63),
        address: line(caller?.address ?? entry.address, 64),
        action: line(entry.action, 100) ?? '',
        objectGroup: line(object?.group, 253),
        objectResource: line(object?.resource, 253),
        namespace: line(object?.namespace, 253),
        name: line(object?.name, 253),
        workspace: line(entry.workspace, 253),
        result: entry.result,
        reason: line(entry.reason, 1_000),
        ...(entry.change === undefined ? {} : { change: entry.change as Prisma.InputJsonValue }),
      },
    });
  }

  /** Newest first. `before` is the id of the last entry that was read. */
  async list(filter: AuditFilter, page: { first: number; before?: bigint | undefined }): Promise<{ rows: StoredAuditEntry[]; hasMore: boolean }> {
    const rows = await this.prisma.auditEntry.findMany({
      where: { ...whereOf(filter), ...(page.before === undefined ? {} : { id: { lt: page.before } }) },
      orderBy: { id: 'desc' },
      take: page.first + 1,
    });
    return { rows: rows.slice(0, page.first), hasMore: rows.length > page.first };
  }

  /** All that match, oldest first, without holding them all. */
  async *export(filter: AuditFilter): AsyncGenerator<StoredAuditEntry> {
    for (let after = 0n; ; ) {
      const rows = await this.prisma.auditEntry.findMany({ where: { ...whereOf(filter), id: { gt: after } }, orderBy: { id: 'asc' }, take: EXPORT_PAGE });
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < EXPORT_PAGE) return;
      after = last.id;
    }
  }

  async forgetOld(): Promise<void> {
    await this.prisma.auditEntry.deleteMany({ where: { at: { lt: new Date(this.now().getTime() - this.keepDays * DAY_MS) } } });
  }

  close(): void {
    clearInterval(this.forgetting);
  }
}

function whereOf({ workspace, namespace, account, action, result, from, until }: AuditFilter): Prisma.AuditEntryWhereInput {
  const isPrefix = action?.endsWith('.') === true;
  return {
    ...(workspace === undefined ? {} : { workspace }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(account === undefined ? {} : { account }),
    ...(action === undefined ? {} : { action: isPrefix ? { startsWith: action } : action }),
    ...(result === undefined ? {} : { result }),
    ...(from === undefined && until === undefined ? {} : { at: { ...(from ? { gte: from } : {}), ...(until ? { lt: until } : {}) } }),
  };
}
