import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger, systemClock, type PartContext, type RunningPart } from '@tidegate/kernel';
import { kinds, pathOf, type KubeClient, type Pod } from '@tidegate/kube';
import { PORTS_CONFIG_MAP, SYSTEM_NAMESPACE, buildImage, startCluster, type RunningCluster } from '@tidegate/kube-embedded';
import {
  CONTROLLER_NAME,
  gatewayApiCrds,
  gatewayClasses,
  gateways,
  httpRoutes,
  meshCrds,
  trafficPolicies,
  type TrafficPolicy,
} from '@tidegate/mesh-contract';
import { startMesh } from '@tidegate/mesh-controller';
import { envoyBootstrap, provideEnvoy, superviseEnvoy, type SupervisedEnvoy } from '@tidegate/mesh-xds-server';
import { deploymentNameFor, podAutoscalers, servingCrds, type Wake } from '@tidegate/serving-contract';
import { startTelemetry, type RunningTelemetry } from '@tidegate/telemetry-sinks';
import { waitFor } from '@tidegate/testing';
import { Registry } from 'prom-client';
import { startActivator, type ActivatorOptions } from '../src/index.js';

export const NAMESPACE = 'shop';
const PROGRAM = path.join(import.meta.dirname, 'program');

export interface RevisionSettings {
  /** Pods that a wake asks for; default 1. */
  pods?: number;
  containerConcurrency?: number;
  hold?: 'NoReadyEndpoints' | 'Always';
  holdSeconds?: number;
  timeouts?: TrafficPolicy['spec']['timeouts'];
  protocol?: 'http1' | 'h2c';
  env?: Record<string, string>;
  annotations?: Record<string, string>;
  image?: string;
}

/** The embedded cluster with its node, mesh, telemetry, a real Envoy and the activator. A wake scales the Deployment. */
export class HoldStage {
  readonly wakes = new Map<string, number>();
  readonly registry = new Registry();
  readonly folder = mkdtempSync(path.join(tmpdir(), 'tga-'));
  port = 0;
  private readonly sizes = new Map<string, number>();
  private cluster: RunningCluster | undefined;
  private mesh: RunningPart | undefined;
  private telemetry: RunningTelemetry | undefined;
  private activator: RunningPart | undefined;
  private envoy: SupervisedEnvoy | undefined;

  constructor(private readonly options: Pick<ActivatorOptions, 'bounds'> & { images?: string[] } = {}) {}

  get client(): KubeClient {
    if (!this.cluster) throw new Error('the stage is not open');
    return this.cluster.client;
  }

  async open(): Promise<void> {
    // The pods' users have to pass through it.
    chmodSync(this.folder, 0o755);
    const storeDir = path.join(this.folder, 'public', 'images');
    for (const dir of [PROGRAM, ...(this.options.images ?? [])]) await buildImage({ dir, storeDir });
    const portBlock = await freePort();
    const paths = { dataDir: this.folder, claimsDir: path.join(this.folder, 'claims') };
    this.cluster = await startCluster(context(), { ...paths, apiPort: 0, portBlock, portBlockSize: 200, drainMs: 100 });
    await this.install();
    this.telemetry = await startTelemetry(context(), {
      listen: { socket: this.at('telemetry') },
      signals: { socket: this.at('signals') },
    });
    this.mesh = await startMesh(context(), {
      client: this.client,
      listen: { socket: this.at('xds') },
      mode: 'embedded',
      installKinds: false,
    });
    await this.startActivator();
    await this.startEnvoy();
    this.port = await waitFor('the gateway has a port', async () => {
      const ports = await this.client.get(kinds.configMaps, PORTS_CONFIG_MAP, SYSTEM_NAMESPACE);
      return Number(ports?.data?.['80']) || undefined;
    });
  }

