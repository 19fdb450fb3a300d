import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A suite of a Go project that runs against the cluster of KUBECONFIG (envtest with USE_EXISTING_CLUSTER). */
export interface GoSuite {
  /** Folder of its sources below TIDEGATE_OPERATOR_SOURCES. */
  source: string;
  package: string;
  /** A regular expression: tests that say nothing here. They count as skipped. */
  without?: string;
}

export const goSuites: readonly GoSuite[] = [
  ...[
    'client',
    'cache',
    'manager',
    'builder',
    'cluster',
    'controller',
    'controller/controllerutil',
    'handler',
    'source',
    'webhook',
    'metrics/filters',
    'internal/controller',
    'internal/recorder',
  ].map((name) => ({ source: 'controller-runtime', package: `./pkg/${name}` })),
  // It wants an update to be refused that nothing in the suite refuses: it passes when the update meets another one, on a kube-apiserver too.
  { source: 'jobset', package: './test/integration/controller', without: 'rejects updates to parallelism and completions' },
  { source: 'jobset', package: './test/integration/webhook' },
];

export interface GoSuiteResult {
  passed: number;
  /** Their names. */
  failed: string[];
  skipped: number;
  /** The end of what it printed, for a suite that did not even begin. */
  output: string;
}

interface GinkgoReport {
  SpecReports: {
    LeafNodeType: string;
    LeafNodeText: string;
    ContainerHierarchyTexts: string[] | null;
    State: string;
    Failure?: { Message: string };
  }[];
}

const MOST_OUTPUT = 4000;
const TIME_LIMIT = '15m';

/** Why suites of this source cannot run here; undefined when they can. */
export function whatIsMissing(source: string): string | undefined {
  const folder = process.env['TIDEGATE_OPERATOR_SOURCES'];
  if (!folder) return 'set TIDEGATE_OPERATOR_SOURCES to a folder with unpacked sources';
  if (!existsSync(path.join(folder, source, 'go.mod'))) return `TIDEGATE_OPERATOR_SOURCES has no ${source}`;
  const hasGo = (process.env['PATH'] ?? '').split(path.delimiter).some((at) => existsSync(path.join(at, 'go')));
  return hasGo ? undefined : 'Go is not on the PATH';
}

/** Builds and runs one suite; `report` is a file that it writes. */
export async function runGoSuite(suite: GoSuite, kubeconfig: string, report: string): Promise<GoSuiteResult> {
  const cwd = path.join(process.env['TIDEGATE_OPERATOR_SOURCES'] ?? '', suite.source);
  const words = ['test', suite.package, '-vet=off', '-count=1', `-timeout=${TIME_LIMIT}`, '-args', '-ginkgo.no-color', `-ginkgo.json-report=${report}`];
  if (suite.without !== undefined) words.push(`-ginkgo.skip=${suite.without}`);
  const output = await new Promise<string>((resolve, reject) => {
    const env = { ...process.env, KUBECONFIG: kubeconfig, USE_EXISTING_CLUSTER: 'true', CGO_ENABLED: '0', GOTOOLCHAIN: 'local' };
    const child = spawn('go', words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const keep = (chunk: Buffer): string => (text = (text + chunk.toString()).slice(-MOST_OUTPUT));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', () => resolve(text));
  });
  return existsSync(report) ? { ...readReport(readFileSync(report, 'utf8')), output } : { passed: 0, failed: [], skipped: 0, output };
}

/** Specs of a Ginkgo report. What runs before or after all of them counts when it fails. */
export function readReport(text: string): Omit<GoSuiteResult, 'output'> {
  const result = { passed: 0, failed: [] as string[], skipped: 0 };
  for (const { SpecReports } of JSON.parse(text) as GinkgoReport[]) {
    for (const { LeafNodeType, LeafNodeText, ContainerHierarchyTexts, State, Failure } of SpecReports) {
      const name = [...(ContainerHierarchyTexts ?? []), LeafNodeText || `[${LeafNodeType}]`].join(' ');
      if (State === 'failed' || State === 'panicked' || State === 'timedout' || State === 'interrupted')
        result.failed.push(`${name}: ${(Failure?.Message ?? '').slice(0, 300)}`);
      else if (LeafNodeType !== 'It') continue;
      else if (State === 'passed') result.passed++;
      else result.skipped++;
    }
  }
  return result;
}
