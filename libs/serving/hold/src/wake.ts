export interface RevisionName {
  namespace: string;
  name: string;
}

/** Between the activator and whoever scales. */
export interface Wake {
  /**
   * Requests wait for a revision that has no pod to give them to. Told at the first one and again each second while it lasts, so it has to be
   * idempotent; never throws, never waits.
   */
  wake(revision: RevisionName, waiting: number): void;
}
