import type { Revision, TrafficPolicy } from '@tidegate/serving-contract';
import { withAppliedHash } from '../drift.js';
import type { Settings } from '../settings.js';
import { childMetadata } from './child-metadata.js';
import { concurrencyOf } from './containers.js';

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
        timeoutSeconds: Math.max(1, timeoutSeconds),
      },
      timeouts: {
        requestSeconds: timeoutSeconds,
        ...(responseStartTimeoutSeconds ? { responseStartSeconds: responseStartTimeoutSeconds } : {}),
        ...(idleTimeoutSeconds ? { idleSeconds: idleTimeoutSeconds } : {}),
      },
    },
  });
}
