import { ManualClock, silentLogger } from '@tidegate/kernel';
import { ScriptedTransport, refusal, waitFor, type ScriptedWatch } from '@tidegate/testing';
import { Informer, type InformerOptions } from './informer.js';
import { KubeClient } from './kube-client.js';
import { kinds, type ConfigMap } from './kinds.js';
import type { Change } from './object-cache.js';

const PATH = '/api/v1/namespaces/shop/configmaps';

function configMap(name: string, resourceVersion: string, uid = `uid-${name}`): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop', uid, resourceVersion, labels: { app: name } } };
}

interface Setup {
  transport: ScriptedTransport;
  clock: ManualClock;
  informer: Informer<ConfigMap>;
  seen: string[];
  watch: (nth: number) => Promise<ScriptedWatch>;
}

let running: Informer<ConfigMap>[] = [];
afterEach(() => {
  for (const informer of running) informer.stop();
  running = [];
});

function setup(
  listing: { items: ConfigMap[]; version: string },
  prepare: (transport: ScriptedTransport) => void = () => undefined,
  options: InformerOptions<ConfigMap> = {},
): Setup {
  const transport = new ScriptedTransport();
  const clock = new ManualClock(1_000_000);
  transport.on('GET', PATH, () => ({ status: 200, body: { items: listing.items, metadata: { resourceVersion: listing.version } } }));
  prepare(transport);
  const context = { client: new KubeClient(transport), clock, log: silentLogger, random: () => 0 };
  const informer = new Informer(context, kinds.configMaps, {
    ...options,
    namespace: 'shop',
    indexes: { byApp: (o) => (o.metadata?.labels?.['app'] ? [o.metadata.labels['app']] : []) },
  });
  running.push(informer);
  const seen: string[] = [];
  informer.onChange((c: Change<ConfigMap>) => seen.push(`${c.type} ${c.object.metadata?.name}@${c.object.metadata?.resourceVersion}`));
  const watch = (nth: number): Promise<ScriptedWatch> => waitFor(`watch ${nth}`, () => transport.watches[nth]);
  return { transport, clock, informer, seen, watch };
}

