import { waitFor } from '@tidegate/testing';
import { apply, everything, get, helm, kn, knDoes, kubectl } from './cluster.js';
import { runsTheDemos } from './demos.js';
import { servesAtNodes } from './gateways-on-nodes.js';
import { losesANode } from './lost-node.js';
import { hello, image, namespace, shop, sleeper } from './objects.js';
import { peopleAreInADatabase } from './people-in-a-database.js';
import { pullsFromARegistry } from './private-registry.js';
import {
  type PodList,
  SHOP,
  SYSTEM,
  addressOf,
  answers,
  ask,
  current,
  podsOf,
  previous,
  profile,
  put,
  report,
  underLoad,
  untilAvailable,
} from './release.js';
import { renewsCertificates } from './renewed-certificates.js';
import { routesBetweenPods } from './routes-between-pods.js';
import { sharesHardLimits } from './several-activators.js';
import { findTestbed } from './testbed.js';

const SLEEP = 'tidegate-journey-sleep';
const testbed = findTestbed();
let before = new Set<string>();

beforeAll(async () => {
  before = await everything();
  // The strictest level: every pod of the platform has to be admitted by it.
  await apply(namespace(SYSTEM, { 'pod-security.kubernetes.io/enforce': 'restricted' }));
});

it(`installs${previous ? ' what landed before' : ''}, and every pod is ready`, async () => {
  const seconds = await put('install', previous ?? current);
  console.log(`helm install, until ready: ${seconds.toFixed(1)} s`);
  const pods = await podsOf('--selector', 'app.kubernetes.io/instance=tidegate');
  expect(pods.length).toBeGreaterThan(1);
  expect(pods.filter((pod) => !pod.status.containerStatuses?.every((c) => c.ready))).toEqual([]);
});

it('gives a Gateway its proxies, and a route its traffic', async () => {
  await apply(...shop(SHOP));
  const address = await addressOf('shop', SHOP);
  expect(await answers(address, 'shop.example')).toBe('Hello shop!\n');
  expect((await ask(address, 'nobody.example')).status).toBe(404);
});

const withPrevious = previous ? it : it.skip;
withPrevious('upgrades from the chart that landed before, under load, without a failed request', async () => {
  await apply(namespace(SLEEP), sleeper('kept', SLEEP));
  await kubectl('wait', 'ksvc/kept', '--namespace', SLEEP, '--for=condition=Ready', '--timeout=120s');
  const load = await underLoad(async () => {
    await put('upgrade', current);
    await untilAvailable();
  });
  report('helm upgrade from the chart that landed before', load);
  expect(load.failed).toEqual([]);
  const host = `kept.${SLEEP}.knative.example`;
  expect(await answers(await addressOf('knative-serving', 'knative-serving'), host)).toBe('Hello sleeper!\n');
  await kubectl('delete', 'ksvc/kept', '--namespace', SLEEP, '--wait=true');
});

it('passes helm test', async () => {
  expect(await helm('test', 'tidegate', '--namespace', SYSTEM)).toMatch(/Phase: +Succeeded/);
});

it('leaves no account of the install Job', async () => {
  expect(await kubectl('get', 'clusterrole', 'tidegate:install', '--ignore-not-found', '--output', 'name')).toBe('');
  expect(await kubectl('get', 'jobs,serviceaccounts', '--namespace', SYSTEM, '--output', 'name')).not.toContain('tidegate-install');
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

runsTheDemos();

it('upgrades under load without a failed request', async () => {
  const pods = async (): Promise<string[]> =>
    (await podsOf('--selector', 'tidegate.dev/health=served')).map(({ metadata }) => metadata.name);
  const old = await pods();
  const load = await underLoad(async () => {
    // Other settings: every pod of the platform is replaced.
    await put('upgrade', current, 'logLevel=debug');
  });
  await waitFor('the end of the old pods', async () => !(await pods()).some((name) => old.includes(name)), 120_000);
  report('helm upgrade', load);
  expect(load.failed).toEqual([]);
});

it('loses no request while each pod of the platform is deleted, one after the other', async () => {
  const load = await underLoad(async () => {
    for (const { metadata } of await podsOf()) {
      // An autoscaler may have taken one away meanwhile.
      await kubectl('delete', 'pod', metadata.name, '--namespace', SYSTEM, '--wait=true', '--ignore-not-found');
      await untilAvailable();
    }
  });
  report('every pod deleted', load);
  expect(load.failed).toEqual([]);
});

routesBetweenPods();
if (profile === 'distributed') {
  sharesHardLimits();
  renewsCertificates();
}
if (testbed) {
  peopleAreInADatabase(testbed);
  servesAtNodes();
  losesANode(testbed);
  pullsFromARegistry(testbed);
}

it('uninstalls, and nothing of it is left', async () => {
  await kubectl('delete', 'namespace', SLEEP, '--ignore-not-found', '--wait=true', '--timeout=120s');
  await helm('uninstall', 'tidegate', '--namespace', SYSTEM, '--wait', '--timeout', '5m');
  // Of what people made, what the platform had changed is as it was.
  const { spec } = await get<{ spec: { selector?: Record<string, string> } }>('service', 'shop', '--namespace', SHOP);
  expect(spec.selector).toEqual({ app: 'shop' });
  expect(await kubectl('get', 'services,endpointslices', '--namespace', SHOP, '--output', 'name')).not.toContain('shop-tidegate');
  await kubectl('delete', 'namespace', SHOP, '--wait=true', '--timeout=120s');
  await kubectl('delete', 'namespace', SYSTEM, '--wait=true', '--timeout=120s');
  await kubectl('wait', 'namespace/knative-serving', '--for=delete', '--timeout=60s');
  const left = [...(await everything())].filter((object) => !before.has(object));
  expect(left).toEqual([]);
});
