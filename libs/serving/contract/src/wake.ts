/** Port between whoever holds requests and the autoscaler. */
export interface Wake {
  /**
   * Requests wait for pods of this Revision; `waiting` of them as far as is known. At once, idempotent, and never throws: what can be done is
   * done in the background, and waiting goes on meanwhile.
   */
  wake(revision: { namespace: string; name: string }, waiting: number): void;
}
