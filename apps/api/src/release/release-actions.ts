import type { Release, ReleasePhase } from '@tidegate/delivery-contract';
import { type ActionPermission, ReleaseAction } from './release.types.js';

const FINISHED: readonly ReleasePhase[] = ['Promoted', 'RolledBack'];

export function releaseIsFinished(release: Release): boolean {
  return release.status?.phase !== undefined && FINISHED.includes(release.status.phase);
}

/** Why `action` is not possible now, as a sentence; undefined when it is. */
export function actionIsRefused(release: Release, action: ReleaseAction): string | undefined {
  const phase = release.status?.phase ?? 'Preparing';
  if (releaseIsFinished(release)) return `The release is over (${phase === 'Promoted' ? 'promoted' : 'rolled back'}).`;
  if (phase === 'RollingBack') return 'The release is already being rolled back.';
  if (phase === 'Promoting' && action !== ReleaseAction.ROLLBACK && action !== ReleaseAction.ABORT)
    return 'The release is already being promoted.';
  if (action === ReleaseAction.RESUME && phase !== 'Paused') return 'The release is not paused.';
  if (action === ReleaseAction.PAUSE && phase === 'Paused') return 'The release is already paused.';
  return undefined;
}

export function toPermissions(release: Release): ActionPermission[] {
  return Object.values(ReleaseAction).map((action) => {
    const because = actionIsRefused(release, action);
    return { action, allowed: because === undefined, because: because ?? null };
  });
}
