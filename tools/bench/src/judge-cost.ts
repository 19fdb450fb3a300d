import { defaultJudgeSettings, judgeSecond, startJudge, toRecord, type Arm } from '@tidegate/delivery-judge';
import { printTable } from './judge-table.js';

const SECONDS = 5_000;

/** Microseconds of one judged second of one release with the default four metrics, and the size of its saved state. */
export function printCost(): void {
  const rows = [10, 100, 1_000].map((requestsPerSecond) => {
    const second = samples(requestsPerSecond);
    let state = startJudge(defaultJudgeSettings);
    for (let n = 1; n <= SECONDS; n++) state = judgeSecond(state, n, second(n), defaultJudgeSettings).state;
    const start = performance.now();
    let verdict = judgeSecond(state, SECONDS + 1, second(0), defaultJudgeSettings).verdict;
    for (let n = SECONDS + 1; n <= 2 * SECONDS; n++) ({ state, verdict } = judgeSecond(state, n, second(n), defaultJudgeSettings));
    const perSecond = ((performance.now() - start) * 1_000) / SECONDS;
    const recordStart = performance.now();
    for (let n = 0; n < 200; n++) toRecord(state, verdict, defaultJudgeSettings, { candidate: 'v2', principal: 'v1' });
    const perRecord = ((performance.now() - recordStart) * 1_000) / 200;
    return [String(requestsPerSecond), perSecond.toFixed(1), perRecord.toFixed(0), String(JSON.stringify(state).length)];
  });
  printTable(
    `Cost of one release (four metrics, one guardrail, ${SECONDS} seconds)`,
    ['requests/s', 'us per second', 'us per record', 'bytes of state'],
    rows,
  );
}

/** Prepared outside of the measured time: 10 % to the candidate, lognormal-like latencies in twenty buckets. */
function samples(requestsPerSecond: number): (n: number) => Parameters<typeof judgeSecond>[2] {
  const prepared = Array.from({ length: 50 }, (_, i) => {
    const candidate = arm(Math.ceil(requestsPerSecond / 10), i);
    const principal = arm(requestsPerSecond - Math.ceil(requestsPerSecond / 10), i + 7);
    return { compared: { candidate, principal }, guarded: { candidate, principal }, live: true, settledSince: 0 };
  });
  return (n) => ({ ...(prepared[n % prepared.length] as (typeof prepared)[number]), settledSince: -1_000 });
}

function arm(requests: number, salt: number): Arm {
  const latency = startJudge(defaultJudgeSettings).history;
  for (let i = 0; i < requests; i++) {
    const bucket = 24 + Math.floor(20 * ((i * 0.618 + salt * 0.382) % 1) ** 2);
    latency[bucket] = (latency[bucket] as number) + 1;
  }
  return { requests, failed: salt % 13 === 0 ? 1 : 0, latency };
}
