import type { OwnerReference } from '@tidegate/kube';

/** The whole of a share: weights of a plan are parts of it, so 0.01 % is 1. */
export const WHOLE = 10_000;

export interface TrafficPort {
  name?: string;
  port: number;
  protocol?: string;
  appProtocol?: string;
  targetPort?: number | string;
}

export type ValueMatch = { type: 'Exact' | 'Prefix' | 'Regex'; value: string };

/** All conditions of one match hold together. */
export interface TrafficMatch {
  headers?: readonly ({ name: string } & ValueMatch)[];
  cookies?: readonly ({ name: string } & ValueMatch)[];
  path?: ValueMatch;
  query?: readonly ({ name: string } & ValueMatch)[];
}

/** Users that came once stay with the version whose token they show. */
export interface Cohorts {
  by: { cookie: string; maxAgeSeconds: number } | { header: string };
  /** Tokens are secrets of the release (`cohortToken`), one per version. */
  tokens: readonly { version: string; token: string }[];
}

export interface PreviewPlan {
  version: string;
  header: string;
  secret: string;
  host?: { hostname: string; gateway: { name: string; namespace: string } };
}

/**
 * Where all requests of one Service go, as a value: the whole truth, never a change to it. Weights sum to WHOLE, name
 * each version once, and every version that is named anywhere is in `versions`.
 */
export interface TrafficPlan {
  namespace: string;
  service: string;
  /** The Service's own pod selector; a version's is this plus its version label. */
  selector: Readonly<Record<string, string>>;
  ports: readonly TrafficPort[];
  owner: OwnerReference;
  /** Labels of every object made, so that they can be found again. */
  labels: Readonly<Record<string, string>>;
  versions: readonly string[];
  weights: readonly { version: string; weight: number }[];
  matched: readonly { match: TrafficMatch; version: string }[];
  cohorts?: Cohorts;
  preview?: PreviewPlan;
  mirror?: { version: string; weight: number };
}
