import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { openDataFolder } from './folder.js';
import { defaultDataFolder, instancePaths } from './paths.js';

const uid = process.getuid?.() ?? 0;
let parent: string;
beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'tidegate-folder-'));
  chmodSync(parent, 0o755);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

function refusal(work: () => void): TidegateError {
  try {
    work();
  } catch (error) {
    if (error instanceof TidegateError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

it('makes the folders with their rights, again and again', () => {
  const paths = instancePaths(path.join(parent, 'data'), uid);
  openDataFolder(paths, uid);
  openDataFolder(paths, uid);
  expect([paths.private, paths.public, paths.logs, paths.run].map((f) => (statSync(f).mode & 0o777).toString(8))).toEqual([
    '700',
    '755',
    '700',
    '700',
  ]);
});

it('refuses a folder of another format and leaves it as it was', () => {
  const paths = instancePaths(path.join(parent, 'data'), uid);
  mkdirSync(paths.data);
  writeFileSync(path.join(paths.data, 'format'), '0\n');
  expect(refusal(() => openDataFolder(paths, uid))).toMatchObject({
    code: 'CLI_DATA_VERSION',
    message: expect.stringContaining('format "0"'),
  });
  expect(readFileSync(path.join(paths.data, 'format'), 'utf8')).toBe('0\n');
  expect(existsSync(paths.private)).toBe(false);
});

(uid === 0 ? it : it.skip)('as root, refuses a folder that the pods cannot reach, and says how to mend it', () => {
  chmodSync(parent, 0o700);
  expect(refusal(() => openDataFolder(instancePaths(path.join(parent, 'data'), uid), uid)).remedy).toContain(`chmod o+x ${parent}`);
});

it('gives a long data folder short sockets', () => {
  const paths = instancePaths(path.join(parent, 'x'.repeat(90)), uid);
  expect(path.join(paths.run, 'supervisor.sock').length).toBeLessThan(100);
});

it.each([
  { name: 'root', env: {}, uid: 0, folder: '/var/lib/tidegate' },
  { name: 'a user', env: { HOME: '/home/ann' }, uid: 1000, folder: '/home/ann/.local/share/tidegate' },
  { name: 'named by the environment', env: { TIDEGATE_DATA: '/data/x' }, uid: 1000, folder: '/data/x' },
])('default folder of $name', ({ env, uid: who, folder }) => expect(defaultDataFolder(env, who)).toBe(folder));
