import { type JudgeSettings, defaultJudgeSettings, metricsOf, needed } from '@tidegate/delivery-judge';
import { simulateRelease } from '@tidegate/delivery-judge/simulation';
import { printTable, quantile } from './judge-table.js';

interface Row {
  base: number;
  change: number;
  /** Candidate requests of the reference, median/p95, at tolerance 0 and at 0.5 points. */
  equal: string;
  tolerant: string;
}

/** 50 requests/s, 5 % to the candidate. */
const ROWS: Row[] = [
  { base: 0, change: 0.005, equal: '502/1158', tolerant: 'never' },
  { base: 0, change: 0.01, equal: '258/638', tolerant: '3212/7277' },
  { base: 0, change: 0.05, equal: '56/125', tolerant: '94/251' },
  { base: 0.001, change: 0.005, equal: '1202/2937', tolerant: 'never' },
  { base: 0.001, change: 0.01, equal: '466/1173', tolerant: '3608/7916' },
  { base: 0.001, change: 0.05, equal: '59/138', tolerant: '99/265' },
  { base: 0.01, change: 0.01, equal: '1640/3850', tolerant: '7530/-' },
  { base: 0.01, change: 0.05, equal: '122/312', tolerant: '166/432' },
  { base: 0, change: 1, equal: '5/9', tolerant: '5/9' },
];
const WEIGHT = 0.05;
const SECONDS = 3_600;

/** Candidate requests until Worse, error rate only, beside the reference's figures and the formula. */
export function printPower(runs: number): void {
  const rows = ROWS.map((row) => {
    const measured = [0, 0.005].map((tolerance) => measure(row, tolerance, runs));
    const formula = needed(
      { candidate: row.base + row.change * (1 - row.base), principal: row.base, weight: WEIGHT },
      0,
      0.01,
      'over',
      0.5,
    );
    const within = measured[0]?.requests.filter((n) => n <= 2.5 * formula).length ?? 0;
    return [
      `${row.base * 100} %`,
      row.change === 1 ? 'all fail' : `+${row.change * 100} points`,
      text(measured[0], runs),
      row.equal,
      String(Math.ceil(formula)),
      `${((100 * within) / runs).toFixed(0)} %`,
      text(measured[1], runs),
      row.tolerant,
    ];
  });
  const head = ['base', 'change', 'tolerance 0', 'reference', 'formula', 'within 2.5 x', 'tolerance 0.5', 'reference'];
  printTable(
    `Candidate requests until Worse (median/p95 of ${runs} runs; 50 rps, 5 %, alpha 1 %, error rate only, at most ${SECONDS} s)`,
    head,
    rows,
  );
}

function measure(row: Row, tolerance: number, runs: number): { requests: number[] } {
  const settings: JudgeSettings = { ...defaultJudgeSettings, metrics: metricsOf(tolerance, 0.2, []), guardrails: [] };
  const requests: number[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    const principal = { failureRate: row.base, medianMs: 80, spread: 0.8 };
    const candidate = { ...principal, failureRate: Math.min(1, row.base + row.change) };
    const steps = [{ weight: WEIGHT, holdSeconds: Infinity }];
    const outcome = simulateRelease({ seed, requestsPerSecond: 50, principal, candidate, steps, maximumSeconds: SECONDS }, settings, {
      stopAtSuspect: false,
    });
    if (outcome.ended === 'Worse') requests.push(outcome.candidateRequests);
  }
  return { requests };
}

/** Quantiles over all runs: those that found nothing are infinitely long. */
function text(measured: { requests: number[] } | undefined, runs: number): string {
  const all = [...(measured?.requests ?? []), ...new Array<number>(runs - (measured?.requests.length ?? 0)).fill(Infinity)];
  const show = (value: number): string => (Number.isFinite(value) ? String(value) : '-');
  return `${show(quantile(all, 0.5))}/${show(quantile(all, 0.95))}`;
}
