import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, get as httpGet, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deliveryCrds, type Release, type ReleaseStatus, releaseSpecSchema, releases } from '@tidegate/delivery-contract';
import { type Clock, createRegistry, silentLogger, systemClock } from '@tidegate/kernel';
import { KubeClient, kinds } from '@tidegate/kube';
import { type EmbeddedApi, startEmbeddedApi } from '@tidegate/kube-embedded';
import { servingCrds } from '@tidegate/serving-contract';
import type { Signals, Traffic } from '@tidegate/signals';
import { applicationCrds, tenancyCrds } from '@tidegate/tenancy-contract';
import { type AccessLogEntry, type ProxyStream, TelemetrySeries, toSignals, toTraffic } from '@tidegate/telemetry-series';
import { waitFor } from '@tidegate/testing';
import { type Client, createClient } from 'graphql-ws';
import { apiRules } from '../src/cluster/rules.js';
import { type ApiOptions, startApi } from '../src/index.js';

export const TOKEN = 'the-token-of-this-instance';
const SIGNALS_START_MS = 1_700_000_000_000;
const API_USER = 'system:tidegate:api';

/** The rights of the installed platform's `api` identity: it reads, asks about rights, and acts as people. */
const rights = apiRules;

async function bind(admin: KubeClient, role: string, subject: { kind: 'User' | 'Group'; name: string }): Promise<void> {
  await admin.create(kinds.clusterRoleBindings, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: subject.name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', ...subject }],
  });
}

async function install(admin: KubeClient): Promise<void> {
  for (const definition of [...deliveryCrds(), ...servingCrds(), ...tenancyCrds(), ...applicationCrds()]) await admin.create(kinds.customResourceDefinitions, definition);
  await admin.create(kinds.clusterRoles, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: API_USER },
    rules: rights,
  });
  await bind(admin, API_USER, { kind: 'User', name: API_USER });
  await bind(admin, 'cluster-admin', { kind: 'Group', name: 'tidegate:administrators' });
  await waitFor('the kind Release is served', () =>
    admin.list(releases).then(
      () => true,
      () => false,
    ),
  );
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** The API on a real embedded cluster, with signals in memory, and a console of two files. */
export class Stage {
  private readonly clients: Client[] = [];
  /** Listeners of signals that are open now. */
  listeners = 0;
  private proxy: ProxyStream | undefined;
  /** Signals have their own time, half a second into a second, which passes by `second()`. */
  private signalsMs = SIGNALS_START_MS + 500;

  private constructor(
    readonly folder: string,
    readonly admin: KubeClient,
    readonly series: TelemetrySeries,
    readonly port: number,
    /** Of the Kubernetes API for people, where it is served. */
    readonly kubernetesPort: number,
    private readonly parts: { stop(): Promise<void> }[],
    /** Calls of the cluster as anybody. */
    readonly transport: EmbeddedApi['transport'],
  ) {}

