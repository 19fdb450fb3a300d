import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releases, strategies, deliveryCrds, type Release, type StrategySpecInput } from '@tidegate/delivery-contract';
import { startDelivery } from '@tidegate/delivery-controller';
import { silentLogger, systemClock, type RunningPart } from '@tidegate/kernel';
import {
  InformerSet,
  KubeClient,
  isAlreadyExists,
  kinds,
  type ApiRequest,
  type ApiResponse,
  type Deployment,
  type Pod,
  type Transport,
} from '@tidegate/kube';
import { startEmbeddedApi, type EmbeddedApi } from '@tidegate/kube-embedded';
import { gatewayApiCrds } from '@tidegate/mesh-contract';
import { LATENCY_BOUNDS_MS, type SignalBatch, type Signals, type Subject, type VersionSecond } from '@tidegate/signals';
import { waitFor } from '@tidegate/testing';
import { httpRoutes, type HttpRoute } from '@tidegate/traffic-router';
import { Registry } from 'prom-client';

export const NAMESPACE = 'shop';
const GATEWAY = 'tidegate.dev/gateway-controller';

/** The Signals port, fed by the test as telemetry would. */
export class HandFedSignals implements Signals {
  private readonly listeners = new Set<(batch: SignalBatch) => void>();
  subscribe(_: Subject, onBatch: (batch: SignalBatch) => void): { close(): void } {
    this.listeners.add(onBatch);
    return { close: () => void this.listeners.delete(onBatch) };
  }
  recent(): Promise<readonly []> {
    return Promise.resolve([]);
  }
  get subscribers(): number {
    return this.listeners.size;
  }
  send(batch: SignalBatch): void {
    for (const listener of this.listeners) listener(batch);
  }
}

/**
 * A real API with no cluster behind it: the stage plays the kubelet (pods of Deployments become ready) and the gateway
 * (routes are confirmed). Each can be switched off to see what delivery makes of that.
 */
export class Stage {
  readonly signals = new HandFedSignals();
  /** Turned off, new pods stay unready and routes unconfirmed. */
  podsBecomeReady = true;
  routesGoLive = true;
  /** Every weight of the candidate that a route ever had, in order. */
  readonly weights: number[] = [];
  private part: RunningPart | undefined;
  private constructor(
    private readonly dir: string,
    readonly api: EmbeddedApi,
    readonly client: KubeClient,
    private readonly informers: InformerSet,
  ) {}

  static async open(): Promise<Stage> {
    const dir = await mkdtemp(join(tmpdir(), 'tidegate-delivery-'));
    const api = await startEmbeddedApi({ dir, port: 0, clock: systemClock, log: silentLogger });
    const client = new KubeClient(api.transport('stage', ['system:masters']), { fieldManager: 'stage' });
    const informers = new InformerSet(client, { clock: systemClock, log: silentLogger });
    const stage = new Stage(dir, api, client, informers);
    for (const crd of [...gatewayApiCrds(), ...deliveryCrds()]) await client.create(kinds.customResourceDefinitions, crd);
    for (const name of [NAMESPACE, 'tidegate-system']) {
      await client.create(kinds.namespaces, { metadata: { name } }).catch((error: unknown) => {
        if (!isAlreadyExists(error)) throw error;
      });
    }
    await waitFor('strategies are served', () => client.list(strategies).then(() => true));
    await waitFor('routes are served', () => client.list(httpRoutes).then(() => true));
    informers.informer(httpRoutes).onChange(({ type, object }) => type !== 'removed' && void stage.confirm(object));
    informers
      .informer(kinds.deployments)
      .onChange(({ type, object }) => void (type === 'removed' ? stage.dropPods(object) : stage.runPods(object)));
    return stage;
  }

  /** `refuse` may answer a write of delivery in the API's place. */
  async startController(identity = 'one', refuse: (request: ApiRequest) => ApiResponse | undefined = () => undefined): Promise<void> {
    const real = this.api.transport('tidegate:delivery', ['system:masters']);
    const transport: Transport = {
      call: (request) => Promise.resolve(refuse(request) ?? real.call(request)),
      watch: (request) => real.watch(request),
      text: (request) => real.text(request),
    };
    const client = new KubeClient(transport);
    this.part = await startDelivery(
      { clock: systemClock, log: silentLogger, registry: new Registry(), fatal: (error) => console.error(error) },
      { client, signals: this.signals, identity },
    );
  }

  async stopController(): Promise<void> {
    await this.part?.stop();
    this.part = undefined;
  }

  async close(): Promise<void> {
    await this.stopController();
    this.informers.stop();
    await this.api.stop();
    await rm(this.dir, { recursive: true, force: true });
  }

  async service(): Promise<void> {
    await this.client.create(kinds.services, {
      metadata: { name: 'reviews', namespace: NAMESPACE },
      spec: { clusterIP: '127.1.1.1', selector: { app: 'reviews' }, ports: [{ name: 'http', port: 9080, targetPort: 'http' }] },
    });
  }

