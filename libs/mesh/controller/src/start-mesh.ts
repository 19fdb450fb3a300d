import { hostname } from 'node:os';
import { causeChain, type ListenAddress, type PartContext, type RunningPart, type StartPart } from '@tidegate/kernel';
import { LeaderElection, type KubeClient } from '@tidegate/kube';
import { buildSnapshot, SnapshotCache, type StatusPlan } from '@tidegate/mesh-snapshot';
import { startXdsServer, type XdsServer } from '@tidegate/mesh-xds-server';
import { debounce, type Debounced } from './debounce.js';
import { installGatewayClass, installKinds } from './install-kinds.js';
import { MeshCaches, type MeshMode } from './mesh-caches.js';
import { servesOnly } from './proxy-resources.js';
import type { ProxyPodsConfig } from './proxy-pods/config.js';
import { ProxyPods } from './proxy-pods/proxy-pods.js';
import { createMeshMetrics, type MeshMetrics } from './mesh-metrics.js';
import { Quarantine } from './quarantine.js';
import { StatusPass } from './status-pass.js';
import { StatusWriter } from './status-writer.js';

export interface MeshOptions {
  client: KubeClient;
  /** Where proxies are answered. */
  listen: ListenAddress;
  mode: MeshMode;
  /** In a cluster: makes the pods of proxies in the namespace of the release. Without it somebody else does. */
  proxyPods?: ProxyPodsConfig;
  /** Namespace of the release; default tidegate-system. */
  namespace?: string;
  /** Of several replicas, which all answer proxies, one writes status. Without it, this process does. */
  lease?: { namespace: string; name?: string };
  /** Creates the kinds of the Gateway API and the GatewayClass when they are missing; default in embedded mode. */
  installKinds?: boolean;
}

const IDLE_MS = 5;
const MAX_MS = 100;
const KINDS_RETRY_MS = 1000;

/**
 *   informers ─► (5 ms idle, at most 100 ms) ─► buildSnapshot ─► publish ─► proxies
 *                                                   └─► plan of statuses ─┐
 *   ACKs, NACKs, proxies coming and going ─────────────────────────────────┴─► compare, write what differs
 */
export const startMesh: StartPart<MeshOptions> = async (context, options) => {
  const mesh = new Mesh(context, options);
  await mesh.start();
  return mesh;
};

