import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@tidegate/kernel';
import type { KubeObject } from '@tidegate/kube';
import { ObjectStore } from './object-store.js';
import type { StoredChange } from './resource-table.js';

let dir: string;
let store: ObjectStore;
const open = (options: { historyLimit?: number; compactAfterBytes?: number } = {}): Promise<ObjectStore> =>
  ObjectStore.open({ dir, log: silentLogger, ...options });
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidegate-store-'));
  store = await open();
});
afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

const named = (name: string, value = ''): KubeObject => ({ kind: 'ConfigMap', metadata: { name, annotations: { value } } });
const put = (key: string, value = ''): Promise<KubeObject> => store.write('configmaps', key, () => ({ put: named(key, value) }));
const remove = (key: string): Promise<KubeObject> =>
  store.write('configmaps', key, (current) => (current ? { remove: current } : { keep: named(key) }));
const valueOf = (object: KubeObject | undefined): string | undefined => object?.metadata?.annotations?.['value'];

describe('writes', () => {
  it('gives every change the next revision and keeps order by key', async () => {
    const [b, a] = await Promise.all([put('ns/b'), put('ns/a')]);
    expect(Number(a.metadata?.resourceVersion)).toBe(Number(b.metadata?.resourceVersion) + 1);
    await put('ns-2/c');
    expect(store.list('configmaps', '').map((o) => o.metadata?.name)).toEqual(['ns-2/c', 'ns/a', 'ns/b']);
    expect(store.list('configmaps', 'ns/').map((o) => o.metadata?.name)).toEqual(['ns/a', 'ns/b']);
  });

  it('decides on the newest state although it is not durable yet', async () => {
    const count = (): Promise<KubeObject> =>
      store.write('configmaps', 'counter', (current) => ({ put: named('counter', String(Number(valueOf(current) ?? 0) + 1)) }));
    await Promise.all(Array.from({ length: 200 }, count));
    expect(valueOf(store.get('configmaps', 'counter'))).toBe('200');
  });

  it('shows a write to readers only once it is durable', async () => {
    const writing = put('late');
    expect(store.get('configmaps', 'late')).toBeUndefined();
    await writing;
    expect(store.get('configmaps', 'late')).toBeDefined();
  });

  it('refuses only once readers see what it was refused for', async () => {
    const writing = put('taken');
    const refused = store.write('configmaps', 'taken', (current) => {
      throw new Error(`in conflict with ${current?.metadata?.name}`);
    });
    await expect(refused).rejects.toThrow('in conflict with taken');
    expect(store.get('configmaps', 'taken')).toBeDefined();
    await writing;
  });

  it('refuses when the decision refuses, and changes nothing', async () => {
    const before = store.revision;
    const refused = store.write('configmaps', 'x', () => {
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(store.revision).toBe(before);
  });

  it('hands out objects that cannot be changed by mistake', async () => {
    const object = await put('frozen');
    expect(() => Object.assign(object.metadata ?? {}, { name: 'other' })).toThrow(TypeError);
  });
});

describe('history', () => {
  it('lists as of an older revision and replays what came after', async () => {
    await put('a', '1');
    await put('b', '1');
    const then = store.revision;
    await put('a', '2');
    await remove('b');
    await put('c', '1');
    expect(store.listAt('configmaps', '', then)?.map(valueOf)).toEqual(['1', '1']);
    expect(store.changesAfter('configmaps', then)?.map((c) => `${c.type} ${c.key}`)).toEqual(['modified a', 'deleted b', 'added c']);
  });

  it('forgets beyond its bound, and says so', async () => {
    await store.close();
    store = await open({ historyLimit: 3 });
    const first = store.revision;
    for (const value of ['1', '2', '3', '4', '5']) await put('a', value);
    expect(store.changesAfter('configmaps', first)).toBeUndefined();
    expect(store.listAt('configmaps', '', first)).toBeUndefined();
    expect(store.changesAfter('configmaps', store.revision - 3)).toHaveLength(3);
  });

  it('tells watchers every change in order', async () => {
    const seen: StoredChange[] = [];
    const stop = store.onChange((change) => seen.push(change));
    await Promise.all([put('a'), put('b'), put('a', '2')]);
    stop();
    await put('c');
    expect(seen.map((c) => `${c.type} ${c.key}`)).toEqual(['added a', 'added b', 'modified a']);
  });

  it('lets watchers resume over a restart', async () => {
    await put('a', '1');
    const then = store.revision;
    await put('a', '2');
    await remove('a');
    await store.close();
    store = await open();
    expect(store.changesAfter('configmaps', then)?.map((c) => `${c.type} ${valueOf(c.object)}`)).toEqual(['modified 2', 'deleted 2']);
  });
});

describe('files', () => {
  const theLog = async (): Promise<string> => join(dir, (await readdir(dir)).filter((n) => n.startsWith('log-')).at(-1) ?? '');

  it('cuts off a torn tail and continues', async () => {
    await put('a');
    await put('b');
    await store.close();
    const path = await theLog();
    const bytes = await readFile(path);
    await truncate(path, bytes.length - 5);
    store = await open();
    expect(store.list('configmaps', '').map((o) => o.metadata?.name)).toEqual(['a']);
    await put('c');
    await store.close();
    store = await open();
    expect(store.list('configmaps', '').map((o) => o.metadata?.name)).toEqual(['a', 'c']);
  });

  it('refuses damage in front of intact data', async () => {
    await put('a');
    await put('b');
    await store.close();
    const path = await theLog();
    const bytes = await readFile(path);
    const at = bytes.indexOf('"a"');
    bytes.writeUInt8(0x21, at + 1);
    await writeFile(path, bytes);
    await expect(open()).rejects.toMatchObject({ code: 'STORE_CORRUPTED', message: expect.stringContaining('is damaged at byte 16') });
    bytes.writeUInt8(0x61, at + 1);
    await writeFile(path, bytes);
    store = await open();
  });

  it.each([
    { name: 'newer', format: 2 },
    { name: 'older', format: 0 },
  ])('names a $name format', async ({ name, format }) => {
    await put('a');
    await store.close();
    const path = await theLog();
    const bytes = await readFile(path);
    const other = Buffer.from(bytes);
    other.writeUInt32LE(format, 8);
    await writeFile(path, other);
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_FORMAT_UNKNOWN',
      message: expect.stringContaining(`${name} store format ${format}`),
    });
    await writeFile(path, bytes);
    store = await open();
  });

  it('compacts into a snapshot and finds everything again', async () => {
    await store.close();
    store = await open({ compactAfterBytes: 20_000 });
    for (let i = 0; i < 300; i++) await put(`k${i % 50}`, String(i));
    await remove('k49');
    const { revision } = store;
    await store.close();
    const names = await readdir(dir);
    expect(names.filter((n) => n.startsWith('snapshot-'))).toHaveLength(1);
    store = await open();
    expect(store.revision).toBe(revision);
    expect(store.count('configmaps')).toBe(49);
    expect(valueOf(store.get('configmaps', 'k48'))).toBe('298');
  });

  it('lets one process in', async () => {
    await expect(open()).rejects.toMatchObject({ code: 'STORE_FOLDER_IN_USE' });
  });

  it('takes over the lock of a process that is gone', async () => {
    await store.close();
    await writeFile(join(dir, 'lock'), '999999999 1');
    store = await open();
    expect(store.revision).toBeGreaterThan(0);
  });
});
