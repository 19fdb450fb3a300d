import { BoundedMap, backoffMs, type BackoffShape, type Clock } from '@tidegate/kernel';

/** Longest single timer: Node's timers overflow beyond 24.8 days, and looking early is harmless. */
const MAX_DELAY_MS = 12 * 3_600_000;
/** Keys whose failures are counted; beyond it the ones that failed longest ago start from the base delay again. */
const MAX_FAILING_KEYS = 20_000;

export interface WorkQueueOptions {
  clock: Clock;
  backoff: BackoffShape;
  /** In [0,1). */
  random: () => number;
}

/**
 * Keys waiting for work. A key is handed out to one worker at a time; a key added while it is being worked on is handed out once more
 * afterwards; a key added twice waits once. So it holds at most one entry for each key: its bound is the number of objects watched.
 *
 *   add ──► waiting ──next()──► working ──done()──► gone, or waiting again when added meanwhile
 *   addAfter ──► delayed (the earliest time wins) ──► add
 */
export class WorkQueue {
  private readonly waiting = new Set<string>();
  private readonly working = new Set<string>();
  private readonly again = new Set<string>();
  private readonly delayed = new Map<string, { at: number; cancel: () => void }>();
  private readonly failures = new BoundedMap<string, number>(MAX_FAILING_KEYS);
  private readonly takers: ((key: string | undefined) => void)[] = [];
  private closed = false;
  private readonly options: WorkQueueOptions;

  constructor(options: WorkQueueOptions) {
    this.options = options;
  }

  /** Keys ready to be taken. */
  get depth(): number {
    return this.waiting.size;
  }

  add(key: string): void {
    if (this.closed) return;
    if (this.working.has(key)) return void this.again.add(key);
    const taker = this.takers.shift();
    if (taker) {
      this.working.add(key);
      taker(key);
    } else this.waiting.add(key);
  }

  addAfter(key: string, ms: number): void {
    if (this.closed) return;
    if (ms <= 0) return this.add(key);
    const delay = Math.min(ms, MAX_DELAY_MS);
    const at = this.options.clock.monotonic() + delay;
    const planned = this.delayed.get(key);
    if (planned && planned.at <= at) return;
    planned?.cancel();
    const cancel = this.options.clock.after(delay, () => {
      this.delayed.delete(key);
      this.add(key);
    });
    this.delayed.set(key, { at, cancel });
  }

  /** Adds the key after its own growing delay; returns that delay in milliseconds. */
  addAfterFailure(key: string): number {
    const failed = this.failures.get(key) ?? 0;
    this.failures.set(key, failed + 1);
    const ms = backoffMs(failed, this.options.backoff, this.options.random());
    this.addAfter(key, ms);
    return ms;
  }

  /** The key succeeded: its next failure starts from the base delay. */
  forget(key: string): void {
    this.failures.delete(key);
  }

  /** The next key, in order of arrival; undefined once the queue is closed. */
  next(): Promise<string | undefined> {
    if (this.closed) return Promise.resolve(undefined);
    const first = this.waiting.values().next();
    if (first.done) return new Promise((resolve) => this.takers.push(resolve));
    this.waiting.delete(first.value);
    this.working.add(first.value);
    return Promise.resolve(first.value);
  }

  /** Must follow every key that `next` gave. */
  done(key: string): void {
    this.working.delete(key);
    if (this.again.delete(key)) this.add(key);
  }

  close(): void {
    this.closed = true;
    for (const { cancel } of this.delayed.values()) cancel();
    this.delayed.clear();
    this.waiting.clear();
    this.again.clear();
    for (const taker of this.takers.splice(0)) taker(undefined);
  }
}
