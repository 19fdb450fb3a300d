import type { Release, VerdictRecord } from '@tidegate/delivery-contract';

const BAR = 24;
const LAST_STEPS = 8;

const count = (n: number): string => n.toLocaleString('en-US');
const share = (s: number): string => `${Number((s * 100).toFixed(s < 0.001 ? 3 : 2))} %`;

/** A release as a person reads it, several lines. */
export function releaseLines(release: Release): string[] {
  const { spec, status = {} } = release;
  const at = `${release.metadata?.namespace}/${release.metadata?.name}`;
  const lines = [`${at}   ${spec.principal} -> ${spec.candidate}   ${status.phase ?? 'New'}${stepOf(release)}`];
  lines.push(
    `  ${bar(status.weight ?? 0)} ${status.weight ?? 0} % to ${spec.candidate}${status.live ? `, live on ${status.live} proxies` : ''}`,
  );
  if (status.message) lines.push(`  ${status.reason}: ${status.message}`);
  if (status.decision?.by) lines.push(`  decided by ${status.decision.by}`);
  if (status.verdict) lines.push(...verdictLines(status.verdict, spec));
  if (status.exposed && status.total) {
    lines.push(
      `  ${count(status.exposed.requests)} of ${count(status.total.requests)} requests went to ${spec.candidate}; ${count(status.exposed.failed)} of them failed`,
    );
  }
  for (const entry of (status.history ?? []).slice(-LAST_STEPS)) {
    lines.push(`  ${entry.at.slice(11, 19)}  ${entry.what.padEnd(12)} ${entry.message}${entry.by ? ` (${entry.by})` : ''}`);
  }
  return lines;
}

function verdictLines(verdict: VerdictRecord, spec: Release['spec']): string[] {
  const lines = [`  verdict ${verdict.verdict} (${verdict.rule}): ${verdict.words}`];
  for (const m of verdict.metrics) {
    if (m.candidate.requests === 0) continue;
    const what = m.boundMs === undefined ? '' : ` slower than ${m.boundMs} ms`;
    const arms = `${spec.candidate} ${share(m.candidate.share)} of ${count(m.candidate.requests)}, ${spec.principal} ${share(m.principal.share)} of ${count(m.principal.requests)}`;
    lines.push(`    ${m.name.padEnd(13)}${what} ${arms}${intervalOf(m)}`);
  }
  if (verdict.requestsNeeded !== undefined && verdict.verdict === 'NotYet') {
    const seconds = verdict.secondsNeeded === undefined ? '' : `, about ${Math.ceil(verdict.secondsNeeded)} s`;
    lines.push(`    about ${count(Math.ceil(verdict.requestsNeeded))} requests of ${spec.candidate} more${seconds}; up to 2.5 times that`);
  }
  return lines;
}

function intervalOf({ interval }: VerdictRecord['metrics'][number]): string {
  const { atLeast, atMost, of } = interval;
  if (atLeast === undefined && atMost === undefined) return '';
  const shown = (n: number): string => (of === 'difference' ? `${Number((n * 100).toFixed(3))} points` : `x${Number(n.toFixed(2))}`);
  const sides = [atLeast === undefined ? '' : `at least ${shown(atLeast)}`, atMost === undefined ? '' : `at most ${shown(atMost)}`].filter(
    (s) => s !== '',
  );
  return `; ${of} ${sides.join(', ')}`;
}

function stepOf({ status = {} }: Release): string {
  if (status.steps === undefined || status.step === undefined || status.finishedAt !== undefined) return '';
  return `   step ${Math.min(status.step + 1, status.steps)} of ${status.steps}`;
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * BAR);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}]`;
}

/** One line that changes only when something happened: for logs and pipes. */
export function progressLine(release: Release): string {
  const { spec, status = {} } = release;
  const verdict = status.verdict ? `  verdict ${status.verdict.verdict}` : '';
  return `${release.metadata?.name}  ${status.phase ?? 'New'}${stepOf(release)}  ${status.weight ?? 0} % to ${spec.candidate}  ${status.reason ?? ''}: ${status.message ?? ''}${verdict}`;
}

/** Rows under a heading, columns as wide as they need. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}
