import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { toUserText } from '@tidegate/kernel';
import { type KubeClient, applyManifests, connect, kinds } from '@tidegate/kube';
import { goTestsText, readGoTests } from './go-tests.js';

/**
 * `node dist/knative.js --kubeconfig FILE --sources DIR --program FILE --node ADDRESS api|runtime`: a conformance suite of Knative Serving on a cluster in
 * which Tidegate is installed with `gateway.service=NodePort`.
 */
const OPTIONS = {
  kubeconfig: { type: 'string' },
  sources: { type: 'string' },
  program: { type: 'string' },
  node: { type: 'string' },
  images: { type: 'string', default: 'dev.local' },
  tag: { type: 'string', default: 't1' },
  run: { type: 'string' },
  out: { type: 'string', default: path.resolve('tmp', 'conformance') },
} as const;
const TEST_FOLDERS: Record<string, string> = { api: 'test/conformance/api/v1', runtime: 'test/conformance/runtime' };
const GATEWAY = 'gateway.networking.k8s.io/gateway-namespace=knative-serving,gateway.networking.k8s.io/gateway-name=knative-serving';
/** As Knative's own runs have it: a Revision that cannot start is given up after that time. */
const PROGRESS_DEADLINE = '120s';

interface Suite {
  name: string;
  folder: string;
  kubeconfig: string;
  sources: string;
  program: string;
  node: string;
  images: string;
  tag: string;
  out: string;
  run: string | undefined;
}

/** Undefined when it was called with other words. */
function readSuite(): Suite | undefined {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const [name = ''] = positionals;
  const folder = TEST_FOLDERS[name];
  const { kubeconfig, sources, program, node, run } = values;
  if (!folder || positionals.length !== 1 || !kubeconfig || !sources || !program || !node) return undefined;
  return { ...values, name, folder, kubeconfig: path.resolve(kubeconfig), sources, program: path.resolve(program), node, run };
}

/** What the suite expects to find: its namespaces, and the settings of Knative's own runs. Answers the Service of the Gateway. */
async function prepare(client: KubeClient, { sources, images }: Suite): Promise<{ name: string; namespace: string }> {
  for (const file of ['cluster-resources.yaml', 'test-resources.yaml'])
    await applyManifests(client, readFileSync(path.join(sources, 'test/config', file), 'utf8'), { source: file });
  const data = { 'progress-deadline': PROGRESS_DEADLINE, 'registries-skipping-tag-resolving': `kind.local,ko.local,${images}` };
  await client.patch(kinds.configMaps, 'config-deployment', 'knative-serving', { type: 'merge', body: { data } });
  const { items } = await client.list(kinds.services, { labelSelector: GATEWAY });
  const service = items.find(({ spec }) => spec?.ports?.some((port) => port.nodePort !== undefined));
  if (!service) throw new Error('The Gateway knative-serving has no node port: install the chart with gateway.service=NodePort.');
  return { name: service.metadata?.name ?? '', namespace: service.metadata?.namespace ?? '' };
}

async function runSuite(suite: Suite): Promise<number> {
  const gateway = await prepare(await connect({ kubeconfigPath: suite.kubeconfig }), suite);
  const flags = [
    ...['-test.v', '-test.timeout', '15m', ...(suite.run === undefined ? [] : ['-test.run', suite.run])],
    ...['-kubeconfig', suite.kubeconfig, '-disable-logstream', '-disable-optional-api=false', '-enable-beta'],
    ...[
      '-ingressendpoint',
      suite.node,
      '-dockerrepo',
      suite.images,
      '-imagetemplate',
      '{{.Repository}}/{{.Name}}:{{.Tag}}',
      '-tag',
      suite.tag,
    ],
  ];
  const env = {
    ...process.env,
    GATEWAY_OVERRIDE: gateway.name,
    GATEWAY_NAMESPACE_OVERRIDE: gateway.namespace,
    KO_DOCKER_REPO: suite.images,
  };
  const child = spawn(suite.program, flags, { cwd: path.join(suite.sources, suite.folder), env, stdio: ['ignore', 'pipe', 'pipe'] });
  mkdirSync(suite.out, { recursive: true });
  const log = createWriteStream(path.join(suite.out, `knative-${suite.name}.log`));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    log.write(text);
  });
  child.stderr.pipe(log, { end: false });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
  log.end();
  console.log(goTestsText(suite.name, readGoTests(output)));
  console.log(`Log: ${suite.out}`);
  return code;
}

const suite = readSuite();
if (!suite) {
  console.error(
    'Name --kubeconfig, --sources (of knative/serving), --program (the compiled suite), --node (an address of a node), and api or runtime.',
  );
  process.exit(2);
}
try {
  process.exitCode = await runSuite(suite);
} catch (error) {
  console.error(toUserText(error));
  process.exitCode = 1;
}
