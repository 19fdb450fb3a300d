import { systemClock, silentLogger } from '@tidegate/kernel';
import { waitFor } from '@tidegate/testing';
import { stringify } from 'yaml';
import { applyManifests } from '../src/apply-manifests.js';
import { connect } from '../src/connect.js';
import { crdFor } from '../src/crd.js';
import { EventRecorder } from '../src/event-recorder.js';
import { InformerSet } from '../src/informer-set.js';
import type { KubeClient } from '../src/kube-client.js';
import { isAlreadyExists, isConflict, isInvalid } from '../src/kube-api-error.js';
import { defineKind, type KubeObject } from '../src/kind.js';
import { kinds } from '../src/kinds.js';
import { LeaderElection } from '../src/leader-election.js';
import { startController } from '../src/controller.js';
import { z } from 'zod';

const kubeconfigPath = process.env['TIDEGATE_TEST_KUBECONFIG'];
const onCluster = kubeconfigPath ? describe : describe.skip;

interface Parcel extends KubeObject {
  spec: {
    service: string;
    weight?: number;
    mode?: string;
    port?: number | string;
    source?: { type: string; url?: string; image?: string };
  };
  status?: { phase?: string };
}
const parcels = defineKind<Parcel>({
  group: 'test.tidegate.dev',
  version: 'v1alpha1',
  kind: 'Parcel',
  plural: 'parcels',
  namespaced: true,
});
const parcelCrd = crdFor({
  kind: parcels,
  schema: z
    .strictObject({
      service: z.string().min(1).max(63),
      weight: z.number().min(0).max(100).default(5),
      mode: z.enum(['Fast', 'Slow']).default('Fast'),
      port: z.union([z.int(), z.string()]).optional(),
      source: z
        .discriminatedUnion('type', [
          z.strictObject({ type: z.literal('Git'), url: z.string() }),
          z.strictObject({ type: z.literal('Image'), image: z.string() }),
        ])
        .optional(),
    })
    .meta({
      'x-kubernetes-validations': [{ rule: "self.mode != 'Slow' || self.weight < 50", message: 'slow parcels weigh less than 50' }],
    }),
  statusSchema: z.object({ phase: z.string().optional() }),
  columns: [{ name: 'Phase', type: 'string', jsonPath: '.status.phase' }],
});

