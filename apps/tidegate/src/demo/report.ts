import type { Tally } from './tally.js';
import { textTable } from './text-table.js';

export interface ReleaseOutcome {
  title: string;
  candidate: string;
  /** The phase that the demo wants to see. */
  wanted: 'Promoted' | 'RolledBack';
  phase: string;
  /** Seconds from the first weighted request to the decision; undefined when there was none. */
  seconds: number | undefined;
  why: string;
  tally: Tally;
}

export function outcomeIsWanted(outcome: ReleaseOutcome): boolean {
  return outcome.phase === outcome.wanted;
}

/** Everything right: each release ended as it should, and no request failed because traffic was moved. */
export function demoSucceeded(outcomes: readonly ReleaseOutcome[], wantedCount: number): boolean {
  return outcomes.length === wantedCount && outcomes.every((o) => outcomeIsWanted(o) && o.tally.lost === 0 && o.tally.requests > 0);
}

const HEAD = ['RELEASE', 'VERDICT', 'SECONDS', 'REQUESTS', 'FAILED BY VERSION', 'LOST BY TRAFFIC CHANGE', 'USERS WHO MET IT'];

/** The closing table and, below it, each verdict in words. */
export function reportLines(outcomes: readonly ReleaseOutcome[]): string[] {
  const rows = [
    HEAD,
    ...outcomes.map((o) => [
      o.title,
      `${o.phase}${outcomeIsWanted(o) ? '' : ` (wanted ${o.wanted})`}`,
      o.seconds === undefined ? '-' : o.seconds.toFixed(1),
      String(o.tally.requests),
      String(o.tally.versionFailed),
      String(o.tally.lost),
      `${(o.tally.shareOfUsers * 100).toFixed(1)} %`,
    ]),
  ];
  const lines = textTable(rows, 2);
  const words = outcomes.map((o) => `${o.title}: ${o.why}`);
  const causes = outcomes.flatMap((o) => [...o.tally.causes].map(([cause, count]) => `${o.title}: ${count} lost, ${cause}`));
  return [...lines, '', ...words, ...causes];
}
