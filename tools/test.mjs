// The one test command: lint, types and tests of every project through Nx (cached), then the journeys on a real embedded platform.
// Its last line is `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { givenCluster, testbedCluster } from './test-cluster.mjs';

const root = path.resolve(import.meta.dirname, '..');
const HELP = `tidegate test: lint, types, tests, and the journeys on a real embedded platform.

  --project NAME    only this project (repeatable), without journeys
  --no-journeys     without the journeys
  --journeys        only the journeys
  --testbed         only the journeys on real Kubernetes, on a cluster of the testbed that TIDEGATE_TESTBED names
  --cluster         the same on the cluster that KUBECONFIG names, with images from TIDEGATE_IMAGE_REGISTRY
  --operators       only suites of Go operators, and Kubernetes' own controllers, against \`up --api-only\`; they need Go and sources, see
                    docs/embedded-cluster.md
  --fresh           ignore Nx's cache`;

const { values } = parseArgs({
  options: {
    project: { type: 'string', multiple: true },
    'no-journeys': { type: 'boolean', default: false },
    journeys: { type: 'boolean', default: false },
    testbed: { type: 'boolean', default: false },
    cluster: { type: 'boolean', default: false },
    operators: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const env = { ...process.env, NX_NO_CLOUD: 'true', NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0', NODE_OPTIONS: '' };

function run(command, args, extra = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: { ...env, ...extra.env }, stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

const totals = { passed: 0, failed: 0, skipped: 0 };
const skippedTests = [];
function addCounts(file) {
  const counts = JSON.parse(readFileSync(file, 'utf8'));
  for (const key of Object.keys(totals)) totals[key] += counts[key];
  skippedTests.push(...counts.skippedTests);
}

/** The tests of several projects use a real Envoy: one is found or fetched before they start, and checked by its sha256. */
async function provideEnvoy() {
  if (process.env.TIDEGATE_ENVOY) return;
  const code = await run(process.execPath, [path.join(root, 'node_modules/tsc7/bin/tsc'), '-b', 'libs/mesh/xds-server/tsconfig.lib.json']);
  if (code !== 0) return console.error('Envoy is not provided: its provider does not compile. The tests that need it are skipped.');
  const { provideEnvoy: provide } = await import(path.join(root, 'libs/mesh/xds-server/dist/index.js'));
  const silent = { info() {}, warn() {}, error() {}, debug() {}, child: () => silent };
  const { binary } = await provide({
    dataDir: path.join(root, '.tidegate/envoy'),
    log: silent,
    onProgress: (sentence) => console.log(sentence),
  });
  env.TIDEGATE_ENVOY = binary;
}

const onCluster = values.testbed || values.cluster;
const isPart = values.journeys || onCluster || values.operators;
if (!isPart) {
  await provideEnvoy();
  for (const file of globSync('{apps,libs,tools}/**/test-output/counts.json', { cwd: root, exclude: (f) => f.includes('node_modules') }))
    rmSync(path.join(root, file));
  const only = values.project ? ['-p', values.project.join(',')] : [];
  const code = await run(process.execPath, [
    path.join(root, 'node_modules/nx/dist/bin/nx.js'),
    'run-many',
    '-t',
    'lint',
    'typecheck',
    'test',
    '--parallel=2',
    '--output-style=static',
    '--nxBail=false',
    ...only,
    ...(values.fresh ? ['--skip-nx-cache'] : []),
  ]);
  for (const file of globSync('{apps,libs,tools}/**/test-output/counts.json', { cwd: root, exclude: (f) => f.includes('node_modules') }))
    addCounts(path.join(root, file));
  // Lint and type errors fail no test, and must not pass either.
  if (code !== 0 && totals.failed === 0) totals.failed += 1;
}
/** Journeys count for themselves; a file without counts did not even load. */
async function runJourneys(config, extra = {}) {
  const counts = path.join(root, 'apps/e2e/test-output/counts.json');
  rmSync(counts, { force: true });
  const jest = [path.join(root, 'node_modules/jest/bin/jest.js'), '-c', `apps/e2e/${config}`, '--runInBand'];
  const code = await run(process.execPath, jest, { env: { NODE_OPTIONS: '--experimental-vm-modules --no-warnings', ...extra } });
  try {
    addCounts(counts);
  } catch {
    totals.failed += 1;
  }
  if (code !== 0 && totals.failed === 0) totals.failed += 1;
}
if (values.journeys || (!isPart && !values['no-journeys'] && !values.project)) await runJourneys('jest.journeys.mjs');
if (values.operators) await runJourneys('jest.operators.mjs');
if (onCluster) {
  try {
    const cluster = values.testbed ? testbedCluster() : givenCluster();
    try {
      await runJourneys('jest.cluster.mjs', cluster.env);
    } finally {
      cluster.end();
    }
  } catch (error) {
    console.error(`tidegate test: ${error.message}`);
    process.exit(2);
  }
}
if (skippedTests.length > 0) console.log(`\nSkipped:\n${skippedTests.map((t) => `  ${t}`).join('\n')}`);
console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
