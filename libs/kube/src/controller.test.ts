import { ManualClock, silentLogger } from '@tidegate/kernel';
import { ScriptedTransport, waitFor } from '@tidegate/testing';
import { Registry } from 'prom-client';
import { startController, type Reconciled, type RunningController } from './controller.js';
import { InformerSet } from './informer-set.js';
import { KubeClient } from './kube-client.js';
import { kinds, type ConfigMap } from './kinds.js';
import { keyOf } from './object-key.js';

const object = (name: string, resourceVersion: string, owner = 'x'): ConfigMap => ({
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop', uid: name, resourceVersion, labels: { owner } },
});

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function setup(
  reconcile: (key: string, signal: AbortSignal) => Promise<Reconciled>,
  toKeys: (o: ConfigMap) => string[] = (o) => [keyOf(o)],
): Promise<{ transport: ScriptedTransport; clock: ManualClock; controller: RunningController; registry: Registry }> {
  const transport = new ScriptedTransport();
  const clock = new ManualClock();
  const registry = new Registry();
  transport.on('GET', '/api/v1/configmaps', { status: 200, body: { items: [object('a', '1')], metadata: { resourceVersion: '5' } } });
  const informers = new InformerSet(new KubeClient(transport), { clock, log: silentLogger });
  const informer = informers.informer(kinds.configMaps);
  expect(informers.informer(kinds.configMaps)).toBe(informer);
  const controller = startController({
    name: 'test',
    clock,
    log: silentLogger,
    registry,
    reconcile,
    random: () => 0,
    watches: [{ informer, toKeys }],
  });
  ends.push(
    () => informers.stop(),
    () => controller.stop(),
  );
  await informers.synced();
  await waitFor('the watch', () => transport.watches[0]);
  return { transport, clock, controller, registry };
}

it('stops although the API has never answered', async () => {
  const clock = new ManualClock();
  const informers = new InformerSet(new KubeClient(new ScriptedTransport()), { clock, log: silentLogger });
  const reconcile = (): Promise<Reconciled> => Promise.resolve();
  const watches = [{ informer: informers.informer(kinds.configMaps), toKeys: (o: ConfigMap) => [keyOf(o)] }];
  const controller = startController({ name: 'test', clock, log: silentLogger, registry: new Registry(), reconcile, watches });
  await controller.stop();
  expect(informers.notSynced()).toEqual(['configmaps']);
  informers.stop();
});

describe('startController', () => {
  it('reconciles what is there, what changes, and both ends of a moved reference', async () => {
    const seen: string[] = [];
    const { transport } = await setup(
      (key) => {
        seen.push(key);
        return Promise.resolve();
      },
      (o) => [o.metadata?.labels?.['owner'] ?? ''],
    );
    await waitFor('the first object', () => seen.length === 1);
    transport.watches[0]?.send('MODIFIED', object('a', '2', 'y'));
    await waitFor('both owners', () => seen.length === 3);
    expect(seen[0]).toBe('x');
    expect(new Set(seen.slice(1))).toEqual(new Set(['x', 'y']));
  });

  it('tries a failing key again with growing delays, and counts', async () => {
    let tries = 0;
    const { clock, registry } = await setup(() => {
      tries++;
      return tries < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve({ againInMs: 5_000 });
    });
    await waitFor('the first try', () => tries === 1);
    await waitFor('three tries', () => {
      clock.advance(100);
      return tries === 3;
    });
    const text = await waitFor('metrics', async () => {
      const all = await registry.metrics();
      return all.includes('result="again"') ? all : undefined;
    });
    expect(text).toContain('tidegate_reconcile_total{controller="test",result="failed"} 2');
    expect(text).toContain('tidegate_reconcile_queue_depth{controller="test"} 0');
    clock.advance(5_000);
    await waitFor('the look again', () => tries === 4);
  });

  it('aborts a running reconcile when stopped, and waits for it', async () => {
    let ended = false;
    const { controller } = await setup(async (_key, signal) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      ended = true;
    });
    controller.enqueue('shop/b', 0);
    await controller.stop();
    expect(ended).toBe(true);
  });

  it('never works on one key twice at a time', async () => {
    let running = 0;
    let most = 0;
    let rounds = 0;
    const { controller } = await setup(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      rounds++;
    });
    for (let i = 0; i < 5; i++) {
      const before = rounds;
      controller.enqueue('shop/a');
      await waitFor('one more round', () => rounds > before);
    }
    expect(most).toBe(1);
  });
});
