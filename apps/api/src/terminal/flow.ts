/** Bytes that are on their way to somebody who may be slow: above `most` their source waits, below half of it it goes on. */
export class Flow {
  private waiting = 0;
  private holds = false;

  constructor(
    private readonly source: { pause(): void; resume(): void },
    private readonly most: number,
  ) {}

  get isHeld(): boolean {
    return this.holds;
  }

  take(bytes: number): void {
    this.waiting += bytes;
    if (this.holds || this.waiting <= this.most) return;
    this.holds = true;
    this.source.pause();
  }

  /** So many have arrived; what never was on its way does not count. */
  arrived(bytes: number): void {
    this.waiting = Math.max(0, this.waiting - bytes);
    if (!this.holds || this.waiting > this.most / 2) return;
    this.holds = false;
    this.source.resume();
  }
}
