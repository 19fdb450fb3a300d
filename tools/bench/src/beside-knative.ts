import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { connect, kinds } from '@tidegate/kube';
import { gateways } from '@tidegate/mesh-contract';
import { until } from './platform-instance.js';

/**
 * `node dist/beside-knative.js --image go=IMAGE --image node=IMAGE [--knative PROGRAM]`: the same cold calls on a fresh cluster of the testbed that
 * TIDEGATE_TESTBED names, of one node, with Tidegate installed; then, with PROGRAM, on another one with Knative. PROGRAM takes the words `all` (start a
 * cluster and install Knative on it) and `ingress` (print HOST:PORT of its gateway). The images of the programs lie in the testbed's cache.
 */
const { values } = parseArgs({
  options: { image: { type: 'string', multiple: true }, knative: { type: 'string' }, rounds: { type: 'string', default: '15' } },
});
const root = path.resolve(import.meta.dirname, '../../..');
const images = path.join(root, 'tmp/images');
const folder = process.env['TIDEGATE_TESTBED'] ?? '';
if (folder === '' || !values.image?.length) {
  console.error('Set TIDEGATE_TESTBED, and name the programs: --image go=IMAGE --image node=IMAGE.');
  process.exit(2);
}

const does = (file: string, ...words: string[]): string =>
  execFileSync(file, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
const testbed = (program: string, ...words: string[]): string => does(path.join(folder, program), ...words);
const kubeconfig = (): string => testbed('kubectl', '--path');

function coldStarts(gateway: string): void {
  const words = [
    '--kubeconfig',
    kubeconfig(),
    '--gateway',
    gateway,
    '--rounds',
    values.rounds,
    ...(values.image ?? []).flatMap((image) => ['--image', image]),
  ];
  execFileSync(process.execPath, [path.join(import.meta.dirname, 'cluster-cold-start.js'), ...words], { stdio: 'inherit' });
}

/** Quiet is soon, as in both installations. */
function sleepSoon(): void {
  const data = { 'stable-window': '6s', 'scale-to-zero-grace-period': '6s' };
  testbed(
    'kubectl',
    '-n',
    'knative-serving',
    'patch',
    'configmap',
    'config-autoscaler',
    '--type=merge',
    `--patch=${JSON.stringify({ data })}`,
  );
}

async function withTidegate(): Promise<void> {
  testbed('up', '1');
  for (const { archive } of JSON.parse(readFileSync(path.join(images, 'images.json'), 'utf8')) as { archive: string }[])
    testbed('node', 'n1', 'exec', 'ctr', '-n', 'k8s.io', 'image', 'import', path.join(images, archive));
  const set = ['gateway.service=ClusterIP', 'gateway.replicas=1', 'knative.domain=example.com', 'knative.digestsFrom=node'].flatMap((v) => [
    '--set',
    v,
  ]);
  const helm = process.env['TIDEGATE_HELM'] ?? path.join(folder, 'helm');
  const chart = path.join(root, 'charts/tidegate');
  does(
    helm,
    '--kubeconfig',
    kubeconfig(),
    'install',
    'tidegate',
    chart,
    '-n',
    'tidegate-system',
    '--create-namespace',
    ...set,
    '--wait',
    '--timeout',
    '5m',
  );
  sleepSoon();
  const client = await connect({ kubeconfigPath: kubeconfig() });
  const address = await until('the Gateway has an address', 120_000, async () => {
    const gateway = await client.get(gateways, 'knative-serving', 'knative-serving');
    const { items } = await client.list(kinds.pods, { namespace: 'tidegate-system' });
    const isReady = items.every((pod) => pod.status?.containerStatuses?.every((c) => c.ready));
    return isReady ? gateway?.status?.addresses?.[0]?.value : undefined;
  });
  console.log('\n# Tidegate');
  coldStarts(`http://${address}:80`);
}

try {
  await withTidegate();
  if (values.knative !== undefined) {
    testbed('down');
    does(values.knative, 'all');
    sleepSoon();
    console.log('\n# Knative');
    coldStarts(`http://${does(values.knative, 'ingress')}`);
  }
} finally {
  testbed('down');
}
