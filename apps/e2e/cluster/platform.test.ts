import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { request } from 'undici';
import { apply, everything, get, helm, kn, knDoes, kubectl, settings } from './cluster.js';
import { type LoadReport, startLoad } from './load.js';
import { hello, image, namespace, shop, sleeper } from './objects.js';

const SYSTEM = 'tidegate-system';
const SHOP = 'tidegate-journey-shop';
const SLEEP = 'tidegate-journey-sleep';
const chart = path.resolve(import.meta.dirname, '../../../charts/tidegate');
const profile = process.env['TIDEGATE_PROFILE'] ?? 'compact';

const values = [
  `profile=${profile}`,
  `image.registry=${settings.registry}`,
  `gateway.service=${settings.gatewayService}`,
  `knative.digestsFrom=${settings.digestsFrom}`,
  'knative.domain=knative.example',
  // Nothing here takes longer than a second.
  'gateway.drainSeconds=5',
  // This journey made all that there is of these kinds, so nothing of anybody's is lost.
  'crds.keep=false',
];
const set = (...more: string[]): string[] => [...values, ...more].flatMap((value) => ['--set', value]);

interface PodList {
  items: { metadata: { name: string }; status: { phase: string; containerStatuses?: { ready: boolean; restartCount: number }[] } }[];
}
interface GatewayView {
  status?: { addresses?: { value: string }[]; conditions?: { type: string; status: string }[] };
}

let before = new Set<string>();

async function addressOf(name: string, inNamespace: string): Promise<string> {
  return waitFor(
    `the address of Gateway ${inNamespace}/${name}`,
    async () => {
      const { status } = await get<GatewayView>('gateway', name, '--namespace', inNamespace);
      const programmed = status?.conditions?.some((c) => c.type === 'Programmed' && c.status === 'True');
      return programmed ? status?.addresses?.[0]?.value : undefined;
    },
    120_000,
  );
}

async function ask(address: string, host: string): Promise<{ status: number; text: string; ms: number }> {
  const began = performance.now();
  const { statusCode, body } = await request(`http://${address}/`, { headers: { host }, headersTimeout: 60_000 });
  return { status: statusCode, text: await body.text(), ms: Math.round(performance.now() - began) };
}

const answers = (address: string, host: string): Promise<string> =>
  waitFor(
    `an answer of ${host} at ${address}`,
    async () => {
      const { status, text } = await ask(address, host);
      return status === 200 ? text : undefined;
    },
    60_000,
  );

const podsOf = async (...selector: string[]): Promise<PodList['items']> =>
  (await get<PodList>('pods', '--namespace', SYSTEM, ...selector)).items;

/** Where the shop answers, while steps run under load. */
async function underLoad(work: () => Promise<void>): Promise<LoadReport> {
  const load = startLoad(`http://${await addressOf('shop', SHOP)}/`, 'shop.example', 50);
  let failure: unknown;
  try {
    await waitFor('the load to flow', () => load.soFar().requests > 50);
    await work();
    const then = load.soFar().requests;
    await waitFor('some requests after it', () => load.soFar().requests > then + 150);
  } catch (error) {
    failure = error;
  }
  const report = await load.stop();
  if (failure !== undefined) throw failure;
  return report;
}

beforeAll(async () => {
  before = await everything();
  // The strictest level: every pod of the platform has to be admitted by it.
  await apply(namespace(SYSTEM, { 'pod-security.kubernetes.io/enforce': 'restricted' }));
});

