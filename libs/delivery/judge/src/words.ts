import type { MetricRecord, Remaining, VerdictRecord } from './types.js';

/** The verdict as a person reads it: "v2 fails 3.1 % of requests, v1 0.2 %; 99 % sure after 412 requests". */
export function inWords(record: VerdictRecord, names: { candidate: string; principal: string }): string {
  const { verdict } = record;
  switch (verdict.kind) {
    case 'Worse':
      return verdict.rule === 'guardrail'
        ? guardrailWords(record, verdict.metric, names)
        : `${comparisonWords(record, verdict.metric, names)}; ${sure(record.alpha)} after ${requestsOf(record, verdict.metric)}`;
    case 'Suspect':
      if (verdict.rule === 'no-answers')
        return `${names.candidate} has open requests and answers none, while ${names.principal} answers; holding`;
      return `${comparisonWords(record, verdict.metric, names)}; worse than ${names.principal}, ${sure(record.alpha)} after ${requestsOf(record, verdict.metric)}, but not proved beyond the tolerance; holding${left(verdict)}`;
    case 'Equivalent':
      return `${names.candidate} is not worse than ${names.principal} by more than the tolerance${toleranceWords(record)}; ${sure(record.beta)} after ${requestsOf(record)}`;
    case 'Better':
      return `${comparisonWords(record, verdict.metric, names)}; better, and no metric worse than the tolerance; ${sure(record.beta)} after ${requestsOf(record, verdict.metric)}`;
    case 'NotYet':
      return `${waitingWords(record, names)[verdict.because]}${left(verdict)}`;
  }
}

function waitingWords(
  record: VerdictRecord,
  names: { candidate: string; principal: string },
): Record<Extract<VerdictRecord['verdict'], { kind: 'NotYet' }>['because'], string> {
  return {
    evidence: `Not decided after ${requestsOf(record)}`,
    'warming-up': `${names.candidate} is warming up; only the warm-up limit is watched`,
    'not-live': 'The weight is not live on every proxy yet',
    'no-requests': `${names.candidate} has had no requests to compare`,
    'both-fail': `Both ${names.candidate} and ${names.principal} break a guardrail; holding, since the cause is not ${names.candidate} alone`,
    'not-compared': 'Guardrails hold; the versions are not compared',
  };
}

function comparisonWords(record: VerdictRecord, name: string, names: { candidate: string; principal: string }): string {
  const metric = record.metrics.find((m) => m.name === name);
  if (!metric) return `${names.candidate} differs from ${names.principal}`;
  const what = metric.kind === 'failed' ? 'fails' : `answers slower than ${metric.boundMs} ms`;
  const of = metric.kind === 'failed' ? ' of requests' : ' of the time';
  return `${names.candidate} ${what} ${percent(metric.candidate.share)}${of}, ${names.principal} ${percent(metric.principal.share)}`;
}

function guardrailWords(record: VerdictRecord, name: string, names: { candidate: string; principal: string }): string {
  const guard = record.guardrails.find((g) => g.name === name);
  if (!guard) return `${names.candidate} breaks the guardrail ${name}`;
  return `${names.candidate} breaks the guardrail ${name}: ${guard.candidate.bad} of ${guard.candidate.requests} requests bad (${percent(guard.candidate.share)}), the limit is ${percent(guard.limit)}`;
}

function toleranceWords(record: VerdictRecord): string {
  const errors = record.metrics.find((m) => m.kind === 'failed');
  return errors ? ` (${percent(errors.tolerance)} more failures)` : '';
}

function requestsOf(record: VerdictRecord, name?: string): string {
  const metric: MetricRecord | undefined = record.metrics.find((m) => m.name === name) ?? record.metrics[0];
  const count = metric?.candidate.requests ?? 0;
  return `${count} ${count === 1 ? 'request' : 'requests'}`;
}

function left({ requestsNeeded, secondsNeeded }: Remaining): string {
  if (requestsNeeded === null) return '';
  const time = secondsNeeded === null ? '' : `, ${secondsNeeded} s`;
  return `; about ${requestsNeeded} more requests needed${time}, up to 2.5 times that`;
}

function sure(alpha: number): string {
  return `${Number(((1 - alpha) * 100).toPrecision(4))} % sure`;
}

/** 0.031 -> "3.1 %"; three significant digits at most, and never "0 %" for something. */
export function percent(value: number): string {
  const points = value * 100;
  return `${points >= 10 ? Number(points.toFixed(1)) : Number(points.toPrecision(2))} %`;
}