onCluster('against a real API server (skipped unless TIDEGATE_TEST_KUBECONFIG names one)', () => {
  const namespace = `tidegate-kube-${process.pid}`;
  let client: KubeClient;
  let informers: InformerSet;

  beforeAll(async () => {
    client = await connect({ kubeconfigPath, fieldManager: 'tidegate-test' });
    informers = new InformerSet(client, { clock: systemClock, log: silentLogger });
    await client.create(kinds.namespaces, { metadata: { name: namespace } });
  });
  afterAll(async () => {
    informers.stop();
    await client.delete(kinds.customResourceDefinitions, 'parcels.test.tidegate.dev');
    await client.delete(kinds.namespaces, namespace);
  });

  it('has every verb, with conflicts told apart', async () => {
    const made = await client.create(kinds.configMaps, { metadata: { name: 'verbs', namespace }, data: { a: '1' } });
    expect(await client.create(kinds.configMaps, { metadata: { name: 'verbs', namespace } }).catch(isAlreadyExists)).toBe(true);
    await client.patch(kinds.configMaps, 'verbs', namespace, { type: 'json', body: [{ op: 'add', path: '/data/b', value: '2' }] });
    await client.patch(kinds.configMaps, 'verbs', namespace, { type: 'strategic', body: { data: { c: '3' } } });
    expect(await client.replace(kinds.configMaps, made).catch(isConflict)).toBe(true);
    expect((await client.get(kinds.configMaps, 'verbs', namespace))?.data).toEqual({ a: '1', b: '2', c: '3' });
    await client.create(kinds.configMaps, { metadata: { name: 'dry', namespace } }, { dryRun: true });
    expect(await client.get(kinds.configMaps, 'dry', namespace)).toBeUndefined();
    expect(await client.delete(kinds.configMaps, 'verbs', namespace, { uid: 'another' }).catch(isConflict)).toBe(true);
    await client.delete(kinds.configMaps, 'verbs', namespace);
    await client.delete(kinds.configMaps, 'verbs', namespace);
  });

  it('applies what it owns, and takes it away when it no longer says it', async () => {
    const object = { metadata: { name: 'applied', namespace }, data: { a: '1', b: '2' } };
    const first = await client.apply(kinds.configMaps, object);
    const same = await client.apply(kinds.configMaps, object);
    expect(same.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion);
    await client.apply(kinds.configMaps, { metadata: object.metadata, data: { z: '9' } }, { fieldManager: 'other' });
    const less = await client.apply(kinds.configMaps, { metadata: object.metadata, data: { a: '1' } });
    expect(less.data).toEqual({ a: '1', z: '9' });
    const fight = { metadata: object.metadata, data: { z: '0' } };
    expect(await client.apply(kinds.configMaps, fight, { force: false }).catch(isConflict)).toBe(true);
  });

  it('lists in chunks and watches on from there', async () => {
    const informer = informers.informer(kinds.secrets, { namespace, labelSelector: 'test=chunks' });
    const secret = (i: number): Promise<unknown> =>
      client.create(kinds.secrets, { metadata: { name: `s-${i}`, namespace, labels: { test: 'chunks' } } });
    await Promise.all(Array.from({ length: 12 }, (_, i) => secret(i)));
    const chunk = await client.list(kinds.secrets, { namespace, labelSelector: 'test=chunks', limit: 5 });
    expect(chunk.items).toHaveLength(5);
    const next = await client.list(kinds.secrets, { namespace, labelSelector: 'test=chunks', limit: 5, continue: chunk.continue });
    expect(next.items[0]?.kind).toBe('Secret');
    await waitFor('the informer to see all', () => informer.list().length === 12);
    await client.delete(kinds.secrets, 's-3', namespace);
    await waitFor('the removal', () => informer.get(namespace, 's-3') === undefined);
  });

  it('installs a definition made from zod; the server enforces it, defaults it, and a controller writes its status', async () => {
    const yaml = `${stringify(parcelCrd)}---\n${stringify({
      apiVersion: 'test.tidegate.dev/v1alpha1',
      kind: 'Parcel',
      metadata: { name: 'one', namespace },
      spec: { service: 'reviews', port: 'http', source: { type: 'Git', url: 'x' } },
    })}`;
    const results = (await applyManifests(client, yaml)).map((a) => a.result);
    expect(results).toEqual(['created', 'created']);
    expect((await applyManifests(client, yaml)).map((a) => a.result)).toEqual(['unchanged', 'unchanged']);
    expect((await client.get(parcels, 'one', namespace))?.spec).toMatchObject({ weight: 5, mode: 'Fast', port: 'http' });
    const crd = await client.get(kinds.customResourceDefinitions, 'parcels.test.tidegate.dev');
    expect(crd?.status?.conditions?.find((c) => c.type === 'NonStructuralSchema')).toBeUndefined();

    const refused = (spec: Parcel['spec']): Promise<unknown> =>
      client.create(parcels, { metadata: { name: 'bad', namespace }, spec }).then(
        () => 'accepted',
        (e: unknown) => isInvalid(e),
      );
    expect(await refused({ service: '' })).toBe(true);
    expect(await refused({ service: 'a', weight: 101 })).toBe(true);
    expect(await refused({ service: 'a', weight: 60, mode: 'Slow' })).toBe(true);
    expect(await refused({ service: 'a', source: { type: 'Git', image: 'x' } })).toBe(true);

    const informer = informers.informer(parcels);
    const controller = startController({
      name: 'parcel',
      clock: systemClock,
      log: silentLogger,
      watches: [{ informer, toKeys: (p) => [p.metadata?.name ?? ''] }],
      reconcile: async (name) => {
        const parcel = informer.get(namespace, name);
        if (parcel && !parcel.status) await client.replaceStatus(parcels, { ...parcel, status: { phase: 'Seen' } });
      },
    });
    await waitFor('the status', () => informer.get(namespace, 'one')?.status?.phase === 'Seen');
    await controller.stop();
  });

  it('elects one leader of two, and records events that the server accepts', async () => {
    const events: string[] = [];
    const make = (identity: string): LeaderElection =>
      new LeaderElection({
        client,
        namespace,
        name: 'test',
        identity,
        clock: systemClock,
        log: silentLogger,
        retryPeriodMs: 100,
        onLeading: () => void events.push(identity),
      });
    const [a, b] = [make('a'), make('b')];
    a.start();
    await waitFor('the first leader', () => a.isLeading());
    b.start();
    await a.stop();
    await waitFor('the second leader', () => b.isLeading());
    await b.stop();
    expect(events).toEqual(['a', 'b']);

    const recorder = new EventRecorder({ client, component: 'tidegate.dev/test', clock: systemClock, log: silentLogger });
    const regarding = await client.get(kinds.namespaces, namespace);
    const lease = await client.get(kinds.leases, 'test', namespace);
    expect(regarding && lease).toBeDefined();
    if (lease) for (let i = 0; i < 3; i++) recorder.record(lease, { type: 'Normal', reason: 'Tested', message: 'a test ran' });
    await recorder.flush();
    if (lease) recorder.record(lease, { type: 'Normal', reason: 'Tested', message: 'a test ran' });
    await recorder.flush();
    expect(recorder.dropped).toBe(0);
    const written = await client.list(kinds.events, { namespace, fieldSelector: 'reason=Tested' });
    expect(written.items.map((e) => e.count)).toEqual([4]);
  });
});
