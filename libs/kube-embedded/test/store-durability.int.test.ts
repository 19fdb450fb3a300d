import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { silentLogger } from '@tidegate/kernel';
import { ObjectStore } from '../src/store/object-store.js';

const hooks = join(import.meta.dirname, 'typescript-hooks.mjs');
const writer = join(import.meta.dirname, 'endless-writer.ts');
const nodeArguments = ['--no-warnings', '--experimental-transform-types', '--conditions=development', '--import', hooks, writer];

let dir: string;
const children: ChildProcess[] = [];
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'tidegate-store-'))));
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

/** Keys that were acknowledged before the process was killed in the middle of its work. */
async function writeUntilKilled(prefix: string, compactAfter: number, acknowledgements: number): Promise<string[]> {
  const child = spawn(process.execPath, [...nodeArguments, dir, prefix, String(compactAfter)], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const keys: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    keys.push(line);
    if (keys.length === acknowledgements) child.kill('SIGKILL');
  }
  return keys;
}

it('keeps every acknowledged write when the process is killed', async () => {
  const acknowledged: string[] = [];
  let before = 0;
  for (const [round, compactAfter] of [1e9, 60_000, 60_000].entries()) {
    const keys = await writeUntilKilled(`round${round}`, compactAfter, 400);
    expect(keys.length).toBeGreaterThanOrEqual(400);
    acknowledged.push(...keys);
    const store = await ObjectStore.open({ dir, log: silentLogger });
    const missing = acknowledged.filter((name) => store.get('configmaps', `default/${name}`)?.metadata?.name !== name);
    expect(missing).toEqual([]);
    expect(store.revision).toBeGreaterThanOrEqual(before + keys.length);
    expect(store.list('configmaps', '')).toHaveLength(store.count('configmaps'));
    before = store.revision;
    await store.close();
  }
  // Compaction did take place while it was killed around it.
  expect((await readdir(dir)).some((name) => name.startsWith('snapshot-'))).toBe(true);
}, 60_000);

it('refuses writes with a sentence when the file may not grow, and loses nothing that it acknowledged', async () => {
  const command = `ulimit -f 64; trap '' XFSZ; exec "$0" "$@"`;
  const child = spawn('/bin/sh', ['-c', command, process.execPath, ...nodeArguments, dir, 'full', '1000000000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  const acknowledged = lines.filter((line) => line.startsWith('full-'));
  expect(lines.find((line) => line.startsWith('refused'))).toMatch(
    /^refused (The disk of the data folder is full|The write could not be stored)/,
  );
  expect(lines.at(-1)).toBe(`visible ${acknowledged.length}`);
  const store = await ObjectStore.open({ dir, log: silentLogger });
  expect(store.list('configmaps', '').map((o) => o.metadata?.name)).toEqual(acknowledged.sort());
  await store.write('configmaps', 'default/after', () => ({ put: { metadata: { name: 'after' } } }));
  await store.close();
  expect((await readFile(join(dir, (await readdir(dir))[0] ?? ''))).length).toBeGreaterThan(0);
}, 60_000);
