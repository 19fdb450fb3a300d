import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extractZipEntry } from '../src/zip-entry.js';
import { zipOf } from './zip-writer.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'tgz-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const big = Buffer.from('envoy '.repeat(100_000));

async function extract(archive: Buffer, name: string): Promise<Buffer> {
  writeFileSync(path.join(folder, 'a.zip'), archive);
  await extractZipEntry(path.join(folder, 'a.zip'), name, path.join(folder, 'out'));
  return readFileSync(path.join(folder, 'out'));
}

const first = { name: 'a/other', content: Buffer.from('other'), method: 0 } as const;

it('takes out a deflated and a stored file, also behind others and a comment', async () => {
  const archive = zipOf([first, { name: 'a/envoy', content: big, method: 8 }], 'a comment');
  expect((await extract(archive, 'a/envoy')).equals(big)).toBe(true);
  expect((await extract(archive, 'a/other')).toString()).toBe('other');
  accessSync(path.join(folder, 'out'), constants.X_OK);
});

const rows = [
  { name: 'a missing file', archive: zipOf([first]), says: 'holds no file a/envoy' },
  { name: 'text', archive: Buffer.from('<html>not found</html>'), says: 'is no zip archive' },
  { name: 'an empty file', archive: Buffer.alloc(0), says: 'is no zip archive' },
  { name: 'another method', archive: zipOf([{ name: 'a/envoy', content: big, method: 12 }]), says: 'is packed with method 12' },
  {
    name: 'half an archive',
    archive: zipOf([{ name: 'a/envoy', content: big, method: 8 }]).subarray(500),
    says: 'cannot|no directory|holds no file|invalid',
  },
];
for (const { name, archive, says } of rows) {
  it(`refuses ${name}`, async () => {
    await expect(extract(archive, 'a/envoy')).rejects.toThrow(new RegExp(says));
  });
}
