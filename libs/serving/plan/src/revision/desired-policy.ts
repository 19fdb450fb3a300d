import type { Revision, TrafficPolicy } from '@tidegate/serving-contract';
import { withAppliedHash } from '../drift.js';
import type { Settings } from '../settings.js';
import { childMetadata } from './child-metadata.js';
import { concurrencyOf } from './containers.js';

/** What a TrafficPolicy can say: an hour of waiting, a day of answering. */
const LONGEST_HOLD_SECONDS = 3600;
const LONGEST_SECONDS = 86_400;
const clamped = (seconds: number, longest: number): number => Math.min(longest, Math.max(1, seconds));

/**
 * Requests wait while there is no pod; with a hard limit every request asks for a slot.
 *
 * `timeoutSeconds` is what Knative's specification says: how long an answer may take to begin. One that has begun is not cut off by it, where no client
 * could tell a part from the whole; it ends with `idleTimeoutSeconds`, and at last with the longest timeout that the operator allows at all.
 */
export function desiredTrafficPolicy(revision: Revision, settings: Settings): TrafficPolicy {
  const name = revision.metadata?.name ?? '';
  const { revisionTimeoutSeconds, maxRevisionTimeoutSeconds } = settings.config.defaults;
  const { timeoutSeconds = revisionTimeoutSeconds, responseStartTimeoutSeconds, idleTimeoutSeconds } = revision.spec;
  return withAppliedHash({
    metadata: childMetadata(revision, name),
    spec: {
      targetRef: { kind: 'Service' as const, name },
      hold: {
        when: concurrencyOf(revision) > 0 ? ('Always' as const) : ('NoReadyEndpoints' as const),
        timeoutSeconds: clamped(timeoutSeconds, LONGEST_HOLD_SECONDS),
      },
      timeouts: {
        requestSeconds: clamped(Math.max(timeoutSeconds, maxRevisionTimeoutSeconds), LONGEST_SECONDS),
        responseStartSeconds: clamped(Math.min(timeoutSeconds, responseStartTimeoutSeconds || timeoutSeconds), LONGEST_SECONDS),
        ...(idleTimeoutSeconds ? { idleSeconds: clamped(idleTimeoutSeconds, LONGEST_SECONDS) } : {}),
      },
      forwardedHeader: true,
    },
  });
}
