interface Gap {
  from: number;
  to: number;
  because: string;
}

/** Marks kept at once; older ones are closed by then. */
const GAPS = 1_000;

/** Which seconds are closed, and which of them are no data. */
export class SecondLog {
  private gaps: Gap[] = [];
  private readonly data = new Map<number, { live: number; total: number }>();

  constructor(
    public closedThrough: number,
    private readonly seconds: number,
  ) {}

  /** Seconds `from` to `to` that are still open are lost. */
  markGap(from: number, to: number, because: string): void {
    if (to <= this.closedThrough || this.gaps.some((gap) => gap.from <= from && gap.to >= to)) return;
    if (this.gaps.length < GAPS) this.gaps.push({ from, to, because });
  }

  /** Closes the next second; returns why it is a gap, if it is one. */
  close(second: number, proxies: { live: number; total: number }): string | undefined {
    const gap = this.gaps.find(({ from, to }) => from <= second && to >= second);
    this.closedThrough = second;
    this.gaps = this.gaps.filter(({ to }) => to > second);
    if (!gap) this.data.set(second, proxies);
    for (const old of this.data.keys()) {
      if (old > second - this.seconds) break;
      this.data.delete(old);
    }
    return gap?.because;
  }

  /** Closed seconds that are data, oldest first. */
  dataSince(from: number): { second: number; proxies: { live: number; total: number } }[] {
    return [...this.data].filter(([second]) => second >= from).map(([second, proxies]) => ({ second, proxies }));
  }
}
