import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { ContainerLog } from './container-log.js';

export interface LogRequest {
  follow?: boolean;
  timestamps?: boolean;
  tailLines?: number;
  /** Epoch milliseconds. */
  sinceMs?: number;
  sinceSeconds?: number;
  limitBytes?: number;
}

/** Lines that a slow reader may fall behind before the oldest are left out. */
const MAX_WAITING = 10_000;

/** The log of one run as a client sees it. `live` is its writer while the container runs; without it there is nothing to follow. `nowMs`: epoch milliseconds. */
export async function* readLog(
  file: string,
  live: ContainerLog | undefined,
  request: LogRequest,
  nowMs: number,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const follower = request.follow && live ? new Follower(live, signal) : undefined;
  try {
    let left = request.limitBytes ?? Infinity;
    const cut = (text: string): string => {
      const bytes = Buffer.from(text);
      const piece = bytes.length <= left ? text : bytes.subarray(0, left).toString('utf8');
      left -= Math.min(left, bytes.length);
      return piece;
    };
    const sinceMs = request.sinceSeconds === undefined ? request.sinceMs : nowMs - request.sinceSeconds * 1000;
    const old = storedLines(file).filter((line) => isSince(line, sinceMs));
    const shown = request.tailLines === undefined ? old : request.tailLines === 0 ? [] : old.slice(-request.tailLines);
    // One piece for many lines: a log of 20 MiB should not be 200,000 writes.
    for (let i = 0; i < shown.length && left > 0; i += 500) {
      yield cut(
        shown
          .slice(i, i + 500)
          .map((line) => present(line, request.timestamps))
          .join(''),
      );
    }
    if (!follower) return;
    for await (const line of follower.lines()) {
      if (left <= 0) return;
      yield cut(present(line, request.timestamps));
    }
  } finally {
    follower?.stop();
  }
}

/** Both files of a run, oldest first. */
function storedLines(file: string): string[] {
  return [`${file}.1`, file].flatMap((f) =>
    existsSync(f)
      ? readFileSync(f, 'utf8')
          .split('\n')
          .filter((l) => l !== '')
      : [],
  );
}

function isSince(line: string, sinceMs: number | undefined): boolean {
  return sinceMs === undefined || Date.parse(line.slice(0, line.indexOf(' '))) >= sinceMs;
}

/** Time, stream and flag are the store's own; a part of a long line has no end of its own. */
function present(line: string, timestamps: boolean | undefined): string {
  const time = line.indexOf(' ');
  const stream = line.indexOf(' ', time + 1);
  const end = line[stream + 1] === 'P' ? '' : '\n';
  return `${timestamps ? line.slice(0, time + 1) : ''}${line.slice(stream + 3)}${end}`;
}

class Follower {
  private waiting: string[] = [];
  private ended = false;
  private wake: () => void = () => undefined;
  readonly stop: () => void;

  constructor(log: ContainerLog, signal: AbortSignal | undefined) {
    const finish = (): void => {
      this.ended = true;
      this.wake();
    };
    const unfollow = log.follow((line) => {
      if (this.waiting.length >= MAX_WAITING) this.waiting.shift();
      this.waiting.push(line);
      this.wake();
    }, finish);
    signal?.addEventListener('abort', finish, { once: true });
    this.stop = () => {
      unfollow();
      signal?.removeEventListener('abort', finish);
    };
  }

  async *lines(): AsyncGenerator<string> {
    for (;;) {
      const ready = this.waiting;
      this.waiting = [];
      yield* ready;
      if (this.waiting.length > 0) continue;
      if (this.ended) return;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

/** The last `bytes` of a log as plain text: kubelet's fallback for a termination message. */
export function logTail(file: string, bytes: number): string {
  if (!existsSync(file)) return '';
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    // Times and flags of short lines take far more than their text.
    const want = Math.min(size, bytes * 40);
    const buffer = Buffer.alloc(want);
    readSync(fd, buffer, 0, want, size - want);
    const lines = buffer
      .toString('utf8')
      .split('\n')
      .slice(want < size ? 1 : 0)
      .filter((l) => l !== '');
    return lines
      .map((l) => present(l, false))
      .join('')
      .slice(-bytes);
  } finally {
    closeSync(fd);
  }
}
