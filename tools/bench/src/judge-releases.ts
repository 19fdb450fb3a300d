import { type JudgeSettings, defaultJudgeSettings } from '@tidegate/delivery-judge';
import { type SimulatedOutcome, type SimulatedVersion, simulateRelease } from '@tidegate/delivery-judge/simulation';
import { printTable, quantile } from './judge-table.js';

const healthy: SimulatedVersion = { failureRate: 0.001, medianMs: 80, spread: 0.8 };
const steps = [
  { weight: 0.05, holdSeconds: 60 },
  { weight: 0.2, holdSeconds: 60 },
  { weight: 0.5, holdSeconds: 60 },
];
const settings: JudgeSettings = { ...defaultJudgeSettings, steps: steps.length };

interface Case {
  name: string;
  requestsPerSecond: number;
  change: Partial<SimulatedVersion>;
  base?: Partial<SimulatedVersion>;
  runs: number;
  /** What the reference measured: outcome; seconds; candidate requests. */
  reference: string;
}

/** Whole releases with the default settings: 5 % 60 s, 20 % 60 s, 50 % until Equivalent; ends when Suspect. */
export function printReleases(runs: number): void {
  const few = Math.ceil(runs * 0.3);
  const cases: Case[] = [
    { name: 'equal, 50 rps', requestsPerSecond: 50, change: {}, runs, reference: '99.9 % promoted; 324/660; 5816/14304' },
    { name: 'equal, 200 rps', requestsPerSecond: 200, change: {}, runs: few, reference: '99.7 % promoted; 166/254; 7604/16387' },
    {
      name: 'equal, 50 rps, base 0',
      requestsPerSecond: 50,
      change: {},
      base: { failureRate: 0 },
      runs: few,
      reference: '99.7 % promoted; 321/633; 5780/13696',
    },
    {
      name: '+1 point, 50 rps',
      requestsPerSecond: 50,
      change: { failureRate: 0.011 },
      runs: few,
      reference: '100 % held; 108/173; 632/2058',
    },
    {
      name: '+20 % latency, 50 rps',
      requestsPerSecond: 50,
      change: { medianMs: 96 },
      runs: few,
      reference: '100 % held; 112/161; 682/1770',
    },
    {
      name: 'x2 latency, 50 rps',
      requestsPerSecond: 50,
      change: { medianMs: 160 },
      runs: few,
      reference: '91 % held, 9 % Worse; 14/26; 34/62',
    },
    { name: 'all fail, 50 rps', requestsPerSecond: 50, change: { failureRate: 1 }, runs: few, reference: '100 % caught; 2/3; 4/6' },
  ];
  const rows = cases.map((one) => {
    const outcomes = Array.from({ length: one.runs }, (_, i) => run(one, i + 1));
    const share = (ended: SimulatedOutcome['ended']): string =>
      `${((100 * outcomes.filter((o) => o.ended === ended).length) / outcomes.length).toFixed(1)} %`;
    const seconds = outcomes.map((o) => o.seconds);
    const requests = outcomes.map((o) => o.candidateRequests);
    return [
      one.name,
      String(one.runs),
      share('Promoted'),
      share('Suspect'),
      share('Worse'),
      share('TimedOut'),
      `${quantile(seconds, 0.5)}/${quantile(seconds, 0.95)}`,
      `${quantile(requests, 0.5)}/${quantile(requests, 0.95)}`,
      one.reference,
    ];
  });
  const head = ['release', 'runs', 'Promoted', 'Suspect', 'Worse', 'timed out', 'seconds p50/p95', 'candidate requests', 'reference'];
  printTable('Whole releases, default settings, base 0.1 %, four metrics, guardrail 99 %', head, rows);
}

function run(one: Case, seed: number): SimulatedOutcome {
  const principal = { ...healthy, ...one.base };
  const candidate = { ...principal, ...one.change };
  return simulateRelease({ seed, requestsPerSecond: one.requestsPerSecond, principal, candidate, steps, maximumSeconds: 3_600 }, settings, {
    stopAtSuspect: true,
  });
}
