/** One answered (or failed) request of the load, as the demo counts it. */
export interface Observation {
  user: number;
  /** Version that answered, from its own header; undefined when no version did. */
  version: string | undefined;
  outcome: 'good' | 'version-failed' | 'lost';
  /** For lost requests: what the client saw. */
  cause?: string;
}

/**
 * Counts one release under load. A failure that the version itself marked is the version's; every other failed request is
 * lost: nothing but a change of traffic can have caused it. Memory is bounded by the number of users.
 */
export class Tally {
  requests = 0;
  versionFailed = 0;
  lost = 0;
  readonly causes = new Map<string, number>();
  private readonly users = new Set<number>();
  private readonly met = new Set<number>();

  constructor(private readonly candidate: string) {}

  add(observation: Observation): void {
    this.requests += 1;
    this.users.add(observation.user);
    if (observation.version === this.candidate) this.met.add(observation.user);
    if (observation.outcome === 'version-failed') this.versionFailed += 1;
    if (observation.outcome === 'lost') {
      this.lost += 1;
      const cause = observation.cause ?? 'unknown';
      if (this.causes.has(cause) || this.causes.size < 20) this.causes.set(cause, (this.causes.get(cause) ?? 0) + 1);
    }
  }

  /** Share of the users seen so far whom the candidate answered at least once, 0..1. */
  get shareOfUsers(): number {
    return this.users.size === 0 ? 0 : this.met.size / this.users.size;
  }
}
