import type { Caller } from '@tidegate/access';

/** What ended: one credential, all of an account's, or what an account may do changed. */
export type Revocation = { credential: string } | { account: string };

/** Whoever serves a long answer hears at once when its caller may not go on. Other replicas learn it by `Watch.recheck`. */
export class Revocations {
  private readonly listeners = new Set<(revocation: Revocation) => void>();

  tell(revocation: Revocation): void {
    for (const listener of [...this.listeners]) listener(revocation);
  }

  listen(listener: (revocation: Revocation) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}

export const concerns = (revocation: Revocation, caller: Pick<Caller, 'id' | 'credential'>): boolean =>
  'credential' in revocation ? revocation.credential === caller.credential.id : revocation.account === caller.id;
