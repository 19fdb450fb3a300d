import { readFileSync } from 'node:fs';
import path from 'node:path';
import { objectsFromYaml } from '../test/objects-from-yaml.js';
import { buildSnapshot } from './build-snapshot.js';
import type { MeshObjects } from './mesh-objects.js';
import { SnapshotCache } from './snapshot-cache.js';

const read = (name: string) => objectsFromYaml(readFileSync(path.join(import.meta.dirname, `../testdata/${name}.in.yaml`), 'utf8'));
const traffic = () => read('traffic');

function changed(before: MeshObjects, after: MeshObjects): string[] {
  const cache = new SnapshotCache();
  const first = buildSnapshot(before, { mode: 'embedded', cache }).snapshot.resources;
  const second = buildSnapshot(after, { mode: 'embedded', cache });
  const plain = buildSnapshot(after, { mode: 'embedded' });
  // The cache must never change the answer.
  expect([...second.snapshot.resources].sort()).toEqual([...plain.snapshot.resources].sort());
  expect(second.statuses).toEqual(plain.statuses);
  const added = [...second.snapshot.resources].filter(([key, resource]) => first.get(key) !== resource).map(([key]) => key);
  const removed = [...first.keys()].filter((key) => !second.snapshot.resources.has(key)).map((key) => `gone ${key}`);
  return [...added, ...removed].sort();
}

/** The same objects but for the one of that name, which is changed. */
function edit<T extends { metadata?: { name?: string } }>(list: readonly T[], name: string, change: (object: T) => void): T[] {
  expect(list.some((object) => object.metadata?.name === name)).toBe(true);
  return list.map((object) => {
    if (object.metadata?.name !== name) return object;
    const copy = structuredClone(object);
    change(copy);
    return copy;
  });
}

describe('SnapshotCache', () => {
  const before = traffic();

  it.each([
    { name: 'nothing', after: before, is: [] },
    {
      name: "a Gateway route's weights",
      after: {
        ...before,
        httpRoutes: edit(before.httpRoutes, 'weights', (route) => {
          const ref = route.spec.rules?.[0]?.backendRefs?.[0];
          if (ref) ref.weight = 10;
        }),
      },
      is: ['routes/gw/shop/edge/80'],
    },
    {
      name: "a Service's route: its own table and the Gateway's",
      after: {
        ...before,
        httpRoutes: edit(before.httpRoutes, 'reviews', (route) => {
          const ref = route.spec.rules?.[0]?.backendRefs?.[0];
          if (ref) ref.weight = 7;
          if (ref) ref.filters = [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-a', value: 'b' }] } }];
        }),
      },
      is: ['routes/gw/shop/edge/80', 'routes/svc/shop/reviews/9080'],
    },
    {
      name: 'endpoints',
      after: {
        ...before,
        endpointSlices: edit(before.endpointSlices, 'v1', (slice) => {
          const [endpoint] = slice.endpoints ?? [];
          if (endpoint) endpoint.addresses = ['127.0.0.2'];
        }),
      },
      is: ['endpoints/shop/reviews-v1/9080'],
    },
    {
      name: 'a route that goes',
      after: { ...before, httpRoutes: before.httpRoutes.filter((route) => route.metadata?.name !== 'consumer') },
      is: ['gone routes/svc/shop/reviews/9080@lab', 'scope/127.20.1.1:19080', 'scope/127.20.1.2:19080', 'scope/127.20.2.1:19080'],
    },
    {
      name: 'an address for one more caller',
      after: {
        ...before,
        ipAddresses: [
          ...before.ipAddresses,
          ...edit(before.ipAddresses, '127.20.1.1', (address) => {
            if (address.metadata) address.metadata.name = '127.20.1.9';
          }).filter((address) => address.metadata?.name === '127.20.1.9'),
        ],
      },
      is: expect.arrayContaining(['scope/127.20.1.9:19080']),
    },
  ])('makes again what depends on $name', ({ after, is }) => {
    expect(changed(before, after)).toEqual(is);
  });
});

describe('SnapshotCache of sleeping targets', () => {
  const before = read('sleeping');
  const wake = (objects: MeshObjects): MeshObjects => ({
    ...objects,
    endpointSlices: edit(objects.endpointSlices, 'leaving-00001-pod', (slice) => {
      for (const endpoint of slice.endpoints ?? []) endpoint.conditions = { ready: true };
    }),
  });
  const own = [
    'cluster/apps/leaving-00001/80',
    'endpoints/apps/leaving-00001/80',
    'routes/gw/apps/edge/80',
    'routes/svc/apps/leaving-00001/80',
    'scope/127.30.0.20:18180',
  ];

  it('makes again what depends on the one that wakes', () => {
    expect(changed(before, wake(before))).toEqual(own);
  });

  it('a status that is written changes nothing', () => {
    const written = edit(before.trafficPolicies, 'hello-00001', (policy) => {
      policy.status = {
        conditions: [{ type: 'Holding', status: 'True', reason: 'Held', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }],
      };
    });
    expect(changed(before, { ...before, trafficPolicies: written })).toEqual([]);
  });

  it('passes requests on only after its status no longer says that they are held', () => {
    const said = (status: 'True' | 'Unknown'): MeshObjects => ({
      ...before,
      trafficPolicies: edit(before.trafficPolicies, 'leaving-00001', (policy) => {
        policy.status = {
          conditions: [{ type: 'Holding', status, reason: 'Held', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }],
        };
      }),
    });
    expect(changed(said('True'), wake(said('True'))).filter((key) => !key.startsWith('scope/'))).toEqual([
      'routes/gw/apps/edge/80',
      'routes/svc/apps/leaving-00001/80',
    ]);
    const holding = (objects: MeshObjects) =>
      buildSnapshot(objects, { mode: 'embedded' }).statuses.trafficPolicies.find((plan) => plan.ref.name === 'leaving-00001')?.holding;
    expect([holding(said('True')), holding(wake(said('True'))), holding(wake(said('Unknown')))]).toEqual(['held', 'waking', 'passed']);
  });
});
