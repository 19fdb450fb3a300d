import { execFile, spawn } from 'node:child_process';
import { chmodSync, createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type KubeClient, connect, kinds } from '@tidegate/kube';
import { GATEWAY_API_VERSION } from '@tidegate/mesh-contract';
import { type Report, readReport } from './report.js';
import { writeSuiteImages } from './suite-images.js';

const run = promisify(execFile);
/** The command line as built. */
const program = path.resolve(import.meta.dirname, '..', '..', '..', 'apps', 'tidegate', 'dist', 'main.js');

export interface SuiteRun {
  /** The suite and its echo server, compiled. */
  suite: string;
  echo: string;
  profiles: readonly string[];
  /** Where the log and the report stay. */
  outDir: string;
  /** One test instead of all. */
  only?: string;
}

/** Runs the suite on an instance that is made for it and removed afterwards. */
export async function runSuite(options: SuiteRun): Promise<Report | undefined> {
  const data = mkdtempSync(path.join(tmpdir(), 'tidegate-conformance-'));
  // Pods have users of their own, which must reach the public half.
  chmodSync(data, 0o755);
  const tidegate = (...words: string[]) => run(process.execPath, [program, ...words, '--data', data], { maxBuffer: 16 * 1024 * 1024 });
  try {
    await tidegate('up', '--empty', '--detach');
    for (const { dir, tags } of writeSuiteImages(path.join(data, 'suite'), options.echo)) {
      for (const tag of tags) await tidegate('image', 'build', dir, '--tag', `:${tag}`);
    }
    const kubeconfig = path.join(data, 'private', 'admin.kubeconfig');
    const client = await connect({ kubeconfigPath: kubeconfig });
    await requireOwnPorts(client);
    return await startSuite(options, kubeconfig, await usableAddress(client));
  } finally {
    await tidegate('down').catch((error: unknown) => console.error(`The instance in ${data} did not stop: ${String(error)}`));
    rmSync(data, { recursive: true, force: true });
  }
}

/** Maps the ports that the suite dials, by a Service that asks for them, and looks whether they are what they are called. */
async function requireOwnPorts(client: KubeClient): Promise<void> {
  const ports = [80, 443, 8080, 8443];
  const name = 'ports-of-the-suite';
  await client.create(kinds.services, {
    metadata: { name, namespace: 'default' },
    spec: { ports: ports.map((port) => ({ name: `p${port}`, port })) },
  });
  const deadline = Date.now() + 30_000;
  for (;;) {
    const bound = (await client.get(kinds.configMaps, 'loopback-ports', 'tidegate-system'))?.data ?? {};
    if (ports.every((port) => bound[String(port)] !== undefined)) {
      const other = ports.filter((port) => bound[String(port)] !== String(port));
      await client.delete(kinds.services, name, 'default');
      if (other.length === 0) return;
      throw new Error(
        `The suite dials ports ${other.join(', ')}, which are taken or not this user's to bind; free them, or run it as root.`,
      );
    }
    if (Date.now() > deadline) throw new Error('The instance did not map the ports of a Service within 30 s.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** An address of the instance's range that nothing has yet, for the test of static addresses. */
async function usableAddress(client: KubeClient): Promise<string> {
  const { items } = await client.list(kinds.services);
  const range = /^127\.\d+\./.exec(items.find((s) => s.spec?.clusterIP?.startsWith('127.'))?.spec?.clusterIP ?? '')?.[0];
  if (range === undefined) throw new Error('The instance has no Service with a loopback address.');
  return `${range}127.200`;
}

async function startSuite(options: SuiteRun, kubeconfig: string, usable: string): Promise<Report | undefined> {
  mkdirSync(options.outDir, { recursive: true });
  const reportFile = path.join(options.outDir, 'report.yaml');
  const log = createWriteStream(path.join(options.outDir, 'suite.log'));
  rmSync(reportFile, { force: true });
  const flags = [
    ...['-test.run', 'TestConformance$', '-test.v', '-test.timeout', '60m'],
    // What the GatewayClass says that it supports is what is tested.
    ...['-gateway-class', 'tidegate', '-usable-address', usable, '-unusable-address', '192.0.2.1'],
    ...(options.only ? ['-run-test', options.only] : ['-conformance-profiles', options.profiles.join(','), '-report-output', reportFile]),
    ...['-organization', 'tidegate', '-project', 'tidegate', '-version', 'development', '-url', 'none', '-contact', 'none'],
  ];
  const child = spawn(options.suite, flags, { env: { ...process.env, KUBECONFIG: kubeconfig }, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
  log.end();
  if (options.only) {
    console.log(`${options.only}: ${code === 0 ? 'passed' : 'failed'}`);
    process.exitCode = code;
    return undefined;
  }
  const report = readReport(readFileSync(reportFile, 'utf8'));
  if (report.gatewayAPIVersion !== GATEWAY_API_VERSION) {
    throw new Error(`The suite saw Gateway API ${report.gatewayAPIVersion}; the mesh defines ${GATEWAY_API_VERSION}.`);
  }
  return report;
}
