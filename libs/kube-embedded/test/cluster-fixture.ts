import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRegistry, silentLogger, systemClock } from '@tidegate/kernel';
import { type Kind, type KubeClient, type KubeObject, type Pod, kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { type ClusterOptions, type RunningCluster, buildImage, startCluster } from '../src/index.js';
import { PORTS_ANNOTATION } from '../src/pods/pod-ports.js';

export const PROGRAMS = path.join(import.meta.dirname, 'programs');

/** A real cluster in a folder of its own, on free ports. */
export class ClusterFixture {
  readonly dataDir: string;
  private running: RunningCluster | undefined;

  constructor(private readonly options: Pick<ClusterOptions, 'podNetwork'> = {}) {
    this.dataDir = mkdtempSync(path.join(tmpdir(), 'tidegate-cluster-'));
    // The pods' users have to pass through it.
    chmodSync(this.dataDir, 0o755);
  }

  get client(): KubeClient {
    if (!this.running) throw new Error('the cluster does not run');
    return this.running.client;
  }

  get cluster(): RunningCluster {
    if (!this.running) throw new Error('the cluster does not run');
    return this.running;
  }

  async start(): Promise<void> {
    await buildImage({ dir: PROGRAMS, storeDir: path.join(this.dataDir, 'public', 'images') });
    const portBlock = await freePort();
    this.running = await startCluster(
      {
        log: silentLogger,
        clock: systemClock,
        registry: createRegistry('test'),
        fatal: (error) => {
          throw error;
        },
      },
      { dataDir: this.dataDir, apiPort: 0, portBlock, portBlockSize: 100, claimsDir: path.join(this.dataDir, 'claims'), drainMs: 100, ...this.options },
    );
  }

  async stop(): Promise<void> {
    await this.running?.stop();
    this.running = undefined;
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Waits until an object is as wanted; the answer is the object. */
  until<T extends KubeObject>(kind: Kind<T>, name: string, what: string, test: (object: T) => boolean, deadlineMs = 15_000): Promise<T> {
    return waitFor(
      `${kind.kind} ${name}: ${what}`,
      async () => {
        const object = await this.client.get(kind, name, 'default');
        return object && test(object) ? object : undefined;
      },
      deadlineMs,
    );
  }

  ready(name: string, deadlineMs?: number): Promise<Pod> {
    return this.until(kinds.pods, name, 'ready', isReady, deadlineMs);
  }

  /** Asks a pod's program at its real address. */
  async ask(pod: Pod, path: string): Promise<string> {
    return (await fetch(`http://${addressOf(pod)}${path}`)).text();
  }

  /** Messages of the events about an object, by reason. */
  async events(name: string): Promise<Record<string, string>> {
    const { items } = await this.client.list(kinds.events, { namespace: 'default' });
    return Object.fromEntries(items.filter((e) => e.involvedObject.name === name).map((e) => [e.reason ?? '', e.message ?? '']));
  }
}

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false;
}

export function addressOf(pod: Pod): string {
  const ports = JSON.parse(pod.metadata?.annotations?.[PORTS_ANNOTATION] ?? '{}') as Record<string, number>;
  return `${pod.status?.podIP}:${ports['8080']}`;
}

type PodSpec = NonNullable<Pod['spec']>;

/** A pod of the test program. */
export function serverPod(
  name: string,
  container: Partial<PodSpec['containers'][number]> = {},
  spec: Partial<PodSpec> = {},
  labels: Record<string, string> = {},
): Pod {
  return {
    metadata: { name, namespace: 'default', labels },
    spec: {
      terminationGracePeriodSeconds: 5,
      ...spec,
      containers: [{ name: 'app', image: 'test/server:v1', ports: [{ containerPort: 8080, name: 'http' }], ...container }],
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