describe('Informer', () => {
  it('lists, then follows the watch from the version of the list', async () => {
    const { informer, seen, watch } = setup({ items: [configMap('a', '5')], version: '10' });
    await informer.synced;
    const first = await watch(0);
    expect(first.request.query).toMatchObject({ watch: 'true', resourceVersion: '10', allowWatchBookmarks: 'true', timeoutSeconds: '300' });
    first.send('ADDED', configMap('b', '11'));
    first.send('MODIFIED', configMap('a', '12'));
    first.send('DELETED', configMap('b', '13'));
    await waitFor('three changes', () => seen.length === 4);
    expect(seen).toEqual(['added a@5', 'added b@11', 'changed a@12', 'removed b@13']);
    expect(informer.list().map((o) => o.metadata?.name)).toEqual(['a']);
    expect(informer.get('shop', 'a')?.metadata?.resourceVersion).toBe('12');
  });

  it('lists in chunks', async () => {
    const { transport, informer } = setup({ items: [], version: '1' }, (script) =>
      script.on('GET', PATH, (r) => {
        const last = r.query?.['continue'] === 'more';
        const metadata = last ? { resourceVersion: '7' } : { resourceVersion: '7', continue: 'more' };
        return { status: 200, body: { items: [configMap(last ? 'b' : 'a', '1')], metadata } };
      }),
    );
    await informer.synced;
    expect(informer.list().map((o) => o.metadata?.name)).toEqual(['a', 'b']);
    expect(transport.calls.map((c) => c.query?.['limit'])).toEqual(['500', '500']);
  });

  it('resumes an ended watch where the last bookmark was, without a new list', async () => {
    const { transport, informer, watch } = setup({ items: [], version: '10' });
    await informer.synced;
    const first = await watch(0);
    first.send('BOOKMARK', { metadata: { resourceVersion: '42' } });
    first.end();
    expect((await watch(1)).request.query?.['resourceVersion']).toBe('42');
    expect(transport.calls).toHaveLength(1);
  });

  it('lists again after 410 Gone, tells what was removed, made anew or changed, and nothing else', async () => {
    const listing = { items: [configMap('a', '1'), configMap('b', '2'), configMap('c', '3'), configMap('d', '4')], version: '10' };
    const { clock, informer, seen, watch } = setup(listing);
    await informer.synced;
    seen.length = 0;
    listing.items = [configMap('a', '1'), configMap('c', '20', 'another'), configMap('d', '21')];
    listing.version = '30';
    (await watch(0)).send('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' });
    await waitFor('the new list', () => {
      clock.advance(250);
      return seen.length === 4;
    });
    expect(seen).toEqual(['removed b@2', 'removed c@3', 'added c@20', 'changed d@21']);
    expect((await watch(1)).request.query?.['resourceVersion']).toBe('30');
  });

  it('keeps answering during an outage and comes back with growing waits', async () => {
    const { transport, clock, informer, seen, watch } = setup({ items: [configMap('a', '1')], version: '10' });
    await informer.synced;
    (await watch(0)).fail(new Error('connection reset'));
    await waitFor('the first watch to close', () => transport.watches[0]?.closed);
    for (const [nth, waitMs] of [125, 250, 500].entries()) {
      await waitFor('the next timer', async () => {
        await Promise.resolve();
        clock.advance(waitMs);
        return transport.watches.length === nth + 2;
      });
      expect(informer.get('shop', 'a')).toBeDefined();
      transport.watches[nth + 1]?.fail(new Error('refused'));
      await waitFor('that watch to close', () => transport.watches[nth + 1]?.closed);
    }
    await waitFor('a watch that stays', () => {
      clock.advance(30_000);
      return transport.watches.length > 4;
    });
    transport.watches.at(-1)?.send('MODIFIED', configMap('a', '11'));
    await waitFor('the change', () => seen.at(-1) === 'changed a@11');
  });

  it('takes a silent watch as dead and resumes it', async () => {
    const { clock, informer, watch } = setup({ items: [], version: '10' });
    await informer.synced;
    const first = await watch(0);
    clock.advance(149_000);
    first.send('BOOKMARK', { metadata: { resourceVersion: '11' } });
    await waitFor('the bookmark to be read', () => new Promise<boolean>((r) => setImmediate(() => r(true))));
    clock.advance(149_000);
    expect(first.closed).toBe(false);
    clock.advance(1_001);
    await waitFor('the silent watch to close', () => first.closed);
    await waitFor('the next watch', () => {
      clock.advance(300);
      return watch(1);
    });
    expect((await watch(1)).request.query?.['resourceVersion']).toBe('11');
  });

  it('waits for a kind that is not served yet', async () => {
    let served = false;
    const { transport, clock, informer } = setup({ items: [], version: '3' }, (script) =>
      script.on('GET', PATH, () =>
        served ? { status: 200, body: { items: [], metadata: { resourceVersion: '3' } } } : refusal(404, 'NotFound', 'no such resource'),
      ),
    );
    await waitFor('a refused list', () => transport.calls.length > 0);
    expect(informer.isSynced()).toBe(false);
    served = true;
    await waitFor('the list', () => {
      clock.advance(2_000);
      return informer.isSynced();
    });
  });

  it('takes an optional kind that is not served for empty, and its objects once it is', async () => {
    let served = false;
    const { informer, clock, seen } = setup(
      { items: [], version: '1' },
      (script) =>
        script.on('GET', PATH, () =>
          served
            ? { status: 200, body: { items: [configMap('a', '5')], metadata: { resourceVersion: '5' } } }
            : refusal(404, 'NotFound', 'the server could not find the requested resource'),
        ),
      { optional: true },
    );
    await informer.synced;
    expect(informer.list()).toEqual([]);
    served = true;
    await waitFor('the object', () => {
      clock.advance(2000);
      return informer.list().length === 1;
    });
    expect(seen).toEqual(['added a@5']);
  });

  it('keeps of each object what it is told to keep', async () => {
    const { informer, watch } = setup({ items: [{ ...configMap('a', '5'), data: { one: '1', two: '2' } }], version: '10' }, undefined, {
      keep: ({ data, ...rest }) => ({ ...rest, data: { one: data?.['one'] ?? '' } }),
    });
    await informer.synced;
    (await watch(0)).send('ADDED', { ...configMap('b', '11'), data: { one: '3', two: '4' } });
    await waitFor('both', () => informer.list().length === 2);
    expect(informer.list().map((o) => o.data)).toEqual([{ one: '1' }, { one: '3' }]);
  });

  it('indexes, freezes, leaves managedFields out, and tells late listeners what is there', async () => {
    const withFields = configMap('a', '1');
    withFields.metadata = { ...withFields.metadata, managedFields: [{ manager: 'kubectl' }] };
    const { informer, watch } = setup({ items: [withFields], version: '1' });
    await informer.synced;
    const [found] = informer.byIndex('byApp', 'a');
    expect(found?.metadata?.managedFields).toBeUndefined();
    expect(Object.isFrozen(found?.metadata?.labels)).toBe(true);
    expect(() => informer.byIndex('byNothing', 'a')).toThrow('keeps no index');
    expect(() => informer.addIndexes({ byApp: () => [] })).toThrow('exists with another function');
    const moved = configMap('a', '2');
    moved.metadata = { ...moved.metadata, labels: { app: 'z' } };
    (await watch(0)).send('MODIFIED', moved);
    await waitFor('the index to follow', () => informer.byIndex('byApp', 'z').length === 1);
    expect(informer.byIndex('byApp', 'a')).toEqual([]);
    const late: string[] = [];
    informer.onChange((c) => late.push(c.type));
    expect(late).toEqual(['added']);
  });

  it('ends its watch when stopped; stopping before the first list rejects synced', async () => {
    const { informer, watch } = setup({ items: [], version: '1' });
    await informer.synced;
    const first = await watch(0);
    informer.stop();
    await waitFor('the watch to close', () => first.closed);

    const other = setup({ items: [], version: '1' });
    other.informer.stop();
    await expect(other.informer.synced).rejects.toThrow('was stopped');
  });
});
