// What `tidegate test --testbed` and `--cluster` run their journeys on.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PREVIOUS_TAG, previousImages } from './previous-images.mjs';

const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'tmp/images');

function run(program, args, options = {}) {
  const done = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  if (done.status !== 0) throw new Error(`${path.basename(program)} ${args.join(' ')} failed`);
  return done.stdout;
}

/** The cluster that KUBECONFIG names, with images from TIDEGATE_IMAGE_REGISTRY. Answers the variables of the journeys. */
export function givenCluster() {
  if (!process.env.KUBECONFIG) throw new Error('Set KUBECONFIG: --cluster runs its journeys on the cluster that it names.');
  if (!process.env.TIDEGATE_IMAGE_REGISTRY)
    console.error(
      'TIDEGATE_IMAGE_REGISTRY is not set: the images have to be on the nodes already, as localhost/tidegate and localhost/tidegate-envoy.',
    );
  return { env: {}, end: () => undefined };
}

/** The testbed's client, unless another one is named or the testbed has none. */
function clientOf(variable, file) {
  if (process.env[variable]) return {};
  try {
    accessSync(file, constants.X_OK);
    return { [variable]: file };
  } catch {
    return {};
  }
}

/**
 * A cluster of the testbed whose folder TIDEGATE_TESTBED names: it has the programs up, down, node, kubectl and helm. Builds the images, starts two nodes and
 * imports the images there, those of a commit that landed before under a tag of their own. TESTBED_ID chooses among clusters side by side.
 */
export function testbedCluster() {
  const folder = process.env.TIDEGATE_TESTBED;
  if (!folder || !existsSync(path.join(folder, 'up')))
    throw new Error('Set TIDEGATE_TESTBED to the folder of a testbed (programs up, down, node, kubectl, helm).');
  const program = (name) => path.join(folder, name);
  run(process.execPath, [path.join(root, 'tools/build.mjs')]);
  run(process.execPath, [path.join(root, 'tools/images/dist/main.js'), 'build', '--out', out]);
  const previous = previousImages();
  const end = () => run(program('down'), []);
  const onNodes = (...words) => {
    for (const node of ['n1', 'n2'])
      run(program('node'), [node, 'exec', 'ctr', '-n', 'k8s.io', 'image', ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  const images = (folder) => JSON.parse(readFileSync(path.join(folder, 'images.json'), 'utf8'));
  try {
    run(program('up'), ['2']);
    for (const { archive, reference } of images(previous.out)) {
      onNodes('import', path.join(previous.out, archive));
      onNodes('tag', '--force', reference, reference.replace(/:[^:]+$/, `:${PREVIOUS_TAG}`));
    }
    for (const { archive } of images(out)) onNodes('import', path.join(out, archive));
    const kubeconfig = run(program('kubectl'), ['--path'], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' }).trim();
    return {
      env: {
        KUBECONFIG: kubeconfig,
        ...clientOf('TIDEGATE_KUBECTL', program('kubectl')),
        ...clientOf('TIDEGATE_HELM', program('helm')),
        TIDEGATE_PREVIOUS_CHART: previous.chart,
        TIDEGATE_PREVIOUS_TAG: PREVIOUS_TAG,
        // This machine routes to the testbed's Service addresses.
        TIDEGATE_GATEWAY_SERVICE: 'ClusterIP',
      },
      end,
    };
  } catch (error) {
    end();
    throw error;
  }
}
