import type { Revision, TrafficPolicy } from '@tidegate/serving-contract';
import { withAppliedHash } from '../drift.js';
import type { Settings } from '../settings.js';
import { childMetadata } from './child-metadata.js';
import { concurrencyOf } from './containers.js';

/** What a TrafficPolicy can say: an hour of waiting, a day of answering. */
const LONGEST_HOLD_SECONDS = 3600;
const LONGEST_SECONDS = 86_400;
const clamped = (seconds: number, longest: number): number => Math.min(longest, Math.max(1, seconds));

/** Requests wait while there is no pod; with a hard limit every request asks for a slot. The Revision's own time limits hold. */
export function desiredTrafficPolicy(revision: Revision, settings: Settings): TrafficPolicy {
  const name = revision.metadata?.name ?? '';
  const {
    timeoutSeconds = settings.config.defaults.revisionTimeoutSeconds,
    responseStartTimeoutSeconds,
    idleTimeoutSeconds,
  } = revision.spec;
  return withAppliedHash({
    metadata: childMetadata(revision, name),
    spec: {
      targetRef: { kind: 'Service' as const, name },
      hold: {
        when: concurrencyOf(revision) > 0 ? ('Always' as const) : ('NoReadyEndpoints' as const),
        timeoutSeconds: clamped(timeoutSeconds, LONGEST_HOLD_SECONDS),
      },
      timeouts: {
        requestSeconds: clamped(timeoutSeconds, LONGEST_SECONDS),
        ...(responseStartTimeoutSeconds ? { responseStartSeconds: clamped(responseStartTimeoutSeconds, LONGEST_SECONDS) } : {}),
        ...(idleTimeoutSeconds ? { idleSeconds: clamped(idleTimeoutSeconds, LONGEST_SECONDS) } : {}),
      },
    },
  });
}
