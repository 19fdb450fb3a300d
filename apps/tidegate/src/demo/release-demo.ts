import { readFileSync } from 'node:fs';
import path from 'node:path';
import { releases, strategies, type Release, type Strategy } from '@tidegate/delivery-contract';
import { TidegateError, pause } from '@tidegate/kernel';
import { Informer, InformerSet, type KubeClient, kinds } from '@tidegate/kube';
import { type LoadResult, manifestsFolder, startLoad } from '@tidegate/sample-bookinfo';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { parse } from 'yaml';
import { codes } from '../errors.js';
import type { ReleaseOutcome } from './report.js';
import { Tally } from './tally.js';

export interface Scenario {
  title: string;
  version: string;
  /** Faults of the candidate, as the sample reads them. */
  env: { name: string; value: string }[];
  wanted: ReleaseOutcome['wanted'];
}

export const SCENARIOS: readonly Scenario[] = [
  { title: 'good', version: 'v1.1', env: [], wanted: 'Promoted' },
  { title: 'erroring', version: 'v1.2', env: [{ name: 'FAULT_ERROR_PERCENT', value: '20' }], wanted: 'RolledBack' },
  { title: 'slow', version: 'v1.3', env: [{ name: 'FAULT_DELAY_FACTOR', value: '3' }], wanted: 'RolledBack' },
];

export const RATE_PER_SECOND = 200;
const USERS = 1000;
const NAMESPACE = 'bookinfo';
const SERVICE = 'reviews';
const SETTLE_MS = 3_000;
/** Longer than the demo's strategy may take with all its waits. */
const RELEASE_LIMIT_MS = 180_000;
const POLL_MS = 100;

export interface DemoOptions {
  client: KubeClient;
  /** http://address:port of the sample's Gateway. */
  gateway: string;
  /** Where the controllers say what is wrong. */
  logs: string;
  say(line: string): void;
  signal: AbortSignal;
}

/** A strategy without a candidate: all traffic to v1. */
function demoStrategy(): Strategy {
  return parse(readFileSync(path.join(manifestsFolder, '..', 'demo', 'strategy.yaml'), 'utf8')) as Strategy;
}

/** Runs the scenarios one after the other under steady load, and leaves the sample as it was. Throws CLI_DEMO_NOT_POSSIBLE. */
export async function runReleaseDemo(options: DemoOptions): Promise<ReleaseOutcome[]> {
  const { client, say } = options;
  await refuseForeignStrategy(client);
  const informers = new InformerSet(client, { clock: systemClock, log: silentLogger });
  const cache = informers.informer(releases, { namespace: NAMESPACE });
  const outcomes: ReleaseOutcome[] = [];
  let tally = new Tally('');
  const load = startLoad({
    url: `${options.gateway}/${SERVICE}/0`,
    ratePerSecond: RATE_PER_SECOND,
    users: { count: USERS },
    onResult: (result) => tally.add(toObservation(result)),
  });
  try {
    await informers.synced();
    await client.apply(strategies, demoStrategy(), { fieldManager: 'tidegate-demo' });
    await untilPinned(options);
    say(`${RATE_PER_SECOND} requests/s from ${USERS} users on ${options.gateway}/${SERVICE}/0`);
    await pause(SETTLE_MS, options.signal);
    for (const scenario of SCENARIOS) {
      tally = new Tally(scenario.version);
      say('');
      say(`Releasing a version that is ${scenario.title} (${scenario.version}) ...`);
      outcomes.push(await runScenario(options, cache, scenario, tally));
      await pause(SETTLE_MS, options.signal);
    }
  } finally {
    await load.stop();
    informers.stop();
    await cleanUp(client);
  }
  return outcomes;
}

function toObservation({ user, servedBy, outcome, cause }: LoadResult): Parameters<Tally['add']>[0] {
  const version = servedBy?.replace(`${SERVICE}-`, '');
  const kind = outcome === 'ok' ? 'good' : outcome === 'injected' ? 'version-failed' : 'lost';
  return { user: user ?? 0, version, outcome: kind, ...(cause === undefined ? {} : { cause }) };
}

/** Throws CLI_DEMO_NOT_POSSIBLE. */
export async function requireSample(client: KubeClient): Promise<void> {
  if (!(await client.get(kinds.services, SERVICE, NAMESPACE))) {
    throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, 'The sample is not loaded on this instance.', {
      remedy: 'Start an instance with it: tidegate up --data DIR (without --empty).',
    });
  }
}

