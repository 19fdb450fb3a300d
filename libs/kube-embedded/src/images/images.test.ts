import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { buildImage } from './build-image.js';
import { parseImageReference } from './image-reference.js';
import { ImageStore } from './image-store.js';
import { readTar } from './tar-reader.js';
import { type TarEntry, tarEnd, tarHeader, tarPadding } from './tar-writer.js';
import { unpackLayer } from './unpack-layer.js';

let dir = '';
beforeEach(() => void (dir = mkdtempSync(path.join(tmpdir(), 'image-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function source(description: object = {}): string {
  const folder = path.join(dir, 'app');
  mkdirSync(path.join(folder, 'lib'), { recursive: true });
  writeFileSync(path.join(folder, 'server.js'), 'console.log(1)\n');
  writeFileSync(path.join(folder, 'lib', 'a.js'), 'a\n');
  writeFileSync(path.join(folder, 'run'), '#!/bin/sh\n');
  chmodSync(path.join(folder, 'run'), 0o755);
  symlinkSync('lib/a.js', path.join(folder, 'link.js'));
  writeFileSync(
    path.join(folder, 'tidegate-image.json'),
    JSON.stringify({ name: 'shop/reviews', tag: 'v1', runtime: 'node', command: ['node', 'server.js'], ...description }),
  );
  return folder;
}
const store = (): string => path.join(dir, 'store');

describe('buildImage', () => {
  it('gives the same digest for the same content, whatever its times', async () => {
    const first = await buildImage({ dir: source(), storeDir: store() });
    utimesSync(path.join(dir, 'app', 'server.js'), 1, 1);
    const second = await buildImage({ dir: path.join(dir, 'app'), storeDir: path.join(dir, 'other') });
    expect(second.digest).toBe(first.digest);
    writeFileSync(path.join(dir, 'app', 'server.js'), 'console.log(2)\n');
    expect((await buildImage({ dir: path.join(dir, 'app'), storeDir: store() })).digest).not.toBe(first.digest);
  });

  it("is found by its name, by Docker's long form and by digest, unpacked without write bits", async () => {
    const { digest } = await buildImage({ dir: source({ env: { MODE: 'x' }, ports: [3000, 3001] }), storeDir: store() });
    const images = new ImageStore(store());
    for (const name of ['shop/reviews:v1', 'docker.io/shop/reviews:v1', `shop/reviews@${digest}`]) {
      expect(await images.resolve(name)).toMatchObject({
        digest,
        runtime: 'node',
        entrypoint: ['node', 'server.js'],
        workingDir: '/app',
        env: ['MODE=x'],
        ports: [3000, 3001],
      });
    }
    const root = (await images.resolve('shop/reviews:v1'))?.rootDir ?? '';
    expect(readFileSync(path.join(root, 'app/link.js'), 'utf8')).toBe('a\n');
    expect(statSync(path.join(root, 'app/run')).mode & 0o777).toBe(0o555);
    expect(statSync(path.join(root, 'app/server.js')).mode & 0o777).toBe(0o444);
    expect(readdirSync(path.join(root, 'app')).sort()).toEqual(['lib', 'link.js', 'run', 'server.js']);
    expect(await images.resolve('shop/reviews:v2')).toBeUndefined();
    expect(images.list()).toEqual([{ reference: 'shop/reviews:v1', digest }]);
  });

  it('packs only the files that are named, and takes another tag', async () => {
    const built = await buildImage({ dir: source({ files: ['lib/a.js'] }), storeDir: store(), tag: ':v7' });
    expect(built.reference).toBe('shop/reviews:v7');
    const root = (await new ImageStore(store()).resolve('shop/reviews:v7'))?.rootDir ?? '';
    expect(existsSync(path.join(root, 'app/lib/a.js'))).toBe(true);
    expect(existsSync(path.join(root, 'app/server.js'))).toBe(false);
  });

  it('forgets what no name refers to', async () => {
    const old = await buildImage({ dir: source(), storeDir: store() });
    writeFileSync(path.join(dir, 'app', 'server.js'), 'new\n');
    const now = await buildImage({ dir: path.join(dir, 'app'), storeDir: store() });
    const images = new ImageStore(store());
    images.prune(Date.now() + 7_200_000);
    expect(existsSync(images.layout.blobPath(now.digest))).toBe(true);
    expect(existsSync(images.layout.blobPath(old.digest))).toBe(false);
    expect(await images.resolve('shop/reviews:v1')).toMatchObject({ digest: now.digest });
  });

  it('says which fields are wrong, all at once', async () => {
    const folder = source({ name: 'Shop', runtime: 'java', extra: 1 });
    await expect(buildImage({ dir: folder, storeDir: store() })).rejects.toThrow(/name: [\s\S]*runtime: [\s\S]*extra/);
  });

  it('refuses a link that leaves the folder', async () => {
    const folder = source();
    symlinkSync('/etc/passwd', path.join(folder, 'secret'));
    await expect(buildImage({ dir: folder, storeDir: store() })).rejects.toThrow('points to /etc/passwd, outside the folder');
  });
});

function tar(entries: (TarEntry & { content?: string })[]): { file: string; digest: string } {
  const pieces = entries.flatMap((e) => [
    tarHeader({ ...e, size: Buffer.byteLength(e.content ?? '') }),
    Buffer.from(e.content ?? ''),
    tarPadding(Buffer.byteLength(e.content ?? '')),
  ]);
  const bytes = Buffer.concat([...pieces, tarEnd]);
  const file = path.join(dir, 'layer.tar');
  writeFileSync(file, bytes);
  return { file, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

describe('unpackLayer', () => {
  const rows: { name: string; entries: (TarEntry & { content?: string })[]; why: string }[] = [
    { name: 'leaves the root upwards', entries: [{ path: '../x', type: 'file', content: 'x' }], why: 'leaves its root' },
    { name: 'leaves the root inside', entries: [{ path: 'a/../../x', type: 'file', content: 'x' }], why: 'leaves its root' },
    { name: 'is absolute', entries: [{ path: '/etc/x', type: 'file', content: 'x' }], why: 'leaves its root' },
    { name: 'links to an absolute path', entries: [{ path: 'l', type: 'link', target: '/etc' }], why: 'leaves its root' },
    { name: 'links upwards', entries: [{ path: 'l', type: 'link', target: '../..' }], why: 'leaves its root' },
    {
      name: 'writes through a link',
      entries: [
        { path: 'd', type: 'folder' },
        { path: 'l', type: 'link', target: 'd' },
        { path: 'l/x', type: 'file', content: 'x' },
      ],
      why: 'is used as a folder',
    },
  ];
  it.each(rows)('refuses a name that $name', async ({ entries, why }) => {
    const { file, digest } = tar(entries);
    mkdirSync(path.join(dir, 'root'));
    await expect(unpackLayer(file, 'tar', digest, path.join(dir, 'root'))).rejects.toThrow(why);
  });

  it('refuses content that is not what its digest says', async () => {
    const { file } = tar([{ path: 'a', type: 'file', content: 'x' }]);
    await expect(unpackLayer(file, 'tar', `sha256:${'0'.repeat(64)}`, dir)).rejects.toThrow('its content is not what its digest says');
  });

  it('reads gzip and removes what a whiteout names', async () => {
    const { file } = tar([
      { path: 'a', type: 'file', content: 'x' },
      { path: '.wh.a', type: 'file' },
      { path: 'b', type: 'file', content: 'y' },
    ]);
    const packed = gzipSync(readFileSync(file));
    writeFileSync(file, packed);
    const root = path.join(dir, 'root');
    mkdirSync(root);
    await unpackLayer(
      file,
      'application/vnd.oci.image.layer.v1.tar+gzip',
      `sha256:${createHash('sha256').update(packed).digest('hex')}`,
      root,
    );
    expect(readdirSync(root)).toEqual(['b']);
  });
});

it('a written archive reads back as it was', () => {
  const part = fc.stringMatching(/^[a-z0-9._-]{1,40}$/).filter((s) => s !== '.' && s !== '..');
  const entry = fc.record({
    path: fc.array(part, { minLength: 1, maxLength: 5 }).map((p) => p.join('/')),
    content: fc.string({ maxLength: 1500 }),
    executable: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
      const { file } = tar(entries.map((e) => ({ ...e, type: 'file' as const })));
      const fd = openSync(file, 'r');
      const back = [...readTar(fd)].map((e) => {
        const pieces: Buffer[] = [];
        e.content((p) => pieces.push(p));
        return { path: e.path, content: Buffer.concat(pieces).toString('utf8'), executable: (e.mode & 0o111) !== 0 };
      });
      closeSync(fd);
      expect(back).toEqual(entries);
    }),
    { numRuns: 50 },
  );
});

it.each([
  ['reviews', { repository: 'reviews', tag: 'latest' }],
  ['shop/reviews:v1', { repository: 'shop/reviews', tag: 'v1' }],
  ['docker.io/library/reviews:v1', { repository: 'reviews', tag: 'v1' }],
  ['registry:5000/a', { repository: 'registry:5000/a', tag: 'latest' }],
  ['a@sha256:1', { repository: 'a', digest: 'sha256:1' }],
])('%s', (text, reference) => expect(parseImageReference(text)).toEqual(reference));
