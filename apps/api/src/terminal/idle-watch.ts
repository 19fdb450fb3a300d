import type { Clock } from '@tidegate/kernel';

/** Before the end, for whoever wants to go on. */
const WARNED_MS = 60_000;

export interface IdleWatchOptions {
  clock: Clock;
  limitMs: number;
  /** Told once for each time that nobody types. */
  warn: (seconds: number) => void;
  over: () => void;
}

/** active --nobody types--> warned --still nobody--> over. A key leads back to active. */
export class IdleWatch {
  private typedAt: number;
  private isWarned = false;
  private cancel: () => void = () => undefined;

  constructor(private readonly options: IdleWatchOptions) {
    this.typedAt = options.clock.monotonic();
    this.look();
  }

  typed(): void {
    this.typedAt = this.options.clock.monotonic();
    if (!this.isWarned) return;
    this.isWarned = false;
    this.cancel();
    this.look();
  }

  stop(): void {
    this.cancel();
  }

  private look(): void {
    const { clock, limitMs, warn, over } = this.options;
    const left = limitMs - (clock.monotonic() - this.typedAt);
    if (left <= 0) return over();
    const warned = Math.min(WARNED_MS, limitMs / 2);
    if (left <= warned && !this.isWarned) {
      this.isWarned = true;
      warn(Math.ceil(left / 1000));
    }
    // Timers may be early by a part of a millisecond.
    this.cancel = clock.after(Math.max(1, left <= warned ? left : left - warned), () => this.look());
  }
}