async function refuseForeignStrategy(client: KubeClient): Promise<void> {
  const found = (await client.list(strategies, { namespace: NAMESPACE })).items.find(
    (s) => s.spec.service === SERVICE && s.metadata?.name !== demoStrategy().metadata?.name,
  );
  if (found) {
    throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, `The sample's reviews already has a Strategy of yours, ${found.metadata?.name}.`, {
      remedy: 'Delete it, or try the demo on another instance (--data DIR).',
    });
  }
}

async function untilPinned({ client, logs, signal }: DemoOptions): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const strategy = await client.get(strategies, demoStrategy().metadata?.name ?? '', NAMESPACE);
    if (strategy?.status?.promoted !== undefined && strategy.status.observedGeneration === strategy.metadata?.generation) return;
    if (Date.now() > deadline) {
      const because = strategy?.status?.conditions?.find((c) => c.status !== 'True')?.message ?? 'its status says nothing';
      throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, `The Strategy is not taken up after 30 s: ${because}`, {
        remedy: `See ${logs}.`,
      });
    }
    await pause(POLL_MS, signal);
  }
}

/** Names the candidate in the Strategy and follows the release to its end. */
async function runScenario(
  { client, say, signal }: DemoOptions,
  cache: Informer<Release>,
  scenario: Scenario,
  tally: Tally,
): Promise<ReleaseOutcome> {
  const strategy = demoStrategy();
  const env = [{ name: 'VERSION', value: scenario.version }, ...scenario.env];
  const asked = Date.now();
  await client.apply(
    strategies,
    { ...strategy, spec: { ...strategy.spec, candidate: scenario.version, candidatePatch: { env } } },
    { fieldManager: 'tidegate-demo' },
  );
  let shown = '';
  for (;;) {
    const release = cache
      .list(NAMESPACE)
      .find((r) => r.spec.candidate === scenario.version && Date.parse(r.metadata?.creationTimestamp ?? '') >= asked - 1500);
    const status = release?.status;
    const line = release === undefined ? '' : progressText(release);
    if (line !== shown) say(`  ${((Date.now() - asked) / 1000).toFixed(0).padStart(3)} s  ${line}`);
    shown = line;
    const finished = status?.phase === 'Promoted' || status?.phase === 'RolledBack';
    if (finished || Date.now() - asked > RELEASE_LIMIT_MS) {
      return {
        title: scenario.title,
        candidate: scenario.version,
        wanted: scenario.wanted,
        phase: status?.phase ?? 'did not start',
        seconds: secondsToDecision(release),
        why: status?.decision?.message ?? status?.message ?? 'no decision',
        tally,
      };
    }
    await pause(POLL_MS, signal);
  }
}

function progressText({ status }: Release): string {
  const verdict = status?.verdict ? ` · ${status.verdict.words}` : '';
  return `${(status?.phase ?? 'New').padEnd(11)} ${String(status?.weight ?? 0).padStart(3)} %${verdict || (status?.message ? ` · ${status.message}` : '')}`;
}

/** From the first weight that every proxy confirmed to the decision. */
function secondsToDecision(release: Release | undefined): number | undefined {
  const first = release?.status?.history?.find((h) => (h.weight ?? 0) > 0)?.at;
  const decided = release?.status?.decision?.at;
  return first && decided ? (Date.parse(decided) - Date.parse(first)) / 1000 : undefined;
}

/** Takes the Strategy and the workloads of the demo's versions away; traffic is plain again. */
async function cleanUp(client: KubeClient): Promise<void> {
  const name = demoStrategy().metadata?.name ?? '';
  await client.delete(strategies, name, NAMESPACE);
  const deadline = Date.now() + 30_000;
  while ((await client.get(strategies, name, NAMESPACE)) && Date.now() < deadline) await pause(POLL_MS);
  const versions = SCENARIOS.map((s) => s.version).join(',');
  const made = await client.list(kinds.deployments, { namespace: NAMESPACE, labelSelector: `app=${SERVICE},version in (${versions})` });
  for (const deployment of made.items) await client.delete(kinds.deployments, deployment.metadata?.name ?? '', NAMESPACE);
}
