import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type KubeClient, connect, kinds } from '@tidegate/kube';
import { type LoadReport, startLoad } from '@tidegate/sample-bookinfo';
import { type KnativeService, knativeServices, revisions } from '@tidegate/serving-contract';
import { waitFor } from '@tidegate/testing';
import { request } from 'undici';
import { Instance } from './instance.js';

const instance = new Instance();
const files = mkdtempSync(path.join(tmpdir(), 'tidegate-fragile-'));
/** The program of `fragile` cannot start while this file is there. */
const broken = path.join(files, 'broken');
let client: KubeClient;
let gateway = '';

const NAMESPACE = 'rough';
const DEADLINE_MS = 60_000;
const SLEEP_DEADLINE_MS = 90_000;
const AWAY_MS = 30_000;
const HELLO = { name: 'user-container', image: 'tidegate.dev/samples/hello:1.0.0' };
const FRAGILE = `
const fs = require('node:fs');
if (fs.existsSync(${JSON.stringify(broken)})) { console.error('the database does not answer'); process.exit(3); }
require('node:http').createServer((_, r) => r.end('strong\\n')).listen(process.env.PORT, process.env.HOST);
`;

type Container = NonNullable<NonNullable<KnativeService['spec']>['template']>['spec']['containers'][number];

function serviceOf(name: string, annotations: Record<string, string>, container: Container): KnativeService {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE },
    spec: { template: { metadata: { annotations }, spec: { containers: [container] } } },
  };
}
const AWAKE = { 'autoscaling.knative.dev/min-scale': '1' };
const SLEEPY = { 'autoscaling.knative.dev/window': '6s' };

beforeAll(async () => {
  // Pods run as users of their own.
  chmodSync(files, 0o755);
  const up = await instance.run('up', '--detach');
  expect({ code: up.code, words: up.code === 0 ? '' : up.out + up.err }).toEqual({ code: 0, words: '' });
  gateway = await waitFor('the Gateway of Knative hosts', async () => {
    const { out } = await instance.run('status');
    return /Gateway +(http:\/\/\S+) +\(knative-serving\/knative-serving\)/.exec(out)?.[1];
  });
  client = await connect({ kubeconfigPath: await instance.kubeconfig() });
  await client.create(kinds.namespaces, { metadata: { name: NAMESPACE } });
  // The shortest that Knative allows: this file waits for sleep often.
  await client.apply(kinds.configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'config-autoscaler', namespace: 'knative-serving' },
    data: { 'scale-to-zero-grace-period': '6s' },
  });
  const fragile = { ...HELLO, command: ['node', '-e', FRAGILE] };
  await Promise.all(
    [serviceOf('awake', AWAKE, HELLO), serviceOf('asleep', SLEEPY, HELLO), serviceOf('fragile', SLEEPY, fragile)].map((service) =>
      client.create(knativeServices, service),
    ),
  );
  await Promise.all(['awake', 'asleep', 'fragile'].map((name) => untilReady(name)));
});
afterAll(async () => {
  await instance.end();
  rmSync(files, { recursive: true, force: true });
});

async function readyOf(name: string): Promise<{ status: string; reason?: string; message?: string } | undefined> {
  return (await client.get(knativeServices, name, NAMESPACE))?.status?.conditions?.find(({ type }) => type === 'Ready');
}

function untilReady(name: string): Promise<unknown> {
  return waitFor(
    `${name} is ready`,
    async () => {
      const ready = await readyOf(name);
      if (ready?.status !== 'True') throw new Error(JSON.stringify(ready));
      return true;
    },
    DEADLINE_MS,
  );
}

async function podsOf(service: string): Promise<{ name: string; restarts: number }[]> {
  const { items } = await client.list(kinds.pods, { namespace: NAMESPACE, labelSelector: `serving.knative.dev/service=${service}` });
  return items.map(({ metadata, status }) => ({ name: metadata?.name ?? '', restarts: status?.containerStatuses?.[0]?.restartCount ?? 0 }));
}

function untilAsleep(service: string): Promise<unknown> {
  return waitFor(`${service} sleeps`, async () => (await podsOf(service)).length === 0, SLEEP_DEADLINE_MS);
}

const hostOf = (service: string): string => `${service}.${NAMESPACE}.localhost`;

async function ask(service: string): Promise<{ status: number; text: string; retryAfter?: string }> {
  const { statusCode, headers, body } = await request(`${gateway}/`, { headers: { host: hostOf(service) } });
  const retryAfter = headers['retry-after'];
  return { status: statusCode, text: await body.text(), ...(typeof retryAfter === 'string' ? { retryAfter } : {}) };
}