  async close(): Promise<void> {
    await this.envoy?.stop();
    for (const part of [this.activator, this.mesh, this.telemetry, this.cluster]) await part?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async startActivator(): Promise<void> {
    if (!this.telemetry) throw new Error('the stage is not open');
    const wake: Wake = {
      wake: ({ name }) => {
        this.wakes.set(name, (this.wakes.get(name) ?? 0) + 1);
        void this.scale(name, this.sizes.get(name) ?? 1).catch(() => undefined);
      },
    };
    const registry = new Registry();
    this.activator = await startActivator(
      { ...context(), registry },
      {
        client: this.client,
        listen: { socket: this.at('activator') },
        wake,
        requestEvents: this.telemetry.requestEvents,
        ...(this.options.bounds ? { bounds: this.options.bounds } : {}),
      },
    );
    this.metrics = () => registry.metrics();
    await waitFor('the activator knows what there is', () => this.activator?.notReady().length === 0);
  }
  metrics: () => Promise<string> = () => Promise.resolve('');

  async stopActivator(): Promise<void> {
    await this.activator?.stop();
    this.activator = undefined;
  }

  envoyPid(): number {
    const pid = this.envoy?.pid();
    if (pid === undefined) throw new Error('Envoy does not run');
    return pid;
  }

  async scale(revision: string, replicas: number): Promise<void> {
    const name = deploymentNameFor(revision);
    await this.client.patch(kinds.deployments, name, NAMESPACE, { type: 'merge', body: { spec: { replicas } } }, { subresource: 'scale' });
  }

  /** A revision that sleeps, as the serving controller would make it, under the host `<name>.example`. */
  async revision(name: string, settings: RevisionSettings = {}): Promise<void> {
    const { pods = 1, containerConcurrency = 0, hold = 'NoReadyEndpoints', holdSeconds = 30, timeouts, protocol = 'http1' } = settings;
    this.sizes.set(name, pods);
    const labels = { 'serving.knative.dev/revision': name, 'serving.knative.dev/revisionUID': name };
    const selector = { ...labels, 'serving.tidegate.dev/endpoint': 'true' };
    const h2c = protocol === 'h2c';
    const meta = { namespace: NAMESPACE, name };
    const env = Object.entries(settings.env ?? {}).map(([key, value]) => ({ name: key, value }));
    await this.client.create(kinds.deployments, {
      metadata: { namespace: NAMESPACE, name: deploymentNameFor(name), labels },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels: selector },
          spec: {
            terminationGracePeriodSeconds: 10,
            containers: [
              {
                name: 'user-container',
                image: settings.image ?? 'test/held:v1',
                ports: [{ name: 'user-port', containerPort: 8080 }],
                env,
                readinessProbe: { tcpSocket: { port: 'user-port' }, periodSeconds: 1 },
              },
            ],
          },
        },
      },
    });
    await this.client.create(podAutoscalers, {
      metadata: { ...meta, annotations: settings.annotations ?? {} },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deploymentNameFor(name) },
        containerConcurrency,
        protocolType: protocol,
      },
    });
    const port = { name: h2c ? 'h2c' : 'http', port: 80, targetPort: 'user-port', ...(h2c ? { appProtocol: 'kubernetes.io/h2c' } : {}) };
    await this.client.create(kinds.services, {
      metadata: { ...meta, labels: { 'tidegate.dev/service': name, 'tidegate.dev/version': name } },
      spec: { selector, ports: [port] },
    });
    await this.client.create(trafficPolicies, {
      metadata: meta,
      spec: { targetRef: { kind: 'Service', name }, hold: { when: hold, timeoutSeconds: holdSeconds }, ...(timeouts ? { timeouts } : {}) },
    });
    await this.client.create(httpRoutes, {
      metadata: meta,
      spec: { parentRefs: [{ name: 'web' }], hostnames: [`${name}.example`], rules: [{ backendRefs: [{ name, port: 80 }] }] },
    });
    await waitFor(`${name}: its route is live`, async () => {
      const route = await this.client.get(httpRoutes, name, NAMESPACE);
      return route?.status?.parents[0]?.conditions?.some((c) => c.type === 'Live' && c.status === 'True');
    });
    await this.holding(name, 'True');
  }

  /** Waits until the policy says so. */
  holding(name: string, status: 'True' | 'False'): Promise<unknown> {
    return waitFor(
      `${name}: Holding is ${status}`,
      async () => {
        const policy = await this.client.get(trafficPolicies, name, NAMESPACE);
        return policy?.status?.conditions?.some((c) => c.type === 'Holding' && c.status === status);
      },
      20_000,
    );
  }

  async pods(name: string): Promise<Pod[]> {
    const { items } = await this.client.list(kinds.pods, { namespace: NAMESPACE, labelSelector: `serving.knative.dev/revision=${name}` });
    return items;
  }

  /** As whoever scales does it: pods are parked, every proxy holds, and only then do they go. */
  async sleep(name: string): Promise<void> {
    for (const pod of await this.pods(name)) await this.label(pod, null);
    await this.holding(name, 'True');
    await this.scale(name, 0);
  }

  async label(pod: Pod, value: 'true' | null): Promise<void> {
    const body = { metadata: { labels: { 'serving.tidegate.dev/endpoint': value } } };
    await this.client.patch(kinds.pods, pod.metadata?.name ?? '', NAMESPACE, { type: 'merge', body });
  }

  async eventReasons(name: string): Promise<string[]> {
    const { items } = await this.client.list(kinds.events, { namespace: NAMESPACE });
    return items.filter((event) => event.involvedObject.name === name).map((event) => event.reason ?? '');
  }

  private at(name: string): string {
    return path.join(this.folder, `${name}.sock`);
  }

  /** Any call to the API that the typed client has no method for. */
  deletePod(pod: Pod): Promise<unknown> {
    const path_ = pathOf(kinds.pods, NAMESPACE, pod.metadata?.name ?? '');
    return this.client.request({ method: 'DELETE', path: path_, query: { gracePeriodSeconds: '0' } });
  }

  private async install(): Promise<void> {
    const { client } = this;
    for (const crd of [...gatewayApiCrds(), ...meshCrds(), ...servingCrds()]) await client.create(kinds.customResourceDefinitions, crd);
    await client.create(kinds.namespaces, { metadata: { name: NAMESPACE } });
    await waitFor('the kinds are served', async () => (await client.list(gateways), await client.list(podAutoscalers), true));
    await client.create(gatewayClasses, { metadata: { name: 'tidegate' }, spec: { controllerName: CONTROLLER_NAME } });
    await client.create(gateways, {
      metadata: { name: 'web', namespace: NAMESPACE },
      spec: {
        gatewayClassName: 'tidegate',
        addresses: [{ value: '127.0.0.1' }],
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
      },
    });
  }

  private async startEnvoy(): Promise<void> {
    const { binary } = await provideEnvoy({ dataDir: path.join(import.meta.dirname, '../../../tmp/envoy'), log: silentLogger });
    const sockets = {
      xdsSocket: this.at('xds'),
      telemetrySocket: this.at('telemetry'),
      activatorSocket: this.at('activator'),
      adminSocket: this.at('admin'),
    };
    const bootstrapPath = path.join(this.folder, 'envoy.json');
    writeFileSync(bootstrapPath, JSON.stringify(envoyBootstrap({ nodeId: 'embedded', ...sockets })));
    this.envoy = await superviseEnvoy({
      binary,
      bootstrapPath,
      adminSocket: sockets.adminSocket,
      pidPath: path.join(this.folder, 'envoy.pid'),
      concurrency: 2,
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
