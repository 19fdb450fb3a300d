// `node pack.mjs FOLDER`: the package as others install it, as a .tgz in FOLDER, whose path is printed. Needs the build. What serves this repository alone is left
// out: the condition "development", which would lead bundlers to sources that are not there, and what Nx reads.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const here = import.meta.dirname;
const folder = process.argv[2];
if (folder === undefined) {
  console.error('Say where to: `node pack.mjs FOLDER`.');
  process.exit(2);
}
const stage = mkdtempSync(path.join(tmpdir(), 'tidegate-client-'));
try {
  const { private: _private, nx: _nx, devDependencies: _dev, exports, ...manifest } = JSON.parse(readFileSync(path.join(here, 'package.json'), 'utf8'));
  const { development: _development, ...entry } = exports['.'];
  const text = JSON.stringify({ ...manifest, files: ['dist', 'README.md'], exports: { '.': entry } }, null, 2);
  writeFileSync(path.join(stage, 'package.json'), `${text}\n`);
  const isShipped = (file) => !/\.(map|tsbuildinfo)$/.test(file);
  cpSync(path.join(here, 'dist'), path.join(stage, 'dist'), { recursive: true, filter: isShipped });
  cpSync(path.join(here, 'README.md'), path.join(stage, 'README.md'));
  cpSync(path.join(here, '..', '..', 'LICENSE'), path.join(stage, 'LICENSE'));
  const { status, stdout, stderr } = spawnSync('npm', ['pack', '--json', '--offline', '--pack-destination', path.resolve(folder)], { cwd: stage, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm pack: ${stderr}`);
  console.log(path.join(path.resolve(folder), JSON.parse(stdout)[0].filename));
} finally {
  rmSync(stage, { recursive: true });
}
