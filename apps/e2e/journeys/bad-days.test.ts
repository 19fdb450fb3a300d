import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, unlinkSync, writeSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ConfigMap, type KubeClient, connect, kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { Instance } from './instance.js';

describe('a second start', () => {
  const instance = new Instance();
  afterAll(() => instance.end());

  it('needs no network, and finds its data', async () => {
    expect((await instance.run('up', '--detach', '--empty')).code).toBe(0);
    const first = await connect({ kubeconfigPath: await instance.kubeconfig() });
    await first.create(kinds.configMaps, { metadata: { name: 'kept', namespace: 'default' }, data: { a: '1' } });
    await instance.run('down');
    // Every way to a package leads to a closed port.
    const nowhere = 'http://127.0.0.1:9';
    const closed = {
      npm_config_registry: nowhere,
      PIP_INDEX_URL: `${nowhere}/simple`,
      HTTPS_PROXY: nowhere,
      HTTP_PROXY: nowhere,
      NO_PROXY: '127.0.0.1',
    };
    const again = await instance.runWith(closed, 'up', '--detach', '--empty');
    expect({ code: again.code, words: again.code === 0 ? '' : again.out + again.err }).toEqual({ code: 0, words: '' });
    const second = await connect({ kubeconfigPath: await instance.kubeconfig() });
    expect((await second.get(kinds.configMaps, 'kept', 'default'))?.data).toEqual({ a: '1' });
  });
});

describe('a port that is taken', () => {
  const instance = new Instance();
  afterAll(() => instance.end());

  it('is named, with what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    try {
      await waitFor('the other program', () => other.listening || undefined);
      const { port } = other.address() as AddressInfo;
      const up = await instance.run('up', '--detach', '--empty', '--port', String(port));
      expect(up.code).toBe(1);
      expect(up.err).toMatch(new RegExp(`^tidegate: .*${port}.*\n +\\S`));
      expect(up.err).not.toMatch(/\n +at /);
    } finally {
      other.close();
    }
  });
});

/** A file system of its own that can be filled without harm. */
const MEGABYTES = 700;
const isRoot = process.getuid?.() === 0;
const onSmallDisk = isRoot ? describe : describe.skip;

onSmallDisk(isRoot ? 'a disk that is full' : 'a disk that is full (needs root for a file system of its own)', () => {
  const place = mkdtempSync(path.join(tmpdir(), 'tidegate-disk-'));
  const filling = path.join(place, 'filling');
  let mounted = false;
  let instance: Instance;
  let client: KubeClient;

  beforeAll(async () => {
    mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m,mode=755`, 'tmpfs', place]).status === 0;
    expect(mounted).toBe(true);
    mkdirSync(path.join(place, 'data'));
    instance = new Instance(path.join(place, 'data'));
    const up = await instance.run('up', '--detach');
    expect({ code: up.code, words: up.code === 0 ? '' : up.out + up.err }).toEqual({ code: 0, words: '' });
    client = await connect({ kubeconfigPath: await instance.kubeconfig() });
  });
  afterAll(async () => {
    await instance.end();
    if (mounted) spawnSync('umount', ['-l', place]);
    rmSync(place, { recursive: true, force: true });
  });

  const note = (name: string): ConfigMap => ({ metadata: { name, namespace: 'default' }, data: { text: 'x'.repeat(2000) } });

  function fill(): void {
    const file = openSync(filling, 'w');
    try {
      const block = Buffer.alloc(1024 * 1024);
      for (let size = block.length; size >= 512;)
        try {
          writeSync(file, block, 0, size);
        } catch {
          size = Math.floor(size / 2);
        }
    } finally {
      closeSync(file);
    }
  }

  it('is said in a sentence; what was acknowledged stays, and everything goes on once there is room', async () => {
    const kept: string[] = [];
    fill();
    let refusal: unknown;
    for (let i = 0; i < 500 && refusal === undefined; i++) {
      try {
        await client.create(kinds.configMaps, note(`note-${i}`));
        kept.push(`note-${i}`);
      } catch (error) {
        refusal = error;
      }
      if (statfsSync(place).bavail > 0) fill();
    }
    expect(String(refusal)).toMatch(/disk|space/i);
    // Reading goes on, and so does what runs.
    expect((await client.list(kinds.pods, { namespace: 'bookinfo' })).items.length).toBeGreaterThan(0);
    unlinkSync(filling);
    await waitFor(
      'writes work again',
      async () => {
        try {
          await client.apply(kinds.configMaps, note('after'));
          return true;
        } catch {
          return undefined;
        }
      },
      60_000,
    );
    const names = new Set((await client.listAll(kinds.configMaps, { namespace: 'default' })).items.map((c) => c.metadata?.name));
    expect(kept.filter((name) => !names.has(name))).toEqual([]);
    const { state, parts } = await waitFor(
      'the platform is whole',
      async () => {
        const status = await instance.status();
        return status.state === 'ready' ? status : undefined;
      },
      60_000,
    );
    expect([state, parts.every((p) => p.state === 'ready')]).toEqual(['ready', true]);
  });
});
