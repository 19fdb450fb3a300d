import type { SignalBatch } from '@tidegate/signals';

/** A listener further behind than this gets a gap instead of what it missed. */
const BEHIND_SECONDS = 60;

/**
 * Queues batches while a listener can't take more. Partial and open batches are worth nothing later and are dropped; closed
 * seconds wait, at most sixty of them, and are then replaced by one gap.
 */
export class SlowListener {
  private queue: SignalBatch[] = [];
  private blocked = false;

  /** `write` takes one batch and tells whether it wants more at once. */
  constructor(private readonly write: (batch: SignalBatch) => boolean) {}

  push(batch: SignalBatch): void {
    if (!this.blocked) {
      this.blocked = !this.write(batch);
      return;
    }
    if (batch.type === 'partial' || batch.type === 'open') return;
    this.queue.push(batch);
    const first = firstSecond(this.queue[0] as SignalBatch);
    const last = lastSecond(batch);
    if (last - first >= BEHIND_SECONDS) this.queue = [{ type: 'gap', from: first, to: last, because: 'the listener was too slow' }];
  }

  /** The listener takes more. */
  drained(): void {
    this.blocked = false;
    while (!this.blocked) {
      const batch = this.queue.shift();
      if (!batch) return;
      this.blocked = !this.write(batch);
    }
  }
}

function firstSecond(batch: SignalBatch): number {
  return batch.type === 'gap' ? batch.from : batch.type === 'partial' ? Math.floor(batch.atMs / 1000) : batch.second;
}

function lastSecond(batch: SignalBatch): number {
  return batch.type === 'gap' ? batch.to : firstSecond(batch);
}