  /** `cluster` instead of one without pods; the clock is the api's. */
  static async start(options: Partial<ApiOptions> = {}, { cluster: given, clock = systemClock }: { cluster?: EmbeddedApi; clock?: Clock } = {}): Promise<Stage> {
    const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-console-'));
    const cluster = given ?? (await startEmbeddedApi({ dir: path.join(folder, 'cluster'), port: 0, clock: systemClock, log: silentLogger }));
    const admin = new KubeClient(cluster.transport('system:admin', ['system:masters']));
    await install(admin);
    const file = (name: string, text: string): string => {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text, { mode: 0o600 });
      return path.join(folder, name);
    };
    file('console/index.html', '<!doctype html><title>Tidegate</title>');
    file('console/assets/index-abc.js', 'export {};\n');
    file('console/assets/font-abc.woff2', 'a font');
    file('console/secret.js', 'outside of assets');
    const series = new TelemetrySeries(SIGNALS_START_MS);
    const { recent, subscribe } = toSignals(series);
    const { window } = toTraffic(series, () => stage.signalsMs);
    const signals: Signals & Traffic = {
      recent,
      window,
      subscribe: (subject, onBatch) => {
        const subscription = subscribe(subject, onBatch);
        stage.listeners += 1;
        return {
          close: () => {
            stage.listeners -= 1;
            subscription.close();
          },
        };
      },
    };
    const api = await startApi(
      { log: silentLogger, clock, registry: createRegistry('api'), fatal: (error) => expect(error).toBeUndefined() },
      {
        host: '127.0.0.1',
        port: 0,
        kubeconfig: file('api.kubeconfig', await cluster.issueKubeconfig(API_USER, [])),
        signals,
        ownerTokenFile: file('token', `${TOKEN}\n`),
        consoleFolder: path.join(folder, 'console'),
        ...options,
      },
    );
    await waitFor('the api is ready', () => api.notReady().length === 0);
    const stage = new Stage(folder, admin, series, api.address().port, api.kubernetesPort() ?? 0, given ? [api] : [api, cluster], (user, groups) => cluster.transport(user, groups));
    return stage;
  }

  /** One HTTP request with exactly these headers; the path is sent as it is. */
  send(method: string, at: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest({ host: '127.0.0.1', port: this.port, method, path: at, headers, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        response.once('error', reject);
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  get(at: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', at, { authorization: `Bearer ${TOKEN}`, ...headers });
  }

  /** The answer as it came, without a word about its encoding. */
  bytes(at: string, headers: Record<string, string>): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.port, path: at, headers: { authorization: `Bearer ${TOKEN}`, ...headers }, agent: false };
      httpGet(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
        response.once('error', reject);
      }).once('error', reject);
    });
  }

  /** A query or mutation over HTTP, signed in by the token, or as these headers say. */
  async ask(query: string, variables: Record<string, unknown> = {}, as: Record<string, string> = { authorization: `Bearer ${TOKEN}` }): Promise<{ data?: unknown; errors?: GraphqlProblem[] }> {
    const headers = { ...as, 'content-type': 'application/json' };
    const { text } = await this.send('POST', '/graphql', headers, JSON.stringify({ query, variables }));
    return JSON.parse(text) as { data?: unknown; errors?: GraphqlProblem[] };
  }

  /** A graphql-ws client that opens its WebSocket with these headers. */
  socket(headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }): Client {
    class WithHeaders extends WebSocket {
      constructor(url: string, protocols: string) {
        super(url, { protocols: [protocols], headers });
      }
    }
    const client = createClient({ url: `ws://127.0.0.1:${this.port}/graphql`, webSocketImpl: WithHeaders, retryAttempts: 0 });
    this.clients.push(client);
    return client;
  }

  /** A second in which `version` of default/reviews failed and answered so often; it closes when the next is told. */
  second(version: string, failed: number, answered: number): void {
    this.proxy ??= this.series.streams.open('gateway-1', 'log');
    this.signalsMs += 1000;
    const startMs = this.signalsMs - 100;
    const entry = (n: number): AccessLogEntry => ({
      type: 'end',
      key: `${startMs}-${n}`,
      route: `default/reviews/${version}/weighted`,
      startMs,
      durationMs: 10,
      latencyMs: 10,
      code: n < failed ? 503 : 200,
      flags: 0,
      grpcStatus: -1,
    });
    this.series.record(
      this.proxy,
      Array.from({ length: failed + answered }, (_, n) => entry(n)),
      this.signalsMs,
    );
    this.series.tick(this.signalsMs);
  }

  async end(): Promise<void> {
    await Promise.all(this.clients.map((c) => c.dispose()));
    for (const part of this.parts) await part.stop();
    rmSync(this.folder, { recursive: true });
  }
}

export interface GraphqlProblem {
  message: string;
  path?: (string | number)[];
  extensions?: Record<string, unknown>;
}

/** Creates a Release as the strategy controller would, with this status. */
export async function putRelease(admin: KubeClient, name: string, status: ReleaseStatus = {}): Promise<Release> {
  const spec = releaseSpecSchema.parse({
    strategy: 'reviews',
    service: 'reviews',
    principal: 'v1',
    candidate: 'v2',
    candidateHash: 'abc',
    policy: { service: 'reviews', principal: 'v1', candidate: 'v2', steps: [{ weight: 5 }, { weight: 50, hold: '10s', gate: 'Manual' }] },
  });
  const made = await admin.create(releases, {
    apiVersion: 'delivery.tidegate.dev/v1alpha1',
    kind: 'Release',
    metadata: { name, namespace: 'default' },
    spec,
  });
  return admin.replaceStatus(releases, { ...made, status });
}
