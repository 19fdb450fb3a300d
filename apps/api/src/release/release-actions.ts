import type { Release, ReleasePhase } from '@tidegate/delivery-contract';
import { ReleaseAction } from './release.types.js';

const FINISHED: readonly ReleasePhase[] = ['Promoted', 'RolledBack'];

export function releaseIsFinished(release: Release): boolean {
  return release.status?.phase !== undefined && FINISHED.includes(release.status.phase);
}

export const phaseOf = (release: Release): ReleasePhase => release.status?.phase ?? 'Preparing';

/** Why `action` is not possible in a phase, as a sentence; undefined when it is. */
export function actionIsRefused(phase: string, action: ReleaseAction): string | undefined {
  if (phase === 'Promoted' || phase === 'RolledBack') return `The release is over (${phase === 'Promoted' ? 'promoted' : 'rolled back'}).`;
  if (phase === 'RollingBack') return 'The release is already being rolled back.';
  if (phase === 'Promoting' && action !== ReleaseAction.ROLLBACK && action !== ReleaseAction.ABORT)
    return 'The release is already being promoted.';
  if (action === ReleaseAction.RESUME && phase !== 'Paused') return 'The release is not paused.';
  if (action === ReleaseAction.PAUSE && phase === 'Paused') return 'The release is already paused.';
  return undefined;
}
