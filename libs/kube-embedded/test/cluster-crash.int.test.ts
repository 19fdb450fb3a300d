import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, chmodSync, chownSync, constants, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type KubeClient, connect, kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { PROGRAMS, addressOf, isReady, serverPod } from './cluster-fixture.js';

const SCRIPT = path.join(import.meta.dirname, 'cluster-process.ts');
const HOOKS = path.join(import.meta.dirname, 'typescript-hooks.mjs');
const NOBODY = 65_534;
const asRoot = process.getuid?.() === 0;

const folders: string[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) await end(child, 'SIGTERM');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function dataFolder(uid?: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-crash-'));
  folders.push(folder);
  chmodSync(folder, 0o755);
  if (uid !== undefined) chownSync(folder, uid, uid);
  return folder;
}

async function startProcess(dataDir: string, portBlock: number, uid?: number): Promise<{ child: ChildProcess; client: KubeClient }> {
  const args = [
    '--no-warnings',
    '--experimental-transform-types',
    '--conditions=development',
    '--import',
    HOOKS,
    SCRIPT,
    dataDir,
    String(portBlock),
    PROGRAMS,
  ];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { HOME: dataDir, PATH: process.env['PATH'] },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  children.push(child);
  let out = '';
  let complaints = '';
  child.stdout?.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (complaints += text.toString()));
  const line = await waitFor(
    'the cluster to be ready',
    () => {
      if (child.exitCode !== null) throw new Error(`the cluster ended: ${complaints}`);
      return out.includes('\n') ? out : undefined;
    },
    30_000,
  );
  const { kubeconfig } = JSON.parse(line) as { kubeconfig: string };
  return { child, client: await connect({ kubeconfigPath: kubeconfig }) };
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

const ready = (client: KubeClient, name: string) =>
  waitFor(
    `pod ${name}`,
    async () => {
      const pod = await client.get(kinds.pods, name, 'default');
      return pod && isReady(pod) ? pod : undefined;
    },
    20_000,
  );

it('after kill -9 everything of the instance is ended and started anew, and nobody else is touched', async () => {
  const dataDir = dataFolder();
  const bystander = spawn('sleep', ['1000'], { detached: true });
  children.push(bystander);
  const first = await startProcess(dataDir, 31_300);
  // A program that left its container's group: only the mark in its environment says whose it is.
  const command = ['sh', '-c', 'setsid sleep 1000 & echo $! > left; exec node server.mjs'];
  await first.client.create(kinds.pods, serverPod('stubborn', { command }));
  const before = await ready(first.client, 'stubborn');
  const left = Number(await (await fetch(`http://${addressOf(before)}/file?path=left`)).text());
  await end(first.child, 'SIGKILL');
  expect(existsSync(`/proc/${left}`)).toBe(true);

  const second = await startProcess(dataDir, 31_300);
  await waitFor('the one left behind to be ended', () => !existsSync(`/proc/${left}`));
  const after = await ready(second.client, 'stubborn');
  expect(after.status?.podIP).toBe(before.status?.podIP);
  expect(after.status?.containerStatuses?.[0]).toMatchObject({
    restartCount: 1,
    lastState: { terminated: { exitCode: 255, reason: 'Unknown' } },
  });
  expect(existsSync(`/proc/${bystander.pid}`)).toBe(true);
}, 90_000);

it('two instances run side by side in ranges of their own', async () => {
  const [one, two] = await Promise.all([startProcess(dataFolder(), 31_400), startProcess(dataFolder(), 31_450)]);
  await Promise.all([one, two].map(({ client }) => client.create(kinds.pods, serverPod('same'))));
  const [a, b] = await Promise.all([one, two].map(({ client }) => ready(client, 'same')));
  expect(a?.status?.podIP?.split('.')[1]).not.toBe(b?.status?.podIP?.split('.')[1]);
  for (const pod of [a, b]) expect(await (await fetch(`http://${addressOf(pod ?? {})}/`)).text()).toBe('ok');
}, 90_000);

const nobodyMayRead = ((): boolean => {
  for (let at = SCRIPT; at !== path.dirname(at); at = path.dirname(at)) if ((statSync(at).mode & 0o005) === 0) return false;
  try {
    accessSync(process.execPath, constants.X_OK);
    return true;
  } catch {
    return false;
  }
})();

// Root tries what an ordinary user sees; an ordinary user has seen it in every other test.
(asRoot && nobodyMayRead ? it : it.skip)(
  'runs the same for an ordinary user, whose pods are that user',
  async () => {
    const dataDir = dataFolder(NOBODY);
    const { client } = await startProcess(dataDir, 31_500, NOBODY).catch((error: unknown) => Promise.reject(error));
    await client.create(kinds.services, {
      metadata: { name: 'low', namespace: 'default' },
      spec: { selector: { app: 'low' }, ports: [{ port: 81 }] },
    });
    await client.create(kinds.pods, serverPod('ordinary', { env: [{ name: 'LOW', value: '$(LOW_SERVICE_HOST):$(LOW_SERVICE_PORT)' }] }));
    const pod = await ready(client, 'ordinary');
    expect(JSON.parse(await (await fetch(`http://${addressOf(pod)}/identity`)).text())).toMatchObject({ uid: NOBODY, noNewPrivs: true });
    const { LOW: low } = JSON.parse(await (await fetch(`http://${addressOf(pod)}/env`)).text()) as Record<string, string>;
    const bound = (await client.get(kinds.configMaps, 'loopback-ports', 'tidegate-system'))?.data?.['81'];
    // Where the system lets everybody bind low ports, it is port 81 itself.
    expect(low).toMatch(new RegExp(`^127\\.[\\d.]+:${bound}$`));
  },
  60_000,
);
