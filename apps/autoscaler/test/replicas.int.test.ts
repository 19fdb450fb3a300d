import { kinds } from '@tidegate/kube';
import { ownerOf } from '@tidegate/serving-ownership';
import { waitFor } from '@tidegate/testing';
import type { RunningAutoscaler } from '../src/index.js';
import { AutoscalerStage, NAMESPACE, type Seen, activeOf } from './autoscaler-stage.js';

const stage = new AutoscalerStage();
const replicas = new Map<string, RunningAutoscaler>();
const serving = ({ pods }: Seen): number => pods.filter((p) => p.ready && !p.parked).length;

/** Names of Services whose first revisions belong to this replica while both are there. */
function namesOf(owner: string): string[] {
  const names = Array.from({ length: 40 }, (_, i) => `shared-${i}`);
  return names.filter((name) => ownerOf(`${NAMESPACE}/${name}-00001`, ['hears', 'deaf']) === owner);
}

const members = async (): Promise<(string | undefined)[]> => {
  const { items } = await stage.client.list(kinds.leases, {
    namespace: 'tidegate-system',
    labelSelector: 'serving.tidegate.dev/autoscaler',
  });
  return items.map((lease) => lease.spec?.holderIdentity).sort();
};

beforeAll(async () => {
  await stage.open(false);
  replicas.set('hears', await stage.replica('hears', 'all'));
  replicas.set('deaf', await stage.replica('deaf', 'nothing'));
  await waitFor('both are members', async () => (await members()).join() === 'deaf,hears');
}, 180_000);
afterAll(async () => {
  for (const replica of replicas.values()) await replica.stop();
  await stage.close();
}, 60_000);

it.each(['hears', 'deaf'])(
  'the replica that %s scales its own revisions by what the other heard',
  async (owner) => {
    const name = namesOf(owner)[0] ?? '';
    await stage.service(name, { target: '4' });
    const load = stage.load(name);
    load.run(10, 100);
    await stage.until(name, 'has grown', (seen) => serving(seen) >= 3);
    await load.stop();
    expect(load.failed).toEqual([]);
    const asleep = await stage.until(name, 'sleeps', ({ replicas: n, pods }) => n === 0 && pods.length === 0);
    expect(activeOf(asleep.pa)).toBe('False NoTraffic');
    const { items } = await stage.client.list(kinds.events, { namespace: NAMESPACE });
    const own = items.filter((e) => e.involvedObject.name === `${name}-00001` && e.source?.component === 'tidegate.dev/autoscaler');
    expect(new Set(own.map((e) => e.reportingInstance))).toEqual(new Set([owner]));
  },
  120_000,
);

it.each([
  { owner: 'deaf', told: 'hears' },
  { owner: 'hears', told: 'deaf' },
])(
  'wakes a revision of $owner when $told is told that requests wait',
  async ({ owner, told }) => {
    const [name = ''] = namesOf(owner);
    await stage.until(name, 'sleeps', ({ replicas: n }) => n === 0);
    replicas.get(told)?.wake({ namespace: NAMESPACE, name: `${name}-00001` }, 1);
    await stage.until(name, 'is asked for a pod', ({ replicas: n }) => n === 1, 2_000);
    await stage.until(name, 'is active', ({ pa }) => activeOf(pa) === 'True');
  },
  60_000,
);

it('goes on without a replica that leaves, and does not shrink what it knows nothing of', async () => {
  const name = namesOf('deaf')[1] ?? '';
  await stage.service(name, { target: '4', 'min-scale': '1' });
  const load = stage.load(name);
  load.run(10, 100);
  const before = await stage.until(name, 'has grown', (seen) => serving(seen) >= 3);
  await replicas.get('deaf')?.stop();
  replicas.delete('deaf');
  const seen: number[] = [];
  const end = Date.now() + 14_000;
  await waitFor(
    'two stable windows have passed',
    async () => {
      seen.push((await stage.see(name)).replicas);
      return Date.now() > end;
    },
    30_000,
  );
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(before.replicas);
  await load.stop();
  expect(load.failed).toEqual([]);
  await stage.until(name, 'shrinks by the other replica', ({ replicas: n }) => n === 1);
  expect(await members()).toEqual(['hears']);
}, 120_000);
