/** A request that waits. `reply` is whatever the caller needs for answering it. */
export interface Waiting<T> {
  id: number;
  /** Monotonic milliseconds. */
  arrivedAt: number;
  deadlineAt: number;
  /** No pod could take it when it came. */
  isCold: boolean;
  reply: T;
}

/** Requests of one revision in the order in which they came. Bounded by its owner, who asks `size` before adding. */
export class WaitingLine<T> {
  /** A Map keeps the order of insertion, and forgets from its middle for nothing. */
  private readonly line = new Map<number, Waiting<T>>();
  /** No deadline lies before this time. */
  private noDeadlineBefore = Infinity;

  get size(): number {
    return this.line.size;
  }

  add(waiting: Waiting<T>): void {
    this.line.set(waiting.id, waiting);
    this.noDeadlineBefore = Math.min(this.noDeadlineBefore, waiting.deadlineAt);
  }

  /** True when it was waiting. */
  remove(id: number): boolean {
    return this.line.delete(id);
  }

  first(): Waiting<T> | undefined {
    return this.line.values().next().value;
  }

  takeFirst(): Waiting<T> | undefined {
    const first = this.first();
    if (first) this.line.delete(first.id);
    return first;
  }

  takeAll(): Waiting<T>[] {
    const all = [...this.line.values()];
    this.line.clear();
    this.noDeadlineBefore = Infinity;
    return all;
  }

  /** Those whose time is over, out of the line. Policies of one revision may differ between routes, so any place may be due. */
  takeExpired(now: number): Waiting<T>[] {
    if (now < this.noDeadlineBefore) return [];
    const expired: Waiting<T>[] = [];
    this.noDeadlineBefore = Infinity;
    for (const waiting of this.line.values()) {
      if (waiting.deadlineAt <= now) expired.push(waiting);
      else this.noDeadlineBefore = Math.min(this.noDeadlineBefore, waiting.deadlineAt);
    }
    for (const { id } of expired) this.line.delete(id);
    return expired;
  }
}
