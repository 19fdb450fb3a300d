import { open, readFile, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { TidegateError, type Logger } from '@tidegate/kernel';
import type { KubeObject } from '@tidegate/kube';
import { codes } from './errors.js';
import { checkHeader, encodeFrame, encodeHeader, readFrames } from './frame.js';

/** One line of a frame. No object means deleted. */
export interface LogLine {
  revision: number;
  resource: string;
  key: string;
  object?: KubeObject;
}

export interface FolderContents {
  /** Revision of the snapshot, 0 when there is none. */
  snapshotRevision: number;
  snapshot: LogLine[];
  /** Everything after the snapshot, oldest first. */
  changes: LogLine[];
  /** The log to continue, when there is one. */
  log: { path: string; end: number } | undefined;
}

const SNAPSHOT = /^snapshot-(\d+)$/;
const LOG = /^log-(\d+)$/;
const LINES_PER_FRAME = 256;

export const snapshotName = (revision: number): string => `snapshot-${String(revision).padStart(16, '0')}`;
export const logName = (revision: number): string => `log-${String(revision).padStart(16, '0')}`;

export function encodeLine(line: LogLine): string {
  return JSON.stringify(line);
}

/**
 * Reads the newest snapshot and the logs that follow it. A log N holds what came after revision N, a snapshot N everything up to N;
 * a snapshot gets its name only when it is complete, so a crash at any point leaves the older pair.
 */
export async function readFolder(dir: string, log: Logger): Promise<FolderContents> {
  const names = await readdir(dir);
  for (const name of names.filter((n) => n.endsWith('.part'))) await unlink(join(dir, name));
  const snapshotRevision = newest(names, SNAPSHOT) ?? 0;
  const snapshot = snapshotRevision > 0 ? await readSnapshot(join(dir, snapshotName(snapshotRevision))) : [];
  const logs = names.filter((n) => LOG.test(n)).sort();
  const changes: LogLine[] = [];
  let last: { path: string; end: number } | undefined;
  for (const [i, name] of logs.entries()) {
    const path = join(dir, name);
    const bytes = await readFile(path);
    // A crash between making a log and its header leaves an empty one, always the last.
    if (bytes.length < 16 && i === logs.length - 1) {
      await unlink(path);
      continue;
    }
    checkHeader(bytes, 'log', path);
    const { frames, end } = readFrames(bytes, path);
    if (end < bytes.length && i < logs.length - 1) throw damagedLog(path, end);
    if (end < bytes.length)
      log.warn(
        { path, bytes: bytes.length - end },
        'the end of the log was torn by a crash and is cut off; nothing acknowledged was in it',
      );
    for (const frame of frames) for (const text of frame) addNewer(changes, parseLine(text, path), snapshotRevision);
    last = { path, end };
  }
  return { snapshotRevision, snapshot, changes, log: last };
}

function addNewer(changes: LogLine[], line: LogLine, after: number): void {
  if (line.revision > after) changes.push(line);
}

async function readSnapshot(path: string): Promise<LogLine[]> {
  const bytes = await readFile(path);
  checkHeader(bytes, 'snapshot', path);
  const { frames, end } = readFrames(bytes, path);
  const lines = frames.flat();
  const closing = lines.pop();
  if (end < bytes.length || closing !== String(lines.length)) throw damagedLog(path, end);
  return lines.map((text) => parseLine(text, path));
}

/** Written beside and renamed when durable. Yields between frames so that requests are answered meanwhile. */
export async function writeSnapshot(dir: string, revision: number, lines: Iterable<LogLine>): Promise<void> {
  const part = join(dir, `${snapshotName(revision)}.part`);
  const handle = await open(part, 'w', 0o600);
  try {
    await handle.write(encodeHeader('snapshot'));
    let batch: string[] = [];
    let count = 0;
    for (const line of lines) {
      batch.push(encodeLine(line));
      count++;
      if (batch.length < LINES_PER_FRAME) continue;
      await handle.write(encodeFrame(batch));
      batch = [];
    }
    await handle.write(encodeFrame([...batch, String(count)]));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, join(dir, snapshotName(revision)));
  await syncFolder(dir);
}

/** Removes what a durable snapshot made superfluous. */
export async function removeOlder(dir: string, revision: number): Promise<void> {
  for (const name of await readdir(dir)) {
    const of = SNAPSHOT.exec(name) ?? LOG.exec(name);
    if (of && Number(of[1]) < revision) await unlink(join(dir, name));
  }
}

/** A new name in a folder is durable only once the folder is. */
export async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function newest(names: string[], pattern: RegExp): number | undefined {
  const revisions = names.flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number);
  return revisions.length === 0 ? undefined : Math.max(...revisions);
}

function parseLine(text: string, path: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch (error) {
    throw new TidegateError(codes.STORE_CORRUPTED, `${path} holds a line that is not JSON although its checksum is right.`, {
      cause: error,
    });
  }
}

function damagedLog(path: string, at: number): TidegateError {
  return new TidegateError(codes.STORE_CORRUPTED, `${path} is damaged at byte ${at}, and newer data exists.`, {
    remedy: 'Restore the data folder from a copy, or move it away to begin with an empty cluster.',
  });
}
