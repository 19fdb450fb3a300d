import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { silentLogger, systemClock, type PartContext, type RunningPart } from '@tidegate/kernel';
import { KubeClient, kinds, type Kind, type KubeObject } from '@tidegate/kube';
import { PORTS_CONFIG_MAP, SYSTEM_NAMESPACE, buildImage, startCluster, type RunningCluster } from '@tidegate/kube-embedded';
import { CONTROLLER_NAME, gatewayApiCrds, gatewayClasses, gateways, meshCrds } from '@tidegate/mesh-contract';
import { startMesh } from '@tidegate/mesh-controller';
import { envoyBootstrap, provideEnvoy, superviseEnvoy, type SupervisedEnvoy } from '@tidegate/mesh-xds-server';
import {
  SERVING_NAMESPACE,
  conditionOf,
  knativeServices,
  readinessOf,
  servingCrds,
  type Condition,
  type KnativeService,
  type RevisionTemplate,
  type TrafficTarget,
} from '@tidegate/serving-contract';
import { startServing } from '@tidegate/serving-controller-lib';
import { waitFor } from '@tidegate/testing';
import { Registry } from 'prom-client';

export const NAMESPACE = 'shop';
const PROGRAM = path.join(import.meta.dirname, 'program');
const DEADLINE_MS = 60_000;

export interface Greeting {
  status: number;
  greeting?: string;
  K_SERVICE?: string;
  K_CONFIGURATION?: string;
  K_REVISION?: string;
  host?: string;
}

