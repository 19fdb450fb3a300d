import type { Kind, KubeObject } from '@tidegate/kube';

/** One write. `kind` is that of `object`. */
export type Action =
  | { do: 'create'; kind: Kind; object: KubeObject }
  /** The whole object, at the version that was observed. */
  | { do: 'replace'; kind: Kind; object: KubeObject }
  /** Server-side apply: what is no longer in `object` goes. */
  | { do: 'apply'; kind: Kind; object: KubeObject }
  /** Merge patch. */
  | { do: 'patch'; kind: Kind; namespace?: string; name: string; body: Record<string, unknown> }
  | { do: 'delete'; kind: Kind; namespace?: string; name: string; uid?: string }
  /** About the object that is planned for. */
  | { do: 'event'; type: 'Normal' | 'Warning'; reason: string; message: string };

/** What to do for one object: first the actions in order, then the status, if it is another one than observed. */
export interface Plan<Status = never> {
  actions: Action[];
  status?: Status;
  /** Milliseconds until time alone changes the plan. */
  lookAgainInMs?: number;
}
