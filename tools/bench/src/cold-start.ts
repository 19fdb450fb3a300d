import { spawn } from 'node:child_process';
import { request } from 'node:http';
import path from 'node:path';
import { type KubeClient, kinds } from '@tidegate/kube';
import { printTable, quantile } from './judge-table.js';
import { PlatformInstance, freePort, gatewayUrl } from './platform-instance.js';
import { IMAGES, buildImages, createRevision, hostOf, putToSleep, untilHolding } from './sleeping-revision.js';

/** `node dist/cold-start.js [ROUNDS] [SIZE ...]`: first byte of a revision without pods, beside the bare start of its program. */
const ROUNDS = Number(process.argv[2] ?? 30);
const SIZES = process.argv.length > 3 ? process.argv.slice(3).map(Number) : [10, 25, 100];
const NAMESPACE = 'bench';

interface Program {
  name: string;
  image: string;
  command: [string, ...string[]];
  cwd: string;
}

const instance = new PlatformInstance('cold');
try {
  await instance.up({ empty: true });
  const client = await instance.client();
  await client.create(kinds.namespaces, { metadata: { name: NAMESPACE } });
  const images = await buildImages(instance);
  const port = Number(new URL(await gatewayUrl(client, 'knative-serving', 'knative-serving')).port || 80);
  const programs: Program[] = [
    ...(images.static ? [{ name: 'static', image: images.static.image, command: ['./hello'] as [string], cwd: images.static.folder }] : []),
    { name: 'node', image: images.node, command: [process.execPath, 'main.mjs'], cwd: path.join(IMAGES, 'sleeper') },
  ];
  const single: string[][] = [];
  for (const program of programs) single.push(await alone(client, port, program));
  printTable(
    `One revision, ${ROUNDS} cold starts, ms from new connection to first byte`,
    ['program', 'bare p50', 'bare p99', 'cold p50', 'cold p99', 'added p50', 'added p99', 'not 200'],
    single,
  );
  const together: string[][] = [];
  for (const program of programs) for (const size of SIZES) together.push(await atOnce(client, port, program, size));
  printTable('Several revisions at once, ms until each first byte', ['program', 'at once', 'p50', 'p99', 'not 200'], together);
} finally {
  await instance.end();
}

async function alone(client: KubeClient, port: number, program: Program): Promise<string[]> {
  const name = `one-${program.name}`;
  await createRevision(client, { namespace: NAMESPACE, name, image: program.image });
  await untilHolding(client, NAMESPACE, name);
  const bare: number[] = [];
  const cold: number[] = [];
  let failed = 0;
  // The first pays for what is read from disk once.
  for (let i = 0; i <= ROUNDS; i++) {
    const began = await bareStart(program);
    const { status, ms } = await firstByte(port, hostOf(name));
    await putToSleep(client, NAMESPACE, name);
    if (i === 0) continue;
    bare.push(began);
    cold.push(ms);
    if (status !== 200) failed += 1;
  }
  const added = (q: number): string => (quantile(cold, q) - quantile(bare, q)).toFixed(0);
  const row = [bare, cold].flatMap((values) => [quantile(values, 0.5).toFixed(0), quantile(values, 0.99).toFixed(0)]);
  return [program.name, ...row, added(0.5), added(0.99), String(failed)];
}

async function atOnce(client: KubeClient, port: number, program: Program, size: number): Promise<string[]> {
  const names = Array.from({ length: size }, (_, i) => `at-${size}-${program.name}-${i}`);
  for (const name of names) await createRevision(client, { namespace: NAMESPACE, name, image: program.image });
  for (const name of names) await untilHolding(client, NAMESPACE, name);
  const answers = await Promise.all(names.map((name) => firstByte(port, hostOf(name))));
  await Promise.all(names.map((name) => putToSleep(client, NAMESPACE, name)));
  const ms = answers.map((answer) => answer.ms);
  const failed = answers.filter((answer) => answer.status !== 200).length;
  return [program.name, String(size), quantile(ms, 0.5).toFixed(0), quantile(ms, 0.99).toFixed(0), String(failed)];
}

/** Milliseconds from spawning the program, as it is, to its first byte. */
async function bareStart({ command: [file, ...args], cwd }: Program): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(file, args, { cwd, stdio: 'ignore', env: { PORT: String(port), HOST: '127.0.0.1' } });
  let answer = await firstByte(port, 'bare');
  while (answer.status === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    answer = await firstByte(port, 'bare');
  }
  const ms = performance.now() - began;
  child.kill('SIGKILL');
  return ms;
}

/** A new connection's first byte; status 0 when there is none. */
function firstByte(port: number, host: string): Promise<{ status: number; ms: number }> {
  const began = performance.now();
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, headers: { host }, agent: false }, (response) => {
      resolve({ status: response.statusCode ?? 0, ms: performance.now() - began });
      response.resume();
    });
    call.on('error', () => resolve({ status: 0, ms: performance.now() - began }));
    call.end();
  });
}
