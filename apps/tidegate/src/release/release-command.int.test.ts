import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ACTION_ANNOTATION,
  ACTION_BY_ANNOTATION,
  ACTION_REASON_ANNOTATION,
  deliveryCrds,
  releases,
  strategies,
  strategySpecSchema,
  type ReleaseStatus,
} from '@tidegate/delivery-contract';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { KubeClient, kinds } from '@tidegate/kube';
import { startEmbeddedApi, type EmbeddedApi } from '@tidegate/kube-embedded';
import { waitFor } from '@tidegate/testing';
import { releaseCommand } from './release-command.js';

let dir: string;
let api: EmbeddedApi;
let client: KubeClient;
let lines: string[];
const run = (...argv: string[]): Promise<number> =>
  releaseCommand(argv, { client, out: (line) => lines.push(line), by: 'alice', isTerminal: false });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidegate-cli-'));
  api = await startEmbeddedApi({ dir, port: 0, clock: systemClock, log: silentLogger });
  client = new KubeClient(api.transport('alice', ['system:masters']));
  for (const crd of deliveryCrds()) await client.create(kinds.customResourceDefinitions, crd);
  await waitFor('releases are served', () => client.list(releases).then(() => true));
  await client.create(kinds.namespaces, { metadata: { name: 'shop' } });
  const spec = strategySpecSchema.parse({ service: 'reviews', principal: 'v1', candidate: 'v2' });
  await client.create(strategies, { metadata: { name: 'reviews', namespace: 'shop' }, spec });
  await addRelease('reviews-v2-1', {
    phase: 'RolledBack',
    reason: 'Worse',
    message: 'v2 is worse',
    weight: 0,
    finishedAt: '2026-01-05T10:00:00Z',
  });
  await addRelease('reviews-v2-2', {
    phase: 'Progressing',
    reason: 'StepHolds',
    message: 'the weight stays for 30s',
    weight: 5,
    step: 0,
    steps: 3,
    live: '1/1',
  });
});
afterAll(async () => {
  await api.stop();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(() => {
  lines = [];
});

async function addRelease(name: string, status: ReleaseStatus): Promise<void> {
  const policy = strategySpecSchema.parse({ service: 'reviews', principal: 'v1', candidate: 'v2' });
  const made = await client.create(releases, {
    metadata: { name, namespace: 'shop' },
    spec: { strategy: 'reviews', service: 'reviews', principal: 'v1', candidate: 'v2', candidateHash: 'h', policy },
  });
  await client.replaceStatus(releases, { ...made, status });
}

it('lists releases', async () => {
  expect(await run('list')).toBe(0);
  expect(lines[0]).toMatch(/^NAMESPACE +NAME +FROM +TO +PHASE/);
  expect(lines.slice(1).join('\n')).toMatch(/reviews-v2-2 +v1 +v2 +Progressing +5 %/);
});

it('shows the newest release of a Strategy', async () => {
  await run('status', 'reviews');
  expect(lines.join('\n')).toContain('shop/reviews-v2-2   v1 -> v2   Progressing   step 1 of 3');
  expect(lines.join('\n')).toContain('5 % to v2, live on 1/1 proxies');
});

it('writes a hand with who and why, and waits until it is taken up', async () => {
  const done = run('pause', 'reviews-v2-2', '--reason', 'lunch');
  const asked = await waitFor('the annotation', async () => {
    const { annotations } = (await client.get(releases, 'reviews-v2-2', 'shop'))?.metadata ?? {};
    return annotations?.[ACTION_ANNOTATION] === undefined ? undefined : annotations;
  });
  expect(asked).toMatchObject({ [ACTION_ANNOTATION]: 'pause', [ACTION_BY_ANNOTATION]: 'alice', [ACTION_REASON_ANNOTATION]: 'lunch' });
  await client.patch(releases, 'reviews-v2-2', 'shop', {
    type: 'merge',
    body: { metadata: { annotations: { [ACTION_ANNOTATION]: null } } },
  });
  expect(await done).toBe(0);
});

it.each([
  [['promote', 'reviews-v2-1'], 'is over: it was rolled back'],
  [['status', 'nothing'], 'no release and no Strategy'],
  [['start', 'nothing'], 'no Strategy called nothing'],
  [['dance'], '"dance" is no release command'],
  [['pause'], 'needs the name of a release'],
  [['list', '--colour'], '--colour'],
  [['start', 'reviews', '--env', 'A'], 'NAME=VALUE'],
])('refuses %j in a sentence', async (argv, sentence) => {
  await expect(run(...argv)).rejects.toThrow(sentence);
});

it('follows a release to its end', async () => {
  const watching = run('status', 'reviews-v2-2', '--watch');
  await waitFor('the first line', () => lines.length > 0);
  const release = await client.get(releases, 'reviews-v2-2', 'shop');
  if (!release) throw new Error('the release is there');
  await client.replaceStatus(releases, {
    ...release,
    status: { ...release.status, phase: 'Promoted', reason: 'Equivalent', message: 'v2 serves all requests', weight: 100 },
  });
  expect(await watching).toBe(0);
  expect(lines.join('\n')).toContain('Promoted');
});

it('replays a recording, and says what is wrong with one', async () => {
  const file = join(dir, 'recording.jsonl');
  const latency = new Array<number>(88).fill(0);
  const second = (i: number, version: string, requests: number, failed: number) => ({
    version,
    rule: 'weighted',
    requests,
    failed,
    classes: [0, requests - failed, 0, 0, failed, 0],
    latency: latency.with(14, requests),
    at: i,
  });
  const spec = {
    service: 'reviews',
    principal: 'v1',
    candidate: 'v2',
    steps: [{ weight: 10, hold: '10s' }],
    analysis: { warmup: '0s', latencyLevels: [] },
  };
  const batches = Array.from({ length: 30 }, (_, i) => ({
    type: 'second',
    second: 1_767_607_200 + i,
    versions: [second(i, 'v1', 90, 0), second(i, 'v2', 10, 5)],
    proxies: { live: 1, total: 1 },
    late: 0,
  }));
  await writeFile(file, [{ type: 'strategy', spec }, ...batches].map((l) => JSON.stringify(l)).join('\n'));
  expect(await run('replay', file)).toBe(1);
  expect(lines.join('\n')).toMatch(/RollingBack .*v2/);
  await writeFile(file, '{"type":"second"}\n');
  await expect(run('replay', file)).rejects.toThrow('recording.jsonl:1 is no signal batch');
});
