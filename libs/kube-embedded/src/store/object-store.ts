import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TidegateError, causeChain, type Logger } from '@tidegate/kernel';
import type { KubeObject } from '@tidegate/kube';
import { codes, isCode } from './errors.js';
import { lockFolder, type FolderLock } from './folder-lock.js';
import { encodeLine, logName, readFolder, removeOlder, syncFolder, writeSnapshot, type FolderContents, type LogLine } from './folder.js';
import { LogFile } from './log-file.js';
import { HISTORY_LIMIT, ResourceTable, type StoredChange } from './resource-table.js';

export interface StoreOptions {
  dir: string;
  log: Logger;
  /** Log bytes after which a snapshot is written; default 16 MiB. */
  compactAfterBytes?: number;
  /** Changes remembered per resource; default HISTORY_LIMIT. */
  historyLimit?: number;
}

/** What `write` decides with the newest state in hand, synchronously: nothing can come between decision and order. */
export type Decision = { put: KubeObject } | { remove: KubeObject } | { keep: KubeObject };

interface Pending {
  change: StoredChange;
  line: string;
  resolve: (object: KubeObject) => void;
  reject: (error: unknown) => void;
}

const COMPACT_AFTER_BYTES = 16 * 1024 * 1024;
/** One group commit; the frame's own bound is 64 MiB. */
const MAX_BATCH = 1000;
const MAX_BATCH_CHARS = 12 * 1024 * 1024;

/**
 * All objects of the embedded cluster, in memory once and on disk as an append-only log with snapshots.
 *
 *   write ─► decided and numbered at once ─► waits ─► one frame, one fdatasync for all that wait ─► visible, watchers told, answered
 *
 * Readers only ever see durable state; what is acknowledged survives kill -9. A log rather than SQLite (node:sqlite): measured on two
 * cores, single writes are alike (1,500/s and 2,250/s, both bound by fdatasync), batches reach 30,000/s and more in both, but
 * SQLite commits on the event loop (about 0.5 ms each, 1 ms for 50 rows) while the log waits in the thread pool, and all reads come
 * from memory in either case.
 */
export class ObjectStore {
  private readonly tables = new Map<string, ResourceTable>();
  private readonly listeners = new Set<(change: StoredChange) => void>();
  private readonly options: StoreOptions;
  private readonly lock: FolderLock;
  private log: LogFile;
  private committed: number;
  private assigned: number;
  private floor: number;
  private waiting: Pending[] = [];
  /** Newest state of what is numbered and not yet durable; undefined for a deletion. */
  private readonly ahead = new Map<string, { object: KubeObject | undefined; revision: number; durable: Promise<KubeObject> }>();
  private writing: Promise<void> | undefined;
  private compacting: Promise<void> | undefined;
  private compactAt: number;
  private closed = false;

  private constructor(options: StoreOptions, lock: FolderLock, log: LogFile, revision: number, floor: number) {
    this.options = options;
    this.lock = lock;
    this.log = log;
    this.committed = revision;
    this.assigned = revision;
    this.floor = floor;
    this.compactAt = options.compactAfterBytes ?? COMPACT_AFTER_BYTES;
  }