function untilAnswers(service: string): Promise<unknown> {
  return waitFor(`${service} answers`, async () => (await ask(service)).status === 200, DEADLINE_MS);
}

/** Requests to the service that is awake, for as long as `during` takes. */
async function underLoad(during: () => Promise<unknown>): Promise<LoadReport> {
  const load = startLoad({ url: `${gateway}/`, ratePerSecond: 50, headers: { host: hostOf('awake') }, timeoutMs: 10_000 });
  try {
    await during();
  } finally {
    await load.stop();
  }
  return load.report();
}

function expectNothingLost(report: LoadReport): void {
  const failures = Object.values(report.byVersion).flatMap(({ causes }) => Object.entries(causes));
  expect({ failures, dropped: report.dropped }).toEqual({ failures: [], dropped: 0 });
  expect(report.completed).toBeGreaterThan(20);
}

async function kill(part: string, signal: NodeJS.Signals): Promise<number> {
  const pid = (await instance.status()).parts.find(({ name }) => name === part)?.pid;
  if (!pid) throw new Error(`${part} does not run`);
  process.kill(pid, signal);
  return pid;
}

const untilPlatformReady = (): Promise<unknown> =>
  waitFor('the platform is ready again', async () => (await instance.status()).state === 'ready', DEADLINE_MS);

it('says why a revision crashes at its first start, and does not start it in a hot loop', async () => {
  const crash = { ...HELLO, command: ['node', '-e', `console.error('no licence was found'); process.exit(3)`] };
  await client.create(knativeServices, serviceOf('crash', {}, crash));
  const ready = await waitFor(
    'the crash is told',
    async () => {
      const condition = await readyOf('crash');
      return condition?.status === 'False' ? condition : undefined;
    },
    DEADLINE_MS,
  );
  expect(ready.message).toBe('Revision "crash-00001" failed with message: Container failed with: no licence was found.');
  const revision = await client.get(revisions, 'crash-00001', NAMESPACE);
  expect(revision?.status?.conditions?.find(({ type }) => type === 'ContainerHealthy')).toMatchObject({ status: 'False', reason: 'ExitCode3' });
  const pods = await podsOf('crash');
  expect(pods.length).toBeLessThanOrEqual(1);
  expect(Math.max(0, ...pods.map(({ restarts }) => restarts))).toBeLessThan(8);
});

it('tells callers of a sleeping revision that cannot start any more, soon; and wakes it once it can', async () => {
  await untilAsleep('fragile');
  writeFileSync(broken, '');
  const refused = await ask('fragile');
  expect(refused).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) as string });
  expect(refused.text).toMatch(/fragile-00001 cannot start: .*3.*the database does not answer/);
  rmSync(broken);
  await untilAnswers('fragile');
});

it('loses no request to what is awake when activator and autoscaler are killed, and wakes what sleeps when they are back', async () => {
  await untilAsleep('asleep');
  const report = await underLoad(async () => {
    await kill('traffic', 'SIGKILL');
    const meanwhile = await ask('asleep');
    if (meanwhile.status !== 200) expect(meanwhile).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) as string });
    await untilAnswers('asleep');
    await untilPlatformReady();
  });
  expectNothingLost(report);
});

it('goes on for half a minute without the Kubernetes API, and wakes what sleeps once it is back', async () => {
  await untilAsleep('asleep');
  const before = await podsOf('awake');
  let late: Promise<{ status: number }> | undefined;
  const report = await underLoad(async () => {
    const pid = await kill('cluster', 'SIGSTOP');
    try {
      late = ask('asleep');
      // Not a wait for a state: this is how long the API is away.
      await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await untilAnswers('asleep');
  });
  expectNothingLost(report);
  // Held in the proxy for as long as it took.
  expect((await late)?.status).toBe(200);
  expect(await podsOf('awake')).toEqual(before);
  await untilPlatformReady();
});

it('finishes what it had begun when the controllers are killed', async () => {
  const creating = client.create(knativeServices, serviceOf('begun', AWAKE, HELLO));
  await kill('control', 'SIGKILL');
  // The call may fail: who checks it was killed. It is as if it had not been made, then.
  await creating.catch(() =>
    waitFor('a second try', () => client.create(knativeServices, serviceOf('begun', AWAKE, HELLO)).catch(() => undefined), DEADLINE_MS),
  );
  await untilReady('begun');
  expect(await ask('begun')).toMatchObject({ status: 200 });
});
