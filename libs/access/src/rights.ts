import type { Caller } from './caller.js';

/** What is asked of RBAC, in the words of a SubjectAccessReview. Virtual resources (`accounts`, `workspaces/audit`) are asked in the same way. */
export interface Attributes {
  verb: string;
  /** '' for the core group. */
  group: string;
  resource: string;
  subresource?: string | undefined;
  /** Absent for cluster-scoped resources and for "in all namespaces". */
  namespace?: string | undefined;
  name?: string | undefined;
}

/** `because` is a sentence for the person: who lacks which right, where. */
export type Right = { allowed: true } | { allowed: false; because: string };

/** The rights of callers as the Kubernetes API sees them. */
export interface Rights {
  /** Answers come from a bounded cache while RBAC has not changed. Rejects when the API cannot be asked: nobody is let in by a failure. */
  may(caller: Pick<Caller, 'user' | 'groups'>, attributes: Attributes): Promise<Right>;
  /** Calls `listener` whenever answers may have changed (at most 5 s after RBAC changed); the result ends the subscription. */
  onChange(listener: () => void): () => void;
}