  /** Throws STORE_FOLDER_IN_USE, STORE_FORMAT_UNKNOWN, STORE_CORRUPTED. */
  static async open(options: StoreOptions): Promise<ObjectStore> {
    await mkdir(options.dir, { recursive: true, mode: 0o700 });
    const lock = lockFolder(options.dir);
    try {
      const contents = await readFolder(options.dir, options.log);
      // Kubernetes' first revision is never 0, which means "any" in its API.
      const revision = Math.max(1, contents.snapshotRevision, contents.changes.at(-1)?.revision ?? 0);
      const log = await openLog(options.dir, contents, revision);
      const store = new ObjectStore(options, lock, log, revision, contents.snapshotRevision);
      store.fill(contents);
      return store;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** The newest durable revision. */
  get revision(): number {
    return this.committed;
  }

  /** Names of resources that hold objects. */
  resources(): string[] {
    return [...this.tables].filter(([, table]) => table.size > 0).map(([name]) => name);
  }

  count(resource: string): number {
    return this.tables.get(resource)?.size ?? 0;
  }

  get(resource: string, key: string): KubeObject | undefined {
    return this.tables.get(resource)?.get(key);
  }

  /** The newest state, durable or not: to decide a change on. Answers to readers come from `get`. */
  newest(resource: string, key: string): KubeObject | undefined {
    const newer = this.ahead.get(`${resource} ${key}`);
    return newer ? newer.object : this.get(resource, key);
  }

  /** Resolves once `newest` is what readers see: for refusals that were decided on it. */
  async durable(resource: string, key: string): Promise<void> {
    await this.ahead.get(`${resource} ${key}`)?.durable.catch(() => undefined);
  }

  /** Frozen objects in key order; `prefix` is '' or `namespace/`. */
  list(resource: string, prefix: string): KubeObject[] {
    return this.tables.get(resource)?.list(prefix) ?? [];
  }

  /** As of an older revision; undefined when that is forgotten. */
  listAt(resource: string, prefix: string, revision: number): KubeObject[] | undefined {
    if (revision === this.committed) return this.list(resource, prefix);
    return this.table(resource).listAt(prefix, revision);
  }

  /** Undefined when `revision` is too old. */
  changesAfter(resource: string, revision: number): StoredChange[] | undefined {
    return this.table(resource).changesAfter(revision);
  }

  /** Called for every durable change, in order, synchronously. */
  onChange(listener: (change: StoredChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * `decide` gets the newest state (which may not be durable yet) and what it throws refuses the write. Resolves with the stored
   * object once durable; rejects with STORE_WRITE_FAILED when the disk refuses, and then nothing changed.
   */
  async write(resource: string, key: string, decide: (current: KubeObject | undefined) => Decision): Promise<KubeObject> {
    if (this.closed) throw new TidegateError(codes.STORE_CLOSED, 'The cluster is stopping.');
    const place = `${resource} ${key}`;
    const newer = this.ahead.get(place);
    const current = this.newest(resource, key);
    let decision: Decision;
    try {
      decision = decide(current);
    } catch (refusal) {
      // Who hears of a conflict reads again, and must find what he is in conflict with.
      await this.durable(resource, key);
      throw refusal;
    }
    // Even an unchanged answer waits for the state that it saw.
    if ('keep' in decision) {
      await newer?.durable;
      return decision.keep;
    }
    const revision = ++this.assigned;
    const removed = 'remove' in decision;
    const object = numbered('remove' in decision ? decision.remove : decision.put, revision);
    const type = removed ? 'deleted' : current ? 'modified' : 'added';
    const change: StoredChange = { type, resource, key, revision, object, previous: current };
    const line = encodeLine(removed ? { revision, resource, key } : { revision, resource, key, object });
    const { promise, resolve, reject } = Promise.withResolvers<KubeObject>();
    this.ahead.set(place, { object: removed ? undefined : object, revision, durable: promise });
    this.waiting.push({ change, line, resolve, reject });
    this.writing ??= this.commitAll();
    return promise;
  }

  /** Everything written so far is durable (or refused). */
  async settled(): Promise<void> {
    while (this.writing) await this.writing;
  }

  /** Finishes what is under way; safe to call twice. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.settled();
    await this.compacting;
    await this.log.close();
    this.lock.release();
  }

  private fill(contents: FolderContents): void {
    for (const line of contents.snapshot) if (line.object) this.table(line.resource).load(line.key, deepFreeze(line.object));
    for (const { revision, resource, key, object } of contents.changes) {
      const table = this.table(resource);
      const previous = table.get(key);
      const type = object === undefined ? 'deleted' : previous ? 'modified' : 'added';
      const state = object ? deepFreeze(object) : previous && numbered(previous, revision);
      if (state) table.apply({ type, resource, key, revision, object: state, previous });
    }
  }

  private table(resource: string): ResourceTable {
    let table = this.tables.get(resource);
    if (!table) this.tables.set(resource, (table = new ResourceTable(this.floor, this.options.historyLimit ?? HISTORY_LIMIT)));
    return table;
  }

  private async commitAll(): Promise<void> {
    // Writers of the same turn of the event loop share the first frame.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const batch = this.nextBatch();
      try {
        await this.log.append(batch.map((p) => p.line));
      } catch (error) {
        await this.refuseAll(batch, error);
        continue;
      }
      for (const pending of batch) this.commit(pending);
      if (this.log.size > this.compactAt && !this.compacting) await this.rotate();
    }
    this.writing = undefined;
  }

  private nextBatch(): Pending[] {
    let chars = 0;
    let count = 0;
    while (count < Math.min(this.waiting.length, MAX_BATCH) && (count === 0 || chars < MAX_BATCH_CHARS)) {
      chars += (this.waiting[count] as Pending).line.length;
      count++;
    }
    return this.waiting.splice(0, count);
  }

  private commit({ change, resolve }: Pending): void {
    const place = `${change.resource} ${change.key}`;
    if (this.ahead.get(place)?.revision === change.revision) this.ahead.delete(place);
    this.table(change.resource).apply(change);
    this.committed = change.revision;
    for (const listener of this.listeners) {
      try {
        listener(change);
      } catch (error) {
        this.options.log.error({ error: causeChain(error) }, 'a watcher of the store failed');
      }
    }
    resolve(change.object);
  }

  /** Later writes were decided on top of the failed ones, so they fall with them. */
  private async refuseAll(batch: Pending[], cause: unknown): Promise<void> {
    const refused = [...batch, ...this.waiting];
    this.waiting = [];
    this.ahead.clear();
    this.assigned = this.committed;
    const full = isCode(cause, 'ENOSPC') || isCode(cause, 'EDQUOT');
    const sentence = full ? 'The disk of the data folder is full; the write was not stored.' : 'The write could not be stored.';
    const error = new TidegateError(codes.STORE_WRITE_FAILED, sentence, {
      remedy: `Free space below ${this.options.dir} and try again.`,
      cause,
    });
    this.options.log.error({ error: causeChain(cause), writes: refused.length }, 'writes were refused: the log could not be extended');
    try {
      await this.log.cutBack();
    } catch (again) {
      this.options.log.error({ error: causeChain(again) }, 'the log could not be cut back yet; the next write tries again');
    }
    for (const pending of refused) pending.reject(error);
  }

  /** New writes go to a new log at once; the snapshot follows in the background, and only then the old files go. */
  private async rotate(): Promise<void> {
    const { dir, log } = this.options;
    const revision = this.committed;
    try {
      const next = await LogFile.create(join(dir, logName(revision)));
      await syncFolder(dir);
      await this.log.close();
      this.log = next;
    } catch (error) {
      log.warn({ error: causeChain(error) }, 'the log could not be rotated; it keeps growing');
      this.compactAt = this.log.size * 2;
      return;
    }
    const lines = this.everything();
    this.compacting = writeSnapshot(dir, revision, lines)
      .then(() => removeOlder(dir, revision))
      .catch((error: unknown) => log.warn({ error: causeChain(error) }, 'no snapshot was written; the older files stay'))
      .finally(() => (this.compacting = undefined));
  }

  private everything(): LogLine[] {
    const lines: LogLine[] = [];
    for (const [resource, table] of this.tables) {
      for (const [key, object] of table.entries())
        lines.push({ revision: Number(object.metadata?.resourceVersion ?? 0), resource, key, object });
    }
    return lines;
  }
}

async function openLog(dir: string, contents: FolderContents, revision: number): Promise<LogFile> {
  if (contents.log) return LogFile.continue(contents.log.path, contents.log.end);
  const log = await LogFile.create(join(dir, logName(revision)));
  await syncFolder(dir);
  return log;
}

/** The stored form: a frozen copy with its resourceVersion. */
function numbered(object: KubeObject, revision: number): KubeObject {
  return deepFreeze({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } });
}

/** Objects are shared by all readers; a writer that changes one by mistake fails at once instead of corrupting the cluster. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const key in value) deepFreeze(value[key]);
  }
  return value;
}