/** The embedded cluster with its node, the mesh, a real Envoy and the serving controller. No admission: specs are written in full. */
export class ServingStage {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'tidegate-serving-'));
  private readonly parts: { stop(): Promise<void> }[] = [];
  private serving: RunningPart | undefined;
  private cluster: RunningCluster | undefined;
  private envoy: SupervisedEnvoy | undefined;
  private port = 0;

  get client(): KubeClient {
    if (!this.cluster) throw new Error('the stage is not open');
    return this.cluster.client;
  }

  async open(): Promise<void> {
    // The pods' users have to pass through it.
    chmodSync(this.folder, 0o755);
    await buildImage({ dir: PROGRAM, storeDir: path.join(this.folder, 'public', 'images') });
    const portBlock = await freePort();
    const options = {
      dataDir: this.folder,
      apiPort: 0,
      portBlock,
      portBlockSize: 100,
      claimsDir: path.join(this.folder, 'claims'),
      drainMs: 100,
    };
    this.cluster = await startCluster(context(), options);
    this.parts.push(this.cluster);
    await this.install();
    const at = (name: string): string => path.join(this.folder, name);
    this.parts.push(
      await startMesh(context(), { client: this.client, listen: { socket: at('xds.sock') }, mode: 'embedded', installKinds: false }),
    );
    await this.startEnvoy(at);
    await this.startController();
    this.port = await waitFor('the gateway has a port', async () => {
      const ports = await this.client.get(kinds.configMaps, PORTS_CONFIG_MAP, SYSTEM_NAMESPACE);
      return Number(ports?.data?.['80']) || undefined;
    });
  }

  async startController(): Promise<void> {
    const client = new KubeClient(this.client.transport);
    const ports = { namespace: SYSTEM_NAMESPACE, name: PORTS_CONFIG_MAP };
    this.serving = await startServing(context(), { client, digests: 'node', ports, identity: 'test' });
  }

  async stopController(): Promise<void> {
    await this.serving?.stop();
    this.serving = undefined;
  }

  async close(): Promise<void> {
    await this.stopController();
    await this.envoy?.stop();
    for (const part of this.parts.reverse()) await part.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A template of the greeter that says `greeting`. */
  template(greeting: string, changes: { env?: Record<string, string>; image?: string; name?: string } = {}): RevisionTemplate {
    const { env = {}, image = 'test/greeter:v1', name } = changes;
    const variables = Object.entries({ GREETING: greeting, ...env }).map(([key, value]) => ({ name: key, value }));
    return {
      metadata: { ...(name ? { name } : {}) },
      spec: { timeoutSeconds: 20, containerConcurrency: 0, containers: [{ name: 'user-container', image, env: variables }] },
    };
  }

  /** Creates the Service, or gives it this spec. */
  async service(
    name: string,
    template: RevisionTemplate,
    traffic: TrafficTarget[] = [{ latestRevision: true, percent: 100 }],
    labels = {},
  ): Promise<void> {
    const wanted: KnativeService = { metadata: { name, namespace: NAMESPACE, labels }, spec: { template, traffic } };
    const existing = await this.client.get(knativeServices, name, NAMESPACE);
    if (!existing) await this.client.create(knativeServices, wanted);
    else await this.client.patch(knativeServices, name, NAMESPACE, { type: 'merge', body: { spec: wanted.spec } });
  }

  ready(name: string): Promise<KnativeService> {
    return this.until(knativeServices, name, 'is ready', (s) => readinessOf(s) === 'True');
  }

  /** Waits for a condition of the newest generation; the answer is the condition. */
  condition<T extends KubeObject & { status?: { observedGeneration?: number; conditions?: Condition[] } }>(
    kind: Kind<T>,
    name: string,
    type: string,
    status: Condition['status'],
  ): Promise<Condition> {
    return waitFor(
      `${kind.kind} ${name}: ${type} is ${status}`,
      async () => {
        const object = await this.client.get(kind, name, NAMESPACE);
        const found = conditionOf(object?.status?.conditions, type);
        return object?.status?.observedGeneration === object?.metadata?.generation && found?.status === status ? found : undefined;
      },
      DEADLINE_MS,
    );
  }

  until<T extends KubeObject>(kind: Kind<T>, name: string, what: string, test: (object: T) => boolean): Promise<T> {
    return waitFor(
      `${kind.kind} ${name} ${what}`,
      async () => {
        const object = await this.client.get(kind, name, kind.namespaced ? NAMESPACE : undefined);
        return object && test(object) ? object : undefined;
      },
      DEADLINE_MS,
    );
  }

  gone(kind: Kind, name: string): Promise<boolean> {
    return waitFor(`${kind.kind} ${name} is gone`, async () => (await this.client.get(kind, name, NAMESPACE)) === undefined, DEADLINE_MS);
  }

  /** Asks through Envoy. `url` is as in a status: its host leads to the gateway without DNS. */
  ask(url: string | undefined): Promise<Greeting> {
    const { host } = new URL(url ?? '');
    return new Promise((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port: this.port, headers: { host }, agent: false }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, ...(response.statusCode === 200 ? (JSON.parse(body) as object) : {}) }),
        );
      });
      call.on('error', reject);
      call.end();
    });
  }

  /** Asks over TLS; answers who the certificate is for, and what was said. */
  async askSecurely(host: string): Promise<{ subject: string; greeting?: string }> {
    const ports = await this.client.get(kinds.configMaps, PORTS_CONFIG_MAP, SYSTEM_NAMESPACE);
    const port = Number(ports?.data?.['443']);
    return new Promise((resolve, reject) => {
      // Self-signed for this test: what counts is which one is shown.
      const options = { host: '127.0.0.1', port, servername: host, rejectUnauthorized: false, agent: false, headers: { host } };
      const call = secureRequest(options, (response) => {
        const socket = response.socket as TLSSocket;
        const subject = socket.getPeerCertificate().subject.CN;
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () =>
          resolve({ subject: String(subject), ...(response.statusCode === 200 ? (JSON.parse(body) as object) : {}) }),
        );
      });
      call.on('error', reject);
      call.end();
    });
  }

  /** Host of a public name, with the port that the gateway has. */
  url(host: string): string {
    return `http://${host}${this.port === 80 ? '' : `:${this.port}`}`;
  }

  private async install(): Promise<void> {
    const { client } = this;
    for (const crd of [...gatewayApiCrds(), ...meshCrds(), ...servingCrds()]) await client.create(kinds.customResourceDefinitions, crd);
    for (const name of [NAMESPACE, SERVING_NAMESPACE]) await client.create(kinds.namespaces, { metadata: { name } });
    await waitFor('the kinds are served', async () => (await client.list(gateways), await client.list(knativeServices), true));
    await client.create(gatewayClasses, { metadata: { name: 'tidegate' }, spec: { controllerName: CONTROLLER_NAME } });
    await client.create(gateways, {
      metadata: { name: 'knative-serving', namespace: SERVING_NAMESPACE },
      spec: {
        gatewayClassName: 'tidegate',
        addresses: [{ value: '127.0.0.1' }],
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
      },
    });
    await this.configMap('config-domain', { localhost: '' });
    await this.configMap('config-network', { 'autocreate-cluster-domain-claims': 'true' });
  }

  /** Writes a config map of serving. */
  async configMap(name: string, data: Record<string, string>): Promise<void> {
    await this.client.apply(kinds.configMaps, { metadata: { name, namespace: SERVING_NAMESPACE }, data });
  }

  private async startEnvoy(at: (name: string) => string): Promise<void> {
    const { binary } = await provideEnvoy({ dataDir: path.join(import.meta.dirname, '../../../tmp/envoy'), log: silentLogger });
    const sockets = {
      xdsSocket: at('xds.sock'),
      telemetrySocket: at('telemetry.sock'),
      activatorSocket: at('activator.sock'),
      adminSocket: at('admin.sock'),
    };
    writeFileSync(at('envoy.json'), JSON.stringify(envoyBootstrap({ nodeId: 'embedded', ...sockets })));
    this.envoy = await superviseEnvoy({
      binary,
      bootstrapPath: at('envoy.json'),
      adminSocket: at('admin.sock'),
      pidPath: at('envoy.pid'),
      concurrency: 1,
      clock: systemClock,
      log: silentLogger,
      drainMs: 100,
    });
  }
}

function context(): PartContext {
  return {
    log: silentLogger,
    clock: systemClock,
    registry: new Registry(),
    fatal: (error) => {
      throw error;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return port;
}
