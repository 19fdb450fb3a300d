/** Gaps between arrivals, in milliseconds. */
export type Arrivals = 'poisson' | 'fixed';

/**
 * Times of an open-loop schedule: independent of answers. `poisson` draws exponential gaps (many independent visitors), `fixed` spaces
 * evenly. `random` is in [0,1).
 */
export class Schedule {
  /** When the next arrival is due, in milliseconds of the clock that `begin` came from. */
  due: number;
  private readonly meanGapMs: number;
  private readonly kind: Arrivals;
  private readonly random: () => number;

  constructor(begin: number, ratePerSecond: number, kind: Arrivals, random: () => number) {
    this.meanGapMs = 1000 / ratePerSecond;
    this.kind = kind;
    this.random = random;
    this.due = begin;
    this.advance();
  }

  /** Moves to the arrival after this one. */
  advance(): void {
    this.due += this.kind === 'fixed' ? this.meanGapMs : -Math.log(1 - this.random()) * this.meanGapMs;
  }
}
