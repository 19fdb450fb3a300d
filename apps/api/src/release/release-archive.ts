import { redacted } from '@tidegate/audit';
import { Prisma, type PrismaClient } from '@tidegate/database';
import { type Release, releaseSpecSchema } from '@tidegate/delivery-contract';
import { type Clock, type Logger, causeChain } from '@tidegate/kernel';
import type { Informer } from '@tidegate/kube';
import { releaseIsFinished } from './release-actions.js';

export interface ReleaseArchiveContext {
  releases: Informer<Release>;
  /** Undefined while there is no database, or it does not answer yet. */
  prisma: () => PrismaClient | undefined;
  clock: Clock;
  log: Logger;
}

export interface ArchivedReleases {
  rows: { release: Release; endedAt: Date; uid: string }[];
  hasMore: boolean;
}

/** Where a page ends: releases may have ended in the same moment. */
export interface ArchiveCursor {
  endedAt: Date;
  uid: string;
}

const DAY_MS = 24 * 3_600_000;
const KEEP_DAYS = 730;
const LOOK_AGAIN_MS = 30_000;
const FORGET_EVERY_MS = 3_600_000;

/**
 * Finished releases, as they were when they ended: Kubernetes keeps the newest ten of a service, the database all of two years. Written by every replica that sees
 * one end, which is the same row; what ends while nobody looks is written at the next start, or when the database is back.
 */
export class ReleaseArchive {
  /** Finished, and not written yet. Bounded by the releases that the cluster keeps. */
  private readonly due = new Map<string, Release>();
  private readonly ends: (() => void)[] = [];
  private writing = false;
  private forgotAt = 0;

  constructor(private readonly context: ReleaseArchiveContext) {}

  start(): void {
    const { releases } = this.context;
    this.ends.push(
      releases.onChange(({ type, object }) => {
        if (type === 'removed' || !releaseIsFinished(object)) return;
        this.due.set(object.metadata?.uid ?? '', object);
        void this.writeDue();
      }),
    );
    const timer = setInterval(() => void this.writeDue(), LOOK_AGAIN_MS);
    timer.unref();
    this.ends.push(() => clearInterval(timer));
  }

  stop(): void {
    for (const end of this.ends.splice(0)) end();
  }

  /** Newest end first. */
  async list(namespaces: string[], service: string | undefined, page: { first: number; before?: ArchiveCursor | undefined }): Promise<ArchivedReleases> {
    const { before, first } = page;
    const older: Prisma.ReleaseRecordWhereInput = before ? { OR: [{ endedAt: { lt: before.endedAt } }, { endedAt: before.endedAt, uid: { lt: before.uid } }] } : {};
    const rows = await this.require().releaseRecord.findMany({ where: { namespace: { in: namespaces }, ...(service === undefined ? {} : { service }), ...older }, orderBy: [{ endedAt: 'desc' }, { uid: 'desc' }], take: first + 1 });
    return { rows: rows.slice(0, first).map(({ object, endedAt, uid }) => ({ release: toReleaseObject(object), endedAt, uid })), hasMore: rows.length > first };
  }

  /** The newest of that name, or the one with that uid. */
  async get(namespace: string, name: string, uid?: string): Promise<Release | undefined> {
    const row = await this.require().releaseRecord.findFirst({ where: { namespace, name, ...(uid === undefined ? {} : { uid }) }, orderBy: { endedAt: 'desc' } });
    return row ? toReleaseObject(row.object) : undefined;
  }

  get isOpen(): boolean {
    return this.context.prisma() !== undefined;
  }

  private require(): PrismaClient {
    const prisma = this.context.prisma();
    if (!prisma) throw new Error('the archive of releases has no database');
    return prisma;
  }

  private async writeDue(): Promise<void> {
    const prisma = this.context.prisma();
    if (!prisma || this.writing) return;
    this.writing = true;
    try {
      await this.forget(prisma);
      // What ends meanwhile is written as well.
      while (this.due.size > 0) {
        for (const [uid, release] of this.due) {
          await prisma.releaseRecord.upsert(toRecord(uid, release));
          if (this.due.get(uid) === release) this.due.delete(uid);
        }
      }
    } catch (error) {
      this.context.log.warn({ because: causeChain(error), waiting: this.due.size }, 'finished releases could not be written; they are tried again');
    } finally {
      this.writing = false;
    }
  }

  private async forget(prisma: PrismaClient): Promise<void> {
    const now = this.context.clock.now();
    if (now - this.forgotAt < FORGET_EVERY_MS) return;
    this.forgotAt = now;
    await prisma.releaseRecord.deleteMany({ where: { endedAt: { lt: new Date(now - KEEP_DAYS * DAY_MS) } } });
  }
}

function toRecord(uid: string, release: Release): Prisma.ReleaseRecordUpsertArgs {
  const { metadata, spec, status } = release;
  const { managedFields: _, ...kept } = metadata ?? {};
  const created = metadata?.creationTimestamp ?? new Date(0).toISOString();
  const object = redacted({ ...release, metadata: kept }) as Prisma.InputJsonValue;
  const data = { namespace: metadata?.namespace ?? '', name: metadata?.name ?? '', service: spec.service, strategy: spec.strategy, phase: status?.phase ?? '', startedAt: new Date(status?.startedAt ?? created), endedAt: new Date(status?.finishedAt ?? created), object };
  return { where: { uid }, create: { uid, ...data }, update: data };
}

/** It was written by this class; what an older version wrote still has the kind's shape. */
function toReleaseObject(json: Prisma.JsonValue): Release {
  const object = json as unknown as Release;
  return { ...object, spec: releaseSpecSchema.safeParse(object.spec).data ?? object.spec };
}
