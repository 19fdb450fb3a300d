import type { ReleaseSpec, ReleaseStatus } from '@tidegate/delivery-contract';
import type { EvidenceContext } from './evidence.js';
import { releasePolicy } from './policy.js';

/** What the judge is told about routes and pods, out of the Release's own status. */
export function contextOf(spec: ReleaseSpec, status: ReleaseStatus): EvidenceContext {
  const { liveSince, readySince, trafficSince, step } = status;
  const settled =
    readySince === undefined || trafficSince === undefined ? undefined : Math.max(Date.parse(readySince), Date.parse(trafficSince));
  return {
    candidate: spec.candidate,
    principal: spec.principal,
    settings: releasePolicy(spec.policy).judge,
    step: step ?? 0,
    ...(liveSince === undefined ? {} : { liveSinceMs: Date.parse(liveSince) }),
    ...(settled === undefined ? {} : { settledSince: Math.ceil(settled / 1000) }),
  };
}