  async deployment(version: string): Promise<void> {
    const labels = { app: 'reviews', version };
    await this.client.create(kinds.deployments, {
      metadata: { name: `reviews-${version}`, namespace: NAMESPACE, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'reviews', image: 'reviews:1' }] } },
      },
    });
  }

  async strategy(spec: Partial<StrategySpecInput> = {}): Promise<void> {
    const full: StrategySpecInput = {
      service: 'reviews',
      principal: 'v1',
      steps: [
        { weight: 5, hold: '1s' },
        { weight: 50, hold: '1s' },
      ],
      analysis: { warmup: '0s', tolerance: { errorRate: 5 }, latencyLevels: [], minimumRequests: 20 },
      scaleDownDelay: '1s',
      ...spec,
    };
    await this.client.create(strategies, { metadata: { name: 'reviews', namespace: NAMESPACE }, spec: full });
  }

  release(): Promise<Release | undefined> {
    return this.client.list(releases, { namespace: NAMESPACE }).then(({ items }) => items.at(-1));
  }

  waitForPhase(phase: string): Promise<Release> {
    return waitFor(
      `release is ${phase}`,
      async () => {
        const release = await this.release();
        return release?.status?.phase === phase ? release : undefined;
      },
      20_000,
    );
  }

  /** Seconds of traffic by the routes' weights, in real time, until `done` answers true. */
  async traffic(failing: Record<string, number>, done: () => Promise<boolean>): Promise<void> {
    await waitFor(
      'the release ends under traffic',
      async () => {
        const second = Math.floor(Date.now() / 1000) - 1;
        if (second > this.lastSecond) {
          this.lastSecond = second;
          this.signals.send({
            type: 'second',
            second,
            versions: await this.answers(200, failing),
            proxies: { live: 1, total: 1 },
            late: 0,
          });
        }
        return done();
      },
      25_000,
    );
  }
  private lastSecond = 0;

  async answers(requests: number, failing: Record<string, number>): Promise<VersionSecond[]> {
    const route = (await this.client.list(httpRoutes, { namespace: NAMESPACE })).items[0];
    const backends = route?.spec.rules?.find((r) => r.name === 'weighted')?.backendRefs ?? [];
    return backends.flatMap((b) => {
      const version = b.name.split('-version-')[1] ?? '';
      const n = Math.round((requests * (b.weight ?? 0)) / 10_000);
      return n === 0 ? [] : [answered(version, n, Math.round(n * (failing[version] ?? 0)))];
    });
  }

  private async confirm(route: HttpRoute): Promise<void> {
    const generation = route.metadata?.generation ?? 0;
    const candidate = route.spec.rules?.find((r) => r.name === 'weighted')?.backendRefs?.find((b) => b.name.endsWith('v2'))?.weight;
    if (candidate !== undefined && candidate !== this.weights.at(-1)) this.weights.push(candidate);
    const seen = route.status?.parents?.[0]?.conditions?.[0]?.observedGeneration;
    if (!this.routesGoLive || seen === generation) return;
    const lastTransitionTime = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const condition = {
      type: 'Live',
      status: 'True',
      reason: 'Acknowledged',
      message: 'live on 1/1 proxies',
      observedGeneration: generation,
      lastTransitionTime,
    };
    const parents = [{ parentRef: { group: '', kind: 'Service', name: 'reviews' }, controllerName: GATEWAY, conditions: [condition] }];
    await this.client
      .patch(httpRoutes, route.metadata?.name ?? '', NAMESPACE, { type: 'merge', body: { status: { parents } } }, { subresource: 'status' })
      .catch(() => undefined);
  }

  private async runPods(deployment: Deployment): Promise<void> {
    const { name = '' } = deployment.metadata ?? {};
    const labels = deployment.spec?.template?.metadata?.labels;
    const pod: Pod = {
      metadata: { name: `${name}-0`, namespace: NAMESPACE, labels },
      spec: { containers: [{ name: 'reviews', image: 'reviews:1' }] },
    };
    try {
      await this.client.create(kinds.pods, pod);
      const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
      const status = {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: this.podsBecomeReady ? 'True' : 'False', lastTransitionTime: at }],
      };
      await this.client.patch(kinds.pods, `${name}-0`, NAMESPACE, { type: 'merge', body: { status } }, { subresource: 'status' });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }

  private async dropPods(deployment: Deployment): Promise<void> {
    await this.client.delete(kinds.pods, `${deployment.metadata?.name}-0`, NAMESPACE, { gracePeriodSeconds: 0 });
  }
}

export function answered(version: string, requests: number, failed: number): VersionSecond {
  const latency = new Array<number>(LATENCY_BOUNDS_MS.length + 1).fill(0);
  latency[14] = requests;
  return { version, rule: 'weighted', requests, failed, classes: [0, requests - failed, 0, 0, failed, 0], latency };
}