it('installs, and every pod is ready', async () => {
  const began = performance.now();
  await helm('install', 'tidegate', chart, '--namespace', SYSTEM, ...set(), '--wait', '--timeout', '5m');
  console.log(`helm install, until ready: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const pods = await podsOf('--selector', 'app.kubernetes.io/instance=tidegate');
  expect(pods.length).toBeGreaterThan(1);
  expect(pods.filter((pod) => !pod.status.containerStatuses?.every((c) => c.ready))).toEqual([]);
});

it('passes helm test', async () => {
  expect(await helm('test', 'tidegate', '--namespace', SYSTEM)).toMatch(/Phase: +Succeeded/);
});

it('leaves no account of the install Job', async () => {
  expect(await kubectl('get', 'clusterrole', 'tidegate:install', '--ignore-not-found', '--output', 'name')).toBe('');
  expect(await kubectl('get', 'jobs,serviceaccounts', '--namespace', SYSTEM, '--output', 'name')).not.toContain('tidegate-install');
});

it('gives a Gateway its proxies, and a route its traffic', async () => {
  await apply(...shop(SHOP));
  const address = await addressOf('shop', SHOP);
  expect(await answers(address, 'shop.example')).toBe('Hello shop!\n');
  expect((await ask(address, 'nobody.example')).status).toBe(404);
});

it('wakes a sleeping Knative Service for its first call', async () => {
  await apply(namespace(SLEEP), sleeper('sleeper', SLEEP));
  await kubectl('wait', 'ksvc/sleeper', '--namespace', SLEEP, '--for=condition=Ready', '--timeout=120s');
  const { status } = await get<{ status: { url: string } }>('ksvc', 'sleeper', '--namespace', SLEEP);
  const host = new URL(status.url).host;
  const address = await addressOf('knative-serving', 'knative-serving');
  await answers(address, host);
  const asleep = async (): Promise<boolean> => (await get<PodList>('pods', '--namespace', SLEEP)).items.length === 0;
  for (const round of ['first', 'second', 'third']) {
    await waitFor(`sleep before the ${round} call`, asleep, 180_000);
    const { status: code, text, ms } = await ask(address, host);
    console.log(`cold call, ${round}: ${ms} ms`);
    expect({ code, text }).toEqual({ code: 200, text: 'Hello sleeper!\n' });
  }
});

const withKn = kn === undefined ? it.skip : it;
withKn('serves kn: create, describe, list, delete', async () => {
  const program = ['--input-type=module', '--eval', hello].flatMap((word) => ['--arg', word]);
  const created = await knDoes('service', 'create', 'greeter', '--namespace', SLEEP, '--image', image, ...program);
  expect(created).toContain("Service 'greeter' created to latest revision 'greeter-00001'");
  expect(await knDoes('service', 'describe', 'greeter', '--namespace', SLEEP)).toMatch(/100% +@latest/);
  expect(await knDoes('service', 'list', '--namespace', SLEEP)).toMatch(/greeter .*True/);
  await knDoes('service', 'delete', 'greeter', '--namespace', SLEEP, '--wait');
});

it('upgrades under load without a failed request', async () => {
  const pods = async (): Promise<string[]> =>
    (await podsOf('--selector', 'tidegate.dev/health=served')).map(({ metadata }) => metadata.name);
  const old = await pods();
  const report = await underLoad(async () => {
    // Other settings: every pod of the platform is replaced.
    await helm('upgrade', 'tidegate', chart, '--namespace', SYSTEM, ...set('logLevel=debug'), '--wait', '--timeout', '5m');
  });
  await waitFor('the end of the old pods', async () => !(await pods()).some((name) => old.includes(name)), 120_000);
  console.log(`helm upgrade: ${report.requests} requests, ${report.failed.length} failed`);
  expect(report.failed).toEqual([]);
});

it('loses no request while each pod of the platform is deleted, one after the other', async () => {
  const report = await underLoad(async () => {
    for (const { metadata } of await podsOf()) {
      // An autoscaler may have taken one away meanwhile.
      await kubectl('delete', 'pod', metadata.name, '--namespace', SYSTEM, '--wait=true', '--ignore-not-found');
      await kubectl('wait', 'deployments', '--all', '--namespace', SYSTEM, '--for=condition=Available', '--timeout=120s');
      await waitFor(
        'all pods ready again',
        async () => (await podsOf()).every((p) => p.status.containerStatuses?.every((c) => c.ready)),
        120_000,
      );
    }
  });
  console.log(`every pod deleted: ${report.requests} requests, ${report.failed.length} failed`);
  expect(report.failed).toEqual([]);
});

it('uninstalls, and nothing of it is left', async () => {
  await kubectl('delete', 'namespace', SHOP, SLEEP, '--wait=true', '--timeout=120s');
  await helm('uninstall', 'tidegate', '--namespace', SYSTEM, '--wait', '--timeout', '5m');
  await kubectl('delete', 'namespace', SYSTEM, '--wait=true', '--timeout=120s');
  await kubectl('wait', 'namespace/knative-serving', '--for=delete', '--timeout=60s');
  const left = [...(await everything())].filter((object) => !before.has(object));
  expect(left).toEqual([]);
});
