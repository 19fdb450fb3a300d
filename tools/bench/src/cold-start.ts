import { spawn } from 'node:child_process';
import { type KubeClient, kinds } from '@tidegate/kube';
import { type Program, programsOf } from './bare-program.js';
import { firstByte } from './first-byte.js';
import { printTable, quantile } from './judge-table.js';
import { PlatformInstance, freePort, gatewayUrl } from './platform-instance.js';
import { buildImages, createRevision, deleteRevision, hostOf, untilHolding } from './sleeping-revision.js';

/** `node dist/cold-start.js [ROUNDS] [SIZE ...]`: first byte of a revision without pods, beside the bare start of its program. */
const ROUNDS = Number(process.argv[2] ?? 30);
const SIZES = process.argv.length > 3 ? process.argv.slice(3).map(Number) : [10, 25, 100];
const NAMESPACE = 'bench';

const instance = new PlatformInstance('cold');
try {
  await instance.up({ empty: true });
  const client = await instance.client();
  await client.create(kinds.namespaces, { metadata: { name: NAMESPACE } });
  const gateway = new URL(await gatewayUrl(client, 'knative-serving', 'knative-serving'));
  const programs = programsOf(await buildImages(instance));
  const single: string[][] = [];
  for (const program of programs) single.push(await alone(client, gateway, program));
  printTable(
    `One revision, ${ROUNDS} cold starts, ms from new connection to first byte`,
    ['program', 'bare p50', 'bare p99', 'cold p50', 'cold p99', 'added p50', 'added p99', 'not 200'],
    single,
  );
  const together: string[][] = [];
  for (const program of programs) for (const size of SIZES) together.push(await atOnce(client, gateway, program, size));
  printTable('Several revisions at once, ms until each first byte', ['program', 'at once', 'p50', 'p99', 'not 200'], together);
} finally {
  await instance.end();
}

async function alone(client: KubeClient, gateway: URL, program: Program): Promise<string[]> {
  const bare: number[] = [];
  const cold: number[] = [];
  let failed = 0;
  // The first pays for what is read from disk once.
  for (let i = 0; i <= ROUNDS; i++) {
    const name = `one-${program.name}-${i}`;
    await createRevision(client, { namespace: NAMESPACE, name, image: program.image });
    await untilHolding(client, NAMESPACE, name);
    const began = await bareStart(program);
    const { status, ms } = await firstByte(gateway, hostOf(name));
    await deleteRevision(client, NAMESPACE, name);
    if (i === 0) continue;
    bare.push(began);
    cold.push(ms);
    if (status !== 200) failed += 1;
  }
  const added = cold.map((ms, i) => ms - (bare[i] ?? 0));
  const row = [bare, cold, added].flatMap((values) => [quantile(values, 0.5).toFixed(0), quantile(values, 0.99).toFixed(0)]);
  return [program.name, ...row, String(failed)];
}

async function atOnce(client: KubeClient, gateway: URL, program: Program, size: number): Promise<string[]> {
  const names = Array.from({ length: size }, (_, i) => `at-${size}-${program.name}-${i}`);
  for (const name of names) await createRevision(client, { namespace: NAMESPACE, name, image: program.image });
  for (const name of names) await untilHolding(client, NAMESPACE, name);
  const answers = await Promise.all(names.map((name) => firstByte(gateway, hostOf(name))));
  await Promise.all(names.map((name) => deleteRevision(client, NAMESPACE, name)));
  const ms = answers.map((answer) => answer.ms);
  const failed = answers.filter((answer) => answer.status !== 200).length;
  return [program.name, String(size), quantile(ms, 0.5).toFixed(0), quantile(ms, 0.99).toFixed(0), String(failed)];
}

/** Milliseconds from spawning the program, as it is, to its first byte. */
async function bareStart({ command: [file, ...args], cwd }: Program): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(file, args, { cwd, stdio: 'ignore', env: { PORT: String(port), HOST: '127.0.0.1' } });
  const at = new URL(`http://127.0.0.1:${port}`);
  let answer = await firstByte(at, 'bare');
  while (answer.status === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    answer = await firstByte(at, 'bare');
  }
  const ms = performance.now() - began;
  child.kill('SIGKILL');
  return ms;
}
