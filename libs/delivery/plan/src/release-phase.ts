import type { DecisionReason, Release, ReleasePhase, ReleaseStatus } from '@tidegate/delivery-contract';

const PROMOTIONS: ReadonlySet<DecisionReason> = new Set([
  'Equivalent',
  'Better',
  'NotCompared',
  'NoDataPasses',
  'MaximumDurationPasses',
  'PromotedByHand',
]);

export function isPromotion(status: ReleaseStatus): boolean {
  return status.decision !== undefined && PROMOTIONS.has(status.decision.reason);
}

export function isFinal(phase: ReleasePhase | undefined): boolean {
  return phase === 'Promoted' || phase === 'RolledBack';
}

export function isRunning(release: Release): boolean {
  return !isFinal(release.status?.phase);
}

/** Number at the end of a Release's name: its place in the Strategy's sequence. */
export function releaseNumber(release: Release): number {
  return Number(/-(\d+)$/.exec(release.metadata?.name ?? '')?.[1] ?? 0);
}

export function newestFirst(releases: readonly Release[]): Release[] {
  return [...releases].sort((a, b) => releaseNumber(b) - releaseNumber(a));
}

export function moment(ms: number): string {
  return new Date(ms).toISOString();
}
