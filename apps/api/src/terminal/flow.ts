/** Bytes that are on their way to somebody who may be slow: above `most` their source waits, below half of it it goes on. */
export class Flow {
  /** That have left, or are about to. */
  bytes = 0;
  private waiting = 0;
  private holds = false;

  constructor(
    private readonly source: { pause(): void; resume(): void },
    private readonly most: number,
  ) {}

  get isHeld(): boolean {
    return this.holds;
  }

  /** Counts a message in; what it returns is called when the message has left. */
  take(bytes: number): () => void {
    this.bytes += bytes;
    this.waiting += bytes;
    if (!this.holds && this.waiting > this.most) {
      this.holds = true;
      this.source.pause();
    }
    return () => {
      this.waiting -= bytes;
      if (!this.holds || this.waiting > this.most / 2) return;
      this.holds = false;
      this.source.resume();
    };
  }
}
