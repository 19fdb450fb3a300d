import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ApiLoad, targetOf } from './api-load.js';
import { printTable, quantile } from './judge-table.js';
import { printLoad, printMachine } from './machine.js';
import { residentMb } from './process-reading.js';

/**
 * `node dist/kubernetes-api.js [--kubeconfig FILE --pids PID,PID ...] [--seconds N] [--objects N]`: the embedded Kubernetes API alone, or another API
 * server beside it, whose processes are named for their memory.
 */
const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    pids: { type: 'string', default: '' },
    seconds: { type: 'string', default: '5' },
    objects: { type: 'string', default: '50000' },
  },
});
const CLIENTS = [1, 16, 64];
const WATCHERS = 100;
const EVENTS = 100;
const LISTED = 10_000;
const READY_POLL_MS = 20;
/** The command line as built; the door beside it would build first. */
const program = path.resolve(import.meta.dirname, '..', '..', '..', 'apps', 'tidegate', 'dist', 'main.js');
const NAMESPACE = '/api/v1/namespaces/bench';
const MAPS = `${NAMESPACE}/configmaps`;
const TEXT = 'x'.repeat(900);

const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text: TEXT } });
const run = (...words: string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...words], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`tidegate ${words[0]} ended with ${code}`))));
  });

printMachine('kubernetes-api');
const data = mkdtempSync(path.join(tmpdir(), 'tidegate-bench-api-'));
let startedMs: number | undefined;
let pids = values.pids.split(',').filter(Boolean).map(Number);
if (values.kubeconfig === undefined) {
  const began = performance.now();
  await run('up', '--api-only', '--detach', '--data', data, '--port', '18300');
  startedMs = performance.now() - began;
  pids = await processesOf(data);
}
const load = new ApiLoad(targetOf(values.kubeconfig ?? path.join(data, 'private', 'admin.kubeconfig')));
try {
  if (startedMs === undefined) await untilAnswers(load);
  await load.must(0, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } });
  const memory = [`${memoryMb().toFixed(0)} MB`];
  const seconds = Number(values.seconds);
  const rows: string[][] = [];
  for (const clients of CLIENTS) {
    const writes = await load.rate(clients, seconds, (client, n) => load.must(client, 'POST', MAPS, configMap(`w${clients}-${n}`)));
    const reads = await load.rate(clients, seconds, (client, n) => load.must(client, 'GET', `${MAPS}/w${clients}-${n % 50}`));
    rows.push([String(clients), writes.perSecond.toFixed(0), ms(writes.p50), ms(writes.p99), reads.perSecond.toFixed(0), ms(reads.p50), ms(reads.p99)]);
  }
  printTable('ConfigMaps of 1 KB', ['clients', 'writes/s', 'p50 ms', 'p99 ms', 'reads/s', 'p50 ms', 'p99 ms'], rows);
  const fanOut = await watchFanOut();
  await load.must(0, 'DELETE', MAPS);
  await fill(0, LISTED);
  memory.push(`${memoryMb().toFixed(0)} MB at ${LISTED} objects`);
  const lists: number[] = [];
  let bytes = 0;
  for (let n = 0; n < 5; n++) {
    const began = performance.now();
    bytes = (await load.must(0, 'GET', MAPS)).length;
    lists.push(performance.now() - began);
  }
  await fill(LISTED, Number(values.objects));
  memory.push(`${memoryMb().toFixed(0)} MB at ${values.objects} objects`);
  printTable(
    'Beside that',
    ['what', 'figure'],
    [
      ...(startedMs === undefined ? [] : [['start to ready', `${startedMs.toFixed(0)} ms`]]),
      [`written to seen by ${WATCHERS} watchers, p50 / p99`, `${ms(quantile(fanOut, 0.5))} / ${ms(quantile(fanOut, 0.99))} ms`],
      [`list of ${LISTED} objects, ${(bytes / 2 ** 20).toFixed(1)} MB, median of 5`, `${ms(quantile(lists, 0.5))} ms`],
      ['memory', memory.join('; ')],
    ],
  );
  printLoad('at the end');
} finally {
  await load.call(0, 'DELETE', NAMESPACE).catch(() => undefined);
  await load.close();
  if (values.kubeconfig === undefined) await run('down', '--data', data);
  rmSync(data, { recursive: true, force: true });
}

async function untilAnswers(to: ApiLoad): Promise<void> {
  for (;;) {
    const answer = await to.call(0, 'GET', '/readyz').catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
}

/** Milliseconds from sending a write to each watcher's seeing it. */
async function watchFanOut(): Promise<number[]> {
  const sentAt = new Map<string, number>();
  const tookMs: number[] = [];
  const ended = new AbortController();
  let seen = 0;
  let all: () => void = () => undefined;
  const complete = new Promise<void>((resolve) => (all = resolve));
  const onLine = (line: string): void => {
    const name = /"name":"(watched-\d+)"/.exec(line)?.[1];
    const sent = name === undefined ? undefined : sentAt.get(name);
    if (sent === undefined) return;
    tookMs.push(performance.now() - sent);
    if (++seen === WATCHERS * EVENTS) all();
  };
  const { metadata } = JSON.parse(await load.must(0, 'GET', `${MAPS}?limit=1`)) as { metadata: { resourceVersion: string } };
  for (let client = 0; client < WATCHERS; client++)
    await load.watch(200 + client, `${MAPS}?watch=true&resourceVersion=${metadata.resourceVersion}`, onLine, ended.signal);
  for (let n = 0; n < EVENTS; n++) {
    sentAt.set(`watched-${n}`, performance.now());
    await load.must(0, 'POST', MAPS, configMap(`watched-${n}`));
  }
  await complete;
  ended.abort();
  return tookMs;
}

async function fill(from: number, to: number): Promise<void> {
  let next = from;
  const one = async (client: number): Promise<void> => {
    while (next < to) await load.must(client, 'POST', MAPS, configMap(`o${next++}`));
  };
  await Promise.all(Array.from({ length: 16 }, (_, client) => one(client)));
}

function memoryMb(): number {
  return pids.reduce((sum, pid) => sum + residentMb(pid), 0);
}

/** The API's own process; the supervisor beside it is not what is measured. */
async function processesOf(folder: string): Promise<number[]> {
  const child = spawn(process.execPath, [program, 'status', '--json', '--data', folder], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  const { parts } = JSON.parse(text.slice(text.indexOf('{'))) as { parts: { name: string; pid?: number }[] };
  return parts.flatMap(({ name, pid }) => (name === 'api-only' && pid !== undefined ? [pid] : []));
}
