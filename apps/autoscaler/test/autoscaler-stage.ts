import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type PartContext, silentLogger, systemClock } from '@tidegate/kernel';
import { type CoreEvent, type Deployment, KubeClient, type Pod, kinds } from '@tidegate/kube';
import { PORTS_CONFIG_MAP, type RunningCluster, SYSTEM_NAMESPACE, buildImage, startCluster } from '@tidegate/kube-embedded';
import { CONTROLLER_NAME, gatewayApiCrds, gatewayClasses, gateways, meshCrds } from '@tidegate/mesh-contract';
import { startMesh } from '@tidegate/mesh-controller';
import { type SupervisedEnvoy, envoyBootstrap, provideEnvoy, superviseEnvoy } from '@tidegate/mesh-xds-server';
import {
  ENDPOINT_LABEL,
  type PodAutoscaler,
  SERVING_NAMESPACE,
  conditionOf,
  deploymentNameFor,
  knativeServices,
  podAutoscalers,
  trafficPolicies,
  readinessOf,
  servingCrds,
} from '@tidegate/serving-contract';
import { startServing } from '@tidegate/serving-controller-lib';
import {
  type RequestEventsConnection,
  type RunningTelemetry,
  RequestTap,
  connectRequestEvents,
  startTelemetry,
} from '@tidegate/telemetry-sinks';
import { waitFor } from '@tidegate/testing';
import { Registry } from 'prom-client';
import { type RunningAutoscaler, startAutoscaler } from '../src/index.js';
import { Load } from './load.js';

export const NAMESPACE = 'shop';
const DEADLINE_MS = 60_000;
const PROGRAM = path.join(import.meta.dirname, 'program');
const IMAGE = 'test/sleeper:v1';

export interface Seen {
  replicas: number;
  pods: { name: string; ready: boolean; parked: boolean }[];
  pa: PodAutoscaler | undefined;
}

