import path from 'node:path';
import { type Release, type Strategy, releases, strategies } from '@tidegate/delivery-contract';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { type Informer, InformerSet, type KubeClient } from '@tidegate/kube';
import { type LoadResult, startLoad } from '@tidegate/sample-bookinfo';
import { printTable, quantile } from './judge-table.js';
import { PlatformInstance, gatewayUrl, sleep, until } from './platform-instance.js';

/** `node dist/time-to-safe.js [RELEASES]`: how long a version that breaks in the middle of its release goes on getting requests. */
const RELEASES = Number(process.argv[2] ?? 10);
const RATE = 100;
const WEIGHT = 5;
const USERS = 1_000;
const WARMUP_MS = 4_000;
const NAMESPACE = 'bookinfo';
const IMAGE = 'tidegate.dev/bench/breaks:1.0.0';
const imageFolder = path.resolve(import.meta.dirname, '..', 'images', 'breaks');

/** Flagger at its floor: checks every 10 s, and a rollback needs the check that fails and the next tick; its query looks back 1 minute. */
const FLAGGER_TICKS_S = 20;
const FLAGGER_WINDOW_S = 60;

interface Outcome {
  phase: string;
  reason: string;
  /** Seconds from the first bad answer to the last request sent that the broken version answered. */
  safeAfter: number;
  badAnswers: number;
  users: number;
  lost: number;
}

const instance = new PlatformInstance('safe');
try {
  await instance.command(['image', 'build', imageFolder]);
  await instance.up({ empty: false });
  const client = await instance.client();
  const url = `${await gatewayUrl(client, NAMESPACE, 'bookinfo')}/reviews/0`;
  const informers = new InformerSet(client, { clock: systemClock, log: silentLogger });
  const cache = informers.informer(releases, { namespace: NAMESPACE });
  await informers.synced();
  await client.apply(strategies, strategy());
  await until('the Strategy serves v1', 30_000, async () => (await client.get(strategies, 'bench', NAMESPACE))?.status?.promoted);
  const outcomes: Outcome[] = [];
  for (let n = 1; n <= RELEASES; n++) outcomes.push(await breakOne(client, cache, url, n));
  informers.stop();
  print(outcomes);
} finally {
  await instance.end();
}

function strategy(candidate?: string, breakAfterMs = 0): Strategy {
  const env = [
    { name: 'VERSION', value: candidate ?? '' },
    { name: 'BREAK_AFTER_MS', value: String(breakAfterMs) },
  ];
  return {
    metadata: { name: 'bench', namespace: NAMESPACE },
    spec: {
      service: 'reviews',
      principal: 'v1',
      ...(candidate === undefined ? {} : { candidate, candidatePatch: { image: IMAGE, env } }),
      steps: [{ weight: WEIGHT, hold: '10m' }],
      analysis: { guardrails: [{ successRate: 99 }], warmup: `${WARMUP_MS / 1000}s` },
      scaleDownDelay: '1s',
    },
  };
}

async function breakOne(client: KubeClient, cache: Informer<Release>, url: string, n: number): Promise<Outcome> {
  const candidate = `b${n}`;
  const answers: LoadResult[] = [];
  const load = startLoad({ url, ratePerSecond: RATE, users: { count: USERS }, onResult: (result) => answers.push(result) });
  // Breaks at another moment of the judge's second each time.
  await client.apply(strategies, strategy(candidate, WARMUP_MS + 4_000 + ((n * 370) % 1_000)));
  const release = await until(`the release of ${candidate} ended`, 120_000, () =>
    Promise.resolve(
      cache.list(NAMESPACE).find((r) => r.spec.candidate === candidate && ['RolledBack', 'Promoted'].includes(r.status?.phase ?? '')),
    ),
  );
  await sleep(2_000);
  await load.stop();
  const broken = answers.filter((a) => a.servedBy === `reviews-${candidate}`);
  const bad = broken.filter((a) => a.outcome === 'injected');
  const firstBad = Math.min(...bad.map((a) => a.scheduledAtMs + a.latencyMs));
  const last = Math.max(...broken.map((a) => a.scheduledAtMs));
  return {
    phase: release.status?.phase ?? '',
    reason: release.status?.decision?.reason ?? '',
    safeAfter: Math.max(0, last - firstBad) / 1000,
    badAnswers: bad.length,
    users: new Set(bad.map((a) => a.user)).size,
    lost: answers.filter((a) => a.outcome === 'failed').length,
  };
}

function print(outcomes: readonly Outcome[]): void {
  printTable(
    `Each release: ${RATE} requests/s, ${WEIGHT} %, every request of the candidate fails from a moment after warm-up on`,
    ['release', 'ended', 'why', 'seconds to safe', 'bad answers', 'users', 'lost requests'],
    outcomes.map((o, i) => [
      String(i + 1),
      o.phase,
      o.reason,
      o.safeAfter.toFixed(2),
      String(o.badAnswers),
      String(o.users),
      String(o.lost),
    ]),
  );
  const seconds = outcomes.map((o) => o.safeAfter);
  const perSecond = (RATE * WEIGHT) / 100;
  const flagger = (s: number): string[] => [String(s), String(s), String(s * perSecond), usersMet(s * perSecond).toFixed(0)];
  printTable(
    `Time to safe (aim: p99 <= 3 s); users are of ${USERS}`,
    ['', 'p50 s', 'p99 s', 'bad answers p50', 'users p50'],
    [
      [
        `measured, ${outcomes.length} releases`,
        quantile(seconds, 0.5).toFixed(2),
        quantile(seconds, 0.99).toFixed(2),
        String(
          quantile(
            outcomes.map((o) => o.badAnswers),
            0.5,
          ),
        ),
        String(
          quantile(
            outcomes.map((o) => o.users),
            0.5,
          ),
        ),
      ],
      ['Flagger at its floor, computed: two ticks of 10 s', ...flagger(FLAGGER_TICKS_S)],
      ['the same with its 1 min window filled first, computed', ...flagger(FLAGGER_TICKS_S + FLAGGER_WINDOW_S)],
    ],
  );
}

/** Different users among so many requests, each by one of USERS chosen evenly. */
function usersMet(requests: number): number {
  return USERS * (1 - (1 - 1 / USERS) ** requests);
}
