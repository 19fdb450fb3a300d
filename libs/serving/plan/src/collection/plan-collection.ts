import {
  NO_GC_ANNOTATION,
  ROUTING_STATE_LABEL,
  ROUTING_STATE_MODIFIED_ANNOTATION,
  revisions as revisionKind,
  type Configuration,
  type Revision,
} from '@tidegate/serving-contract';
import type { Plan } from '../plan.js';
import type { GcConfig } from '@tidegate/serving-config';

export interface ObservedHistory {
  configuration: Configuration;
  /** Revisions with the Configuration's label. */
  revisions: readonly Revision[];
}

/**
 * Deletes Revisions that no route has named for long: those that are old by both times, oldest first, while more than the minimum remain;
 * then the oldest beyond the maximum, whatever their age.
 */
export function planCollection({ configuration, revisions }: ObservedHistory, settings: GcConfig, now: number): Plan {
  const { minNonActiveRevisions, maxNonActiveRevisions, retainSinceCreateTimeMs, retainSinceLastActiveTimeMs } = settings;
  if ([maxNonActiveRevisions, retainSinceCreateTimeMs, retainSinceLastActiveTimeMs].every((v) => v === 'disabled')) return { actions: [] };
  const inactive = revisions
    .filter((r) => !isActive(r, configuration) && r.metadata?.deletionTimestamp === undefined)
    .sort((a, b) => lastActive(a) - lastActive(b));
  const surplus = Math.max(0, inactive.length - minNonActiveRevisions);
  const stale = inactive.filter((r) => isStale(r, settings, now)).slice(0, surplus);
  const left = inactive.filter((r) => !stale.includes(r));
  const beyond =
    maxNonActiveRevisions === 'disabled' ? 0 : Math.min(Math.max(0, left.length - maxNonActiveRevisions), surplus - stale.length);
  const doomed = [...stale, ...left.slice(0, beyond)];
  const next = surplus > doomed.length ? nextStaleInMs(left.slice(beyond), settings, now) : undefined;
  return {
    actions: doomed.map(({ metadata }) => ({
      do: 'delete',
      kind: revisionKind,
      namespace: metadata?.namespace,
      name: metadata?.name ?? '',
      uid: metadata?.uid,
    })),
    ...(next === undefined ? {} : { lookAgainInMs: next }),
  };
}

function isActive(revision: Revision, configuration: Configuration): boolean {
  const { name, annotations, labels } = revision.metadata ?? {};
  if (name === configuration.status?.latestReadyRevisionName) return true;
  if (annotations?.[NO_GC_ANNOTATION]?.toLowerCase() === 'true') return true;
  // Only what the labeler has put in reserve: a Revision that it has not seen yet may be wanted.
  return labels?.[ROUTING_STATE_LABEL] !== 'reserve';
}

function isStale(revision: Revision, settings: GcConfig, now: number): boolean {
  const at = staleAt(revision, settings);
  return at !== undefined && now >= at;
}

/** Milliseconds since the epoch; undefined when age alone never makes it stale. */
function staleAt(revision: Revision, settings: GcConfig): number | undefined {
  const { retainSinceCreateTimeMs: sinceCreate, retainSinceLastActiveTimeMs: sinceActive } = settings;
  const times = [
    ...(sinceCreate === 'disabled' ? [] : [createdAt(revision) + sinceCreate]),
    ...(sinceActive === 'disabled' ? [] : [lastActive(revision) + sinceActive]),
  ];
  return times.length > 0 ? Math.max(...times) : undefined;
}

function nextStaleInMs(left: readonly Revision[], settings: GcConfig, now: number): number | undefined {
  const times = left.flatMap((r) => staleAt(r, settings) ?? []).filter((at) => at > now);
  return times.length > 0 ? Math.min(...times) - now : undefined;
}

function lastActive(revision: Revision): number {
  return Date.parse(revision.metadata?.annotations?.[ROUTING_STATE_MODIFIED_ANNOTATION] ?? '') || createdAt(revision);
}

function createdAt(revision: Revision): number {
  return Date.parse(revision.metadata?.creationTimestamp ?? '') || 0;
}
