/** What one receiver of access logs has seen of one revision since its last report. */
export interface RevisionReport {
  namespace: string;
  revision: string;
  /** To be added to seconds: [second, average of open requests, requests that began]. Negative to correct what was reported before. */
  seconds: readonly (readonly [second: number, concurrency: number, started: number])[];
  /** Requests that are open now. */
  open: number;
  /** How many of them are known to be where, by IP address. */
  upstreams: Readonly<Record<string, number>>;
  /** When the oldest of those began of which nobody knows where they are. */
  unplacedSinceMs?: number;
}

/** A report of everything, once a second. A revision that is not in it had no request. */
export interface LoadReport {
  /** When it was made. */
  atMs: number;
  /** Everything that ended in this second or before is in this report or an earlier one. */
  through: number;
  /** Until then something may be missing: events were lost, or the receiver had just begun. */
  blindUntilMs: number;
  revisions: readonly RevisionReport[];
}

export function revisionKey(namespace: string, revision: string): string {
  return `${namespace}/${revision}`;
}