class Mesh implements RunningPart {
  readonly name = 'mesh';
  private readonly caches: MeshCaches;
  private readonly cache = new SnapshotCache();
  private readonly quarantine = new Quarantine();
  private readonly metrics: MeshMetrics;
  private readonly writer: StatusWriter;
  private readonly rebuild: Debounced;
  private readonly look: Debounced;
  private readonly namespace: string;
  private readonly proxyPods: ProxyPods | undefined;
  private election: LeaderElection | undefined;
  private xds: XdsServer | undefined;
  private pass: StatusPass | undefined;
  private plan: StatusPlan | undefined;
  private lastBuildMs = 0;
  private cancelLook: () => void = () => undefined;
  private cancelInstall: () => void = () => undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly context: PartContext,
    private readonly options: MeshOptions,
  ) {
    const { clock, log, registry } = context;
    this.metrics = createMeshMetrics(registry);
    this.namespace = options.namespace ?? 'tidegate-system';
    this.caches = new MeshCaches(options.client, options.mode, this.namespace, { clock, log });
    this.proxyPods = this.makeProxyPods();
    this.writer = new StatusWriter({
      client: options.client,
      clock,
      log,
      retry: () => this.look.ask(),
      written: (result) => this.metrics.statusWrites.inc({ result }),
    });
    // A build never takes more than about half of the time, however many objects there are.
    const limits = { idleMs: () => Math.max(IDLE_MS, this.lastBuildMs), maxMs: () => Math.max(MAX_MS, this.lastBuildMs * 2) };
    this.rebuild = debounce(clock, limits, () => this.build());
    this.look = debounce(clock, { idleMs: () => 1, maxMs: () => MAX_MS }, () => this.writeStatuses());
  }

  async start(): Promise<void> {
    const { clock, log, registry } = this.context;
    this.xds = await startXdsServer({
      listen: this.options.listen,
      clock,
      log,
      registry,
      expected: () => this.caches.expectedProxies(),
      serves: this.options.mode === 'embedded' ? () => () => true : servesOnly,
    });
    this.xds.onProgress(() => {
      this.look.ask();
      this.proxyPods?.proxiesProgressed();
    });
    this.pass = new StatusPass({ caches: this.caches, xds: this.xds, writer: this.writer, clock, quarantine: this.quarantine });
    this.startElection();
    this.install();
    this.caches.synced().then(
      () => {
        this.caches.onChange(
          () => this.rebuild.ask(),
          () => this.look.ask(),
        );
        this.rebuild.ask();
      },
      // Only stop() ends the caches before they are filled.
      () => undefined,
    );
  }

  notReady(): string[] {
    const missing = this.caches.notSynced();
    if (missing.length > 0) return [`mesh has not read ${missing.join(', ')} yet`];
    return this.plan ? [] : ['mesh has not published its first snapshot yet'];
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    this.cancelInstall();
    this.cancelLook();
    this.rebuild.cancel();
    this.look.cancel();
    this.writer.stop();
    this.proxyPods?.stop();
    this.caches.stop();
    await this.election?.stop();
    await this.xds?.stop();
  }

  private build(): void {
    if (this.stopping) return;
    const { clock } = this.context;
    const began = clock.monotonic();
    const objects = this.caches.objects();
    const served = {
      ...objects,
      httpRoutes: this.quarantine.substitute('HTTPRoute', objects.httpRoutes),
      grpcRoutes: this.quarantine.substitute('GRPCRoute', objects.grpcRoutes),
      tlsRoutes: this.quarantine.substitute('TLSRoute', objects.tlsRoutes),
      tcpRoutes: this.quarantine.substitute('TCPRoute', objects.tcpRoutes),
    };
    const { mode } = this.options;
    const { snapshot, statuses, placement } = buildSnapshot(served, { mode, namespace: this.namespace, cache: this.cache });
    this.xds?.publish(snapshot);
    this.plan = statuses;
    this.proxyPods?.place(placement);
    this.lastBuildMs = clock.monotonic() - began;
    this.metrics.buildSeconds.observe(this.lastBuildMs / 1000);
    this.look.ask();
  }

  private makeProxyPods(): ProxyPods | undefined {
    const { client, proxyPods: config } = this.options;
    const { set: informers, proxies: pods, namespaces, services: allServices, endpointSlices: allSlices } = this.caches;
    if (!config || !pods) return undefined;
    const { clock, log } = this.context;
    const isLive = (resources: readonly string[]): boolean => {
      const { live, total } = this.xds?.liveness(resources) ?? { live: 0, total: 0 };
      return total > 0 && live === total;
    };
    const options = { client, informers, pods, namespaces, allServices, allSlices, isLive, namespace: this.namespace, config, clock, log };
    return new ProxyPods(options, () => !this.election || this.election.isLeading());
  }

  private writeStatuses(): void {
    if (this.stopping || !this.plan || (this.election && !this.election.isLeading())) return;
    this.cancelLook();
    const { againInMs, rebuild } = this.pass?.run(this.plan) ?? {};
    if (rebuild) this.rebuild.ask();
    if (againInMs !== undefined) this.cancelLook = this.context.clock.after(againInMs, () => this.look.ask());
  }

  private startElection(): void {
    const { client, lease } = this.options;
    if (!lease) return;
    const { clock, log } = this.context;
    this.election = new LeaderElection({
      client,
      namespace: lease.namespace,
      name: lease.name ?? 'tidegate-mesh',
      identity: `${hostname()}-${process.pid}`,
      clock,
      log,
      onLeading: (signal) => {
        this.look.ask();
        this.proxyPods?.look();
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      },
    });
    this.election.start();
  }

  /** Kinds are served a moment after their definition is there, and the API may come later than we do: tried until it works. */
  private install(): void {
    if (!(this.options.installKinds ?? this.options.mode === 'embedded')) return;
    const { clock, log } = this.context;
    const attempt = async (): Promise<void> => {
      await installKinds(this.options.client, log);
      await installGatewayClass(this.options.client);
    };
    attempt().catch((error: unknown) => {
      if (this.stopping) return;
      log.debug({ error: causeChain(error) }, 'the kinds of the Gateway API are not installed yet');
      this.cancelInstall = clock.after(KINDS_RETRY_MS, () => this.install());
    });
  }
}
