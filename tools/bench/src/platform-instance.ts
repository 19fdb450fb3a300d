import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type KubeClient, connect, kinds } from '@tidegate/kube';
import { gateways } from '@tidegate/mesh-contract';

const run = promisify(execFile);
/** The command line as built; the door beside it would build first. */
const program = path.resolve(import.meta.dirname, '..', '..', '..', 'apps', 'tidegate', 'dist', 'main.js');

export interface PartStatus {
  name: string;
  state: string;
  pid?: number;
  restarts: number;
}

/** One platform of a bench's own: a data folder in /tmp that is started, asked and removed by its program. */
export class PlatformInstance {
  readonly data: string;

  constructor(name: string) {
    this.data = mkdtempSync(path.join(tmpdir(), `tidegate-bench-${name}-`));
    // Pods have users of their own, which must reach the public half.
    chmodSync(this.data, 0o755);
  }

  /** Runs `tidegate ...words --data DIR` and gives what it printed; throws with its words when it fails. */
  async command(words: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
    const { stdout } = await run(process.execPath, [program, ...words, '--data', this.data], { env, maxBuffer: 16 * 1024 * 1024 });
    return stdout;
  }

  /** Seconds until `up --detach` came back. */
  async up(options: { empty: boolean; env?: NodeJS.ProcessEnv }): Promise<number> {
    const began = performance.now();
    await this.command(['up', '--detach', ...(options.empty ? ['--empty'] : [])], options.env);
    return (performance.now() - began) / 1000;
  }

  async parts(): Promise<PartStatus[]> {
    const { parts } = JSON.parse(await this.command(['status', '--json'])) as { parts: PartStatus[] };
    return parts;
  }

  async pidOf(part: string): Promise<number> {
    const found = (await this.parts()).find((p) => p.name === part)?.pid;
    if (found === undefined) throw new Error(`The part ${part} has no process.`);
    return found;
  }

  client(): Promise<KubeClient> {
    return connect({ kubeconfigPath: path.join(this.data, 'private', 'admin.kubeconfig') });
  }

  /** Path of the instance's Envoy. */
  envoyBinary(): string {
    const recorded = readFileSync(path.join(this.data, 'private', 'envoy-binary'), 'utf8').trim();
    if (!existsSync(recorded)) throw new Error(`There is no Envoy at ${recorded}.`);
    return recorded;
  }

  /** The text of a part's /metrics. Reading resets the event-loop quantiles. */
  metrics(part: string): Promise<string> {
    return this.ask(part, '/metrics');
  }

  /** What a unix socket of the instance answers to GET. */
  ask(socket: string, address: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath: path.join(this.data, 'run', `${socket}.sock`), path: address }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => resolve(text));
      });
      asked.on('error', reject);
      asked.end();
    });
  }

  async down(): Promise<void> {
    await this.command(['down']);
  }

  /** Ends what runs and removes the folder. */
  async end(): Promise<void> {
    await this.down().catch((error: unknown) => console.error(`The instance in ${this.data} did not stop: ${String(error)}`));
    rmSync(this.data, { recursive: true, force: true });
  }
}

/** `http://address:port` of a Gateway's first listener, once the mesh has published it. */
export async function gatewayUrl(client: KubeClient, namespace: string, name: string): Promise<string> {
  return until(`Gateway ${namespace}/${name} has an address`, 30_000, async () => {
    const gateway = await client.get(gateways, name, namespace);
    const address = gateway?.status?.addresses?.[0]?.value;
    const port = String(gateway?.spec?.listeners?.[0]?.port);
    const ports = (await client.get(kinds.configMaps, 'loopback-ports', 'tidegate-system'))?.data ?? {};
    return address === undefined || ports[port] === undefined ? undefined : `http://${address}:${ports[port]}`;
  });
}

/** Asks every 50 ms until there is an answer; throws with `what` after `limitMs`. */
export async function until<T>(what: string, limitMs: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`Not within ${limitMs / 1000} s: ${what}.`);
    await sleep(50);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Named by the kernel. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('No free port.'))));
    });
  });
}