/** The embedded cluster with process pods, mesh, a real Envoy, telemetry, the serving controller and the autoscaler. No activator: nobody answers what is held. */
export class AutoscalerStage {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'tidegate-scale-'));
  private readonly parts: { stop(): Promise<void> }[] = [];
  /** A test that fails leaves its load running. */
  private readonly loads: Load[] = [];
  private cluster: RunningCluster | undefined;
  private envoy: SupervisedEnvoy | undefined;
  private telemetry: RunningTelemetry | undefined;
  private running: RunningAutoscaler | undefined;
  private connection: RequestEventsConnection | undefined;
  readonly registry = new Registry();
  port = 0;

  get client(): KubeClient {
    if (!this.cluster) throw new Error('the stage is not open');
    return this.cluster.client;
  }

  get autoscaler(): RunningAutoscaler {
    if (!this.running) throw new Error('the autoscaler does not run');
    return this.running;
  }

  async open(withAutoscaler = true): Promise<void> {
    // The pods' users have to pass through it.
    chmodSync(this.folder, 0o755);
    await buildImage({ dir: PROGRAM, storeDir: path.join(this.folder, 'public', 'images') });
    this.cluster = await startCluster(context(), {
      dataDir: this.folder,
      apiPort: 0,
      portBlock: await freePort(),
      portBlockSize: 100,
      claimsDir: path.join(this.folder, 'claims'),
      drainMs: 100,
    });
    this.parts.push(this.cluster);
    await this.install();
    await this.startTelemetry();
    const listen = { socket: this.at('xds.sock') };
    this.parts.push(await startMesh(context(), { client: this.client, listen, mode: 'embedded', installKinds: false }));
    await this.startEnvoy((name) => this.at(name));
    const ports = { namespace: SYSTEM_NAMESPACE, name: PORTS_CONFIG_MAP };
    const serving = new KubeClient(this.client.transport);
    this.parts.push(await startServing(context(), { client: serving, digests: 'node', ports, identity: 'test' }));
    if (withAutoscaler) await this.start();
    this.port = await waitFor('the gateway has a port', async () => {
      const bound = await this.client.get(kinds.configMaps, PORTS_CONFIG_MAP, SYSTEM_NAMESPACE);
      return Number(bound?.data?.['80']) || undefined;
    });
  }

  /** In the process of telemetry, or hearing it over its socket. */
  async start(identity = 'one', over: 'memory' | 'socket' = 'memory'): Promise<void> {
    if (!this.telemetry) throw new Error('the stage is not open');
    this.connection = over === 'socket' ? connectRequestEvents({ socket: this.at('signals.sock') }) : undefined;
    const requestEvents = this.connection ?? this.telemetry.requestEvents;
    this.running = await startAutoscaler(context(this.registry), { client: this.client, requestEvents, identity });
  }

  /** One of several replicas; one that is deaf hears of no request but by the others. */
  async replica(identity: string, hears: 'all' | 'nothing'): Promise<RunningAutoscaler> {
    if (!this.telemetry) throw new Error('the stage is not open');
    const requestEvents = hears === 'all' ? this.telemetry.requestEvents : new RequestTap(silentLogger);
    const peers = { listen: { socket: this.at(`${identity}.sock`) } };
    return startAutoscaler(context(), { client: this.client, requestEvents, identity, peers });
  }

  async stop(): Promise<void> {
    await this.running?.stop();
    this.running = undefined;
    this.connection?.close();
    this.registry.clear();
  }

  async startTelemetry(): Promise<void> {
    const sockets = { listen: { socket: this.at('telemetry.sock') }, signals: { socket: this.at('signals.sock') } };
    this.telemetry = await startTelemetry(context(), sockets);
  }

  async stopTelemetry(): Promise<void> {
    await this.telemetry?.stop();
  }

  private at(name: string): string {
    return path.join(this.folder, name);
  }

  async close(): Promise<void> {
    await Promise.all(this.loads.map((load) => load.stop()));
    await this.stop();
    await this.envoy?.stop();
    await this.stopTelemetry();
    for (const part of this.parts.reverse()) await part.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** config-autoscaler with short times, and these settings. */
  async configure(data: Record<string, string> = {}): Promise<void> {
    const short = { 'stable-window': '6s', 'scale-to-zero-grace-period': '1s' };
    await this.client.apply(kinds.configMaps, {
      metadata: { name: 'config-autoscaler', namespace: SERVING_NAMESPACE },
      data: { ...short, ...data },
    });
  }

  /** A Knative Service of the sample; its first revision is `<name>-00001`. Resolves when it is ready. */
  async service(name: string, annotations: Record<string, string> = {}, spec: { containerConcurrency?: number } = {}): Promise<void> {
    const prefixed = Object.fromEntries(Object.entries(annotations).map(([k, v]) => [`autoscaling.knative.dev/${k}`, v]));
    await this.client.create(knativeServices, {
      metadata: { name, namespace: NAMESPACE },
      spec: {
        template: {
          metadata: { annotations: prefixed },
          spec: { timeoutSeconds: 60, containerConcurrency: 0, ...spec, containers: [{ name: 'user-container', image: IMAGE }] },
        },
        traffic: [{ latestRevision: true, percent: 100 }],
      },
    });
    await waitFor(
      `${name} is ready`,
      async () => {
        const service = await this.client.get(knativeServices, name, NAMESPACE);
        return service !== undefined && readinessOf(service) === 'True';
      },
      DEADLINE_MS,
    );
    if (annotations['initial-scale'] === '0') return;
    // Nobody here answers for requests that are held, as an activator would: those come once the proxy passes them on.
    await waitFor(
      `requests to ${name} are passed on`,
      async () => {
        const policy = await this.client.get(trafficPolicies, `${name}-00001`, NAMESPACE);
        return policy?.status?.conditions?.some((c) => c.type === 'Holding' && c.status === 'False') || undefined;
      },
      DEADLINE_MS,
    );
  }

  load(name: string): Load {
    const load = new Load(this.port, `${name}.${NAMESPACE}.localhost`);
    this.loads.push(load);
    return load;
  }

  async see(name: string): Promise<Seen> {
    const revision = `${name}-00001`;
    const [deployment, pods, pa] = await Promise.all([
      this.client.get<Deployment>(kinds.deployments, deploymentNameFor(revision), NAMESPACE),
      this.client.list<Pod>(kinds.pods, { namespace: NAMESPACE, labelSelector: `serving.knative.dev/revision=${revision}` }),
      this.client.get(podAutoscalers, revision, NAMESPACE),
    ]);
    const live = pods.items.filter((pod) => pod.metadata?.deletionTimestamp === undefined);
    return {
      replicas: deployment?.spec?.replicas ?? 0,
      pods: live.map((pod) => ({
        name: pod.metadata?.name ?? '',
        ready: (pod.status?.conditions ?? []).some((c) => c.type === 'Ready' && c.status === 'True'),
        parked: pod.metadata?.labels?.[ENDPOINT_LABEL] !== 'true',
      })),
      pa,
    };
  }

  /** Waits until what is seen of the Service's first revision is so. */
  until(name: string, what: string, test: (seen: Seen) => boolean, deadlineMs = DEADLINE_MS): Promise<Seen> {
    return waitFor(
      `${name}: ${what}`,
      async () => {
        const seen = await this.see(name);
        return test(seen) ? seen : undefined;
      },
      deadlineMs,
    );
  }

  async events(name: string): Promise<string[]> {
    return (await this.told(name)).map((e) => e.reason ?? '');
  }

  async messages(name: string): Promise<string[]> {
    return (await this.told(name)).map((e) => e.message ?? '');
  }

  private async told(name: string): Promise<CoreEvent[]> {
    const { items } = await this.client.list(kinds.events, { namespace: NAMESPACE });
    return items.filter((e) => e.involvedObject.name === `${name}-00001` && e.involvedObject.kind === 'PodAutoscaler');
  }

  private async install(): Promise<void> {
    const { client } = this;
    for (const crd of [...gatewayApiCrds(), ...meshCrds(), ...servingCrds()]) await client.create(kinds.customResourceDefinitions, crd);
    for (const name of [NAMESPACE, SERVING_NAMESPACE]) await client.create(kinds.namespaces, { metadata: { name } });
    await waitFor('the kinds are served', async () => (await client.list(gateways), await client.list(podAutoscalers), true));
    await client.create(gatewayClasses, { metadata: { name: 'tidegate' }, spec: { controllerName: CONTROLLER_NAME } });
    await client.create(gateways, {
      metadata: { name: 'knative-serving', namespace: SERVING_NAMESPACE },
      spec: {
        gatewayClassName: 'tidegate',
        addresses: [{ value: '127.0.0.1' }],
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
      },
    });
    const domain = { metadata: { name: 'config-domain', namespace: SERVING_NAMESPACE }, data: { localhost: '' } };
    await client.apply(kinds.configMaps, domain);
    await this.configure();
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
      concurrency: 2,
      clock: systemClock,
      log: silentLogger,
      drainMs: 100,
    });
  }
}

export function activeOf(pa: PodAutoscaler | undefined): string {
  const active = conditionOf(pa?.status?.conditions, 'Active');
  return `${active?.status} ${active?.reason ?? ''}`.trim();
}

function context(registry = new Registry()): PartContext {
  return {
    log: silentLogger,
    clock: systemClock,
    registry,
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
