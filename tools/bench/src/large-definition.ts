import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ApiLoad, targetOf } from './api-load.js';
import { printTable, quantile } from './judge-table.js';
import { printLoad, printMachine } from './machine.js';

/**
 * `node dist/large-definition.js [--kubeconfig FILE] [--rounds N]`: definitions with schemas of some KB, half of it descriptions and a rule for
 * every tenth object: until it is Established, until the first object of it is taken, and until OpenAPI tells of it.
 */
const { values } = parseArgs({ options: { kubeconfig: { type: 'string' }, rounds: { type: 'string', default: '5' } } });
const SIZES_KB = [50, 500, 900];
const POLL_MS = 5;
const program = path.resolve(import.meta.dirname, '..', '..', '..', 'apps', 'tidegate', 'dist', 'main.js');
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const WORDS = 'How the part behaves when others ask for it, what is kept of that, and which of the two wins if both are given. '.repeat(2);

const run = (...words: string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...words], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`tidegate ${words[0]} ended with ${code}`))));
  });
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, POLL_MS));

/** One object of eight fields, as they are found in real definitions. */
function part(n: number): Record<string, unknown> {
  const text = { type: 'string', description: WORDS, maxLength: 200 };
  return {
    type: 'object',
    description: WORDS,
    properties: {
      name: { ...text, pattern: '^[a-z0-9-]+$' },
      mode: { type: 'string', enum: ['Fast', 'Safe'], description: WORDS },
      count: { type: 'integer', format: 'int32', minimum: 0, maximum: 100, default: 3 },
      ratio: { 'x-kubernetes-int-or-string': true },
      labels: { type: 'object', additionalProperties: { type: 'string' }, description: WORDS },
      items: { type: 'array', maxItems: 10, items: { type: 'object', properties: { key: text, value: { type: 'string' } }, required: ['key'] } },
    },
    ...(n % 10 === 0 ? { 'x-kubernetes-validations': [{ rule: 'self.count > 0 || has(self.mode)', message: 'a mode or a count' }] } : {}),
  };
}

/** Parts until the schema has that many KB. */
function definition(kb: number): { kind: string; parts: number } & Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  let bytes = 0;
  for (let n = 0; bytes < kb * 1000; n++) {
    properties[`part${n}`] = part(n);
    bytes += JSON.stringify(properties[`part${n}`]).length;
  }
  const schema = { type: 'object', properties: { spec: { type: 'object', properties } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    parts: Object.keys(properties).length,
    metadata: { name: 'larges.bench.example' },
    spec: {
      group: 'bench.example',
      scope: 'Cluster',
      names: { kind: 'Large', plural: 'larges' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}

async function round(load: ApiLoad, kb: number): Promise<{ established: number; taken: number; told: number }> {
  const { parts: _, ...body } = definition(kb);
  const began = performance.now();
  const since = (): number => performance.now() - began;
  await load.must(0, 'POST', DEFINITIONS, body);
  for (;;) {
    const { status } = JSON.parse(await load.must(0, 'GET', `${DEFINITIONS}/larges.bench.example`)) as {
      status?: { conditions?: { type: string; status: string }[] };
    };
    if (status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True')) break;
    await pause();
  }
  const established = since();
  const object = { apiVersion: 'bench.example/v1', kind: 'Large', metadata: { name: 'one' }, spec: { part0: { name: 'a', count: 1 } } };
  while ((await load.call(0, 'POST', '/apis/bench.example/v1/larges', object)).status !== 201) await pause();
  const taken = since();
  while (!(await load.call(0, 'GET', '/openapi/v3/apis/bench.example/v1')).text.includes('part0')) await pause();
  const told = since();
  await load.must(0, 'DELETE', `${DEFINITIONS}/larges.bench.example`);
  while ((await load.call(0, 'GET', `${DEFINITIONS}/larges.bench.example`)).status !== 404) await pause();
  return { established, taken, told };
}

printMachine('large-definition');
const data = mkdtempSync(path.join(tmpdir(), 'tidegate-bench-definition-'));
if (values.kubeconfig === undefined) await run('up', '--api-only', '--detach', '--data', data, '--port', '18310');
const load = new ApiLoad(targetOf(values.kubeconfig ?? path.join(data, 'private', 'admin.kubeconfig')));
try {
  const rows: string[][] = [];
  for (const kb of SIZES_KB) {
    const rounds: Awaited<ReturnType<typeof round>>[] = [];
    for (let n = 0; n < Number(values.rounds); n++) rounds.push(await round(load, kb));
    const cell = (key: 'established' | 'taken' | 'told'): string => {
      const all = rounds.map((r) => r[key]);
      return `${quantile(all, 0.5).toFixed(0)} (${Math.max(...all).toFixed(0)})`;
    };
    rows.push([`${kb} KB, ${definition(kb).parts} objects`, cell('established'), cell('taken'), cell('told')]);
  }
  printTable(`Milliseconds since the definition was sent, median (most) of ${values.rounds}`, ['schema', 'Established', 'first object taken', 'in OpenAPI'], rows);
  printLoad('at the end');
} finally {
  await load.close();
  if (values.kubeconfig === undefined) await run('down', '--data', data);
  rmSync(data, { recursive: true, force: true });
}
