// Chart and images of a commit that landed before, for the journey that upgrades from it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'tmp/previous');
const stamp = path.join(folder, 'commit');
export const PREVIOUS_TAG = 'previous';

function run(program, args, options = {}) {
  const done = spawnSync(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', ...options });
  if (done.status !== 0) throw new Error(`${path.basename(program)} ${args.join(' ')} failed`);
  return (done.stdout ?? '').trim();
}

const commitOf = (name) => run('git', ['rev-parse', '--verify', `${name}^{commit}`]);

/** On a branch, where it left `main`; on `main`, the commit before. */
function landedBefore() {
  const base = spawnSync('git', ['merge-base', 'HEAD', 'main'], { cwd: root, encoding: 'utf8' }).stdout?.trim();
  return base && base !== commitOf('HEAD') ? base : commitOf('HEAD^');
}

/** Builds the commit that TIDEGATE_UPGRADE_FROM names, or what landed before, in a folder of its own, once. Answers where its chart and its archives are. */
export function previousImages() {
  const given = process.env.TIDEGATE_UPGRADE_FROM;
  const commit = given ? commitOf(given) : landedBefore();
  const built = { chart: path.join(folder, 'charts/tidegate'), out: path.join(folder, 'tmp/images') };
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === commit && existsSync(path.join(built.out, 'images.json'))) return built;
  console.error(`Building the images of ${commit.slice(0, 9)}, from which the journey upgrades ...`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  run('sh', ['-c', 'git archive "$0" | tar -x -C "$1"', commit, folder]);
  symlinkSync(path.join(root, '.tidegate'), path.join(folder, '.tidegate'));
  const lock = (at) => readFileSync(path.join(at, 'package-lock.json'), 'utf8');
  if (lock(root) === lock(folder)) run('cp', ['-al', path.join(root, 'node_modules'), path.join(folder, 'node_modules')]);
  else run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'], { cwd: folder });
  run(process.execPath, [path.join(folder, 'tools/build.mjs')], { cwd: folder });
  run(process.execPath, [path.join(folder, 'tools/images/dist/main.js'), 'build', '--out', built.out], { cwd: folder });
  writeFileSync(stamp, commit);
  return built;
}
