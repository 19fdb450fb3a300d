import { chmod, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { Server, ServerCredentials, status, type StatusObject } from '@grpc/grpc-js';
import { aggregatedDiscoveryService, type DeltaDiscoveryRequest, type EnvoyNode } from '@tidegate/envoy-protos';
import { listenTls, type TlsListener } from '@tidegate/grpc-link';
import { addressText, TidegateError, type Clock, type ListenAddress, type Logger } from '@tidegate/kernel';
import type { Snapshot } from '@tidegate/mesh-snapshot';
import type { Registry } from 'prom-client';
import { codes } from './errors.js';
import { confirmationOf, isSettled } from './liveness.js';
import { ProxyConnection, type DiscoveryStream } from './proxy-connection.js';
import type { ProxyState } from './proxy-state.js';
import { ResourceStore } from './resource-store.js';
import { RESOURCE_TYPES, splitResourceKey } from './resource-view.js';
import { createXdsMetrics, type XdsMetrics } from './xds-metrics.js';

export type ProxyNode = EnvoyNode;

export interface XdsServerOptions {
  /** A dead unix socket is replaced. Over TLS proxies show a certificate for PROXY_NAME. */
  listen: ListenAddress;
  clock: Clock;
  log: Logger;
  /** Proxies that ought to be there, connected or not. */
  expected: () => readonly ProxyNode[];
  /** Which resources a proxy takes; default all. */
  serves?: (node: EnvoyNode) => ProxyState['serves'];
  /** Wait between the last acknowledged route change and removals; default 30 ms (measured: enough for requests on their way). */
  settleMs?: number;
  /** More streams than this are refused; default 1,000. */
  maxProxies?: number;
  registry?: Registry;
}

export interface Liveness {
  /** Proxies that hold every named resource in its newest form. */
  live: number;
  /** Connected proxies and expected ones, of those that take any of the resources. */
  total: number;
  /** Ids of proxies that do not, or are not connected. */
  waitingFor: readonly string[];
  /** The first refusal per resource, in Envoy's words. */
  rejected: readonly { key: string; message: string }[];
}

export interface ProxyProgress {
  id: string;
  connected: boolean;
  /** Holds everything that it asked for, apart from what it refused. */
  ackedAll: boolean;
  refused: number;
}

export interface XdsServer {
  /** Takes the newest snapshot. Proxies in the middle of an older one go on from where they are. */
  publish(snapshot: Snapshot): void;
  /** `keys` are `${type}/${name}`. Always about the snapshot published last. */
  liveness(keys: readonly string[]): Liveness;
  proxies(): ProxyProgress[];
  /** Called, at most once per turn of the event loop, when an answer to `liveness` may have changed. Returns the way to end it. */
  onProgress(listener: () => void): () => void;
  /** Of the port that was bound over TLS. */
  port(): number | undefined;
  stop(): Promise<void>;
}

/** In the certificate of every proxy. */
const PROXY_NAME = 'gateway.tidegate';

/** Serves delta ADS. Throws MESH_XDS_SOCKET_TAKEN when somebody answers there already. */
export async function startXdsServer(options: XdsServerOptions): Promise<XdsServer> {
  const server = new DiscoveryServer(options);
  await server.listen();
  return server;
}

const SERVER_OPTIONS = {
  // Initial versions of a reconnecting proxy grow with its resources: about 60 bytes each.
  'grpc.max_receive_message_length': 32 * 1024 * 1024,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
};

/** An unanswered proxy sends one or two requests for each of six types. */
const HELD_BACK_LIMIT = 100;

class DiscoveryServer implements XdsServer {
  private readonly store = new ResourceStore();
  private readonly grpc = new Server(SERVER_OPTIONS);
  /** In order of connecting; a proxy that came back counts by its newest stream. Bounded by maxProxies. */
  private readonly connections = new Set<ProxyConnection>();
  private readonly listeners = new Set<() => void>();
  private readonly metrics: XdsMetrics | undefined;
  /** Before the first snapshot an answer would be "nothing exists", and a proxy that survived us would throw its configuration away. */
  private readonly heldBack = new WeakMap<ProxyConnection, DeltaDiscoveryRequest[]>();
  private tls: TlsListener | undefined;
  private progressDue = false;
  private published = false;

  constructor(private readonly options: XdsServerOptions) {
    this.metrics = options.registry
      ? createXdsMetrics(options.registry, {
          proxies: () => this.byId().size,
          resources: () => Object.fromEntries(RESOURCE_TYPES.map((type) => [type, this.store.count(type)])),
        })
      : undefined;
  }

  async listen(): Promise<void> {
    const { listen, log } = this.options;
    this.grpc.addService(aggregatedDiscoveryService, { DeltaAggregatedResources: (stream: DiscoveryStream) => this.accept(stream) });
    if ('socket' in listen) return this.listenOnSocket(listen.socket);
    this.tls = await listenTls(this.grpc, listen, { expects: [PROXY_NAME], log }).catch((cause: unknown) => {
      if (cause instanceof TidegateError) throw cause;
      throw new TidegateError(codes.MESH_XDS_SOCKET_TAKEN, `The port ${addressText(listen)} cannot be opened.`, { cause });
    });
  }

  port(): number | undefined {
    return this.tls?.port;
  }

  private async listenOnSocket(path: string): Promise<void> {
    if (await answers(path)) {
      throw new TidegateError(codes.MESH_XDS_SOCKET_TAKEN, `Another process already answers proxies on ${path}.`, {
        remedy: 'Stop it, or choose another data folder.',
      });
    }
    await rm(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.grpc.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) => {
        if (!error) return resolve();
        reject(new TidegateError(codes.MESH_XDS_SOCKET_TAKEN, `The socket ${path} cannot be opened: ${error.message}.`, { cause: error }));
      });
    });
    await chmod(path, 0o600);
  }

  publish(snapshot: Snapshot): void {
    const changed = this.store.replace(snapshot);
    const first = !this.published;
    this.published = true;
    if (first) for (const connection of this.connections) this.replayHeld(connection);
    for (const connection of this.connections) connection.changed(changed);
    this.progressed();
  }

  liveness(keys: readonly string[]): Liveness {
    const byId = this.byId();
    const ids = this.idsThatServe(byId, keys);
    const rejected = new Map<string, string>();
    const waitingFor: string[] = [];
    for (const key of keys) {
      const fault = this.store.faultOf(key);
      if (fault !== undefined) rejected.set(key, fault);
    }
    for (const id of ids) {
      const connection = byId.get(id);
      if (!connection || !this.holdsAll(connection, keys, rejected) || rejected.size > 0) waitingFor.push(id);
    }
    return {
      live: ids.size - waitingFor.length,
      total: ids.size,
      waitingFor,
      rejected: [...rejected].map(([key, message]) => ({ key, message })),
    };
  }

  proxies(): ProxyProgress[] {
    const byId = this.byId();
    const now = this.options.clock.monotonic();
    return [...new Set([...this.options.expected().map(({ id }) => id), ...byId.keys()])].map((id) => {
      const state = byId.get(id)?.state;
      const refused = state ? RESOURCE_TYPES.reduce((sum, type) => sum + state.types[type].rejected.size, 0) : 0;
      return { id, connected: state !== undefined, ackedAll: state !== undefined && isSettled(state, this.store, now, 0), refused };
    });
  }

  onProgress(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.listeners.clear();
    for (const connection of this.connections) connection.close();
    this.tls?.stop();
    this.grpc.forceShutdown();
    if ('socket' in this.options.listen) await rm(this.options.listen.socket, { force: true });
  }

  /** A proxy that takes none of the resources has no say in whether they are live. */
  private idsThatServe(byId: ReadonlyMap<string, ProxyConnection>, keys: readonly string[]): Set<string> {
    const { expected, serves = () => () => true } = this.options;
    const all = keys.flatMap((key) => splitResourceKey(key) ?? []);
    // Clusters come to every proxy, but who has no route to them sends nothing there.
    const routing = all.filter(({ type }) => type === 'listener' || type === 'routes' || type === 'scope');
    const parts = routing.length > 0 ? routing : all;
    const nodes = [...expected(), ...[...byId.values()].flatMap(({ node }) => node ?? [])];
    const taking = nodes.filter((node) => {
      const takes = serves(node);
      return parts.length === 0 || parts.some(({ type, name }) => takes(type, name));
    });
    return new Set(taking.map(({ id }) => id));
  }

  private holdsAll(connection: ProxyConnection, keys: readonly string[], rejected: Map<string, string>): boolean {
    const settled = isSettled(connection.state, this.store, this.options.clock.monotonic(), this.settleMs);
    let all = true;
    for (const key of keys) {
      const parts = splitResourceKey(key);
      if (!parts) continue;
      const found = confirmationOf(connection.state, this.store, parts.type, parts.name, settled);
      if (found.state === 'rejected' && !rejected.has(key)) rejected.set(key, found.message);
      if (found.state !== 'held') all = false;
    }
    return all;
  }

  private get settleMs(): number {
    return this.options.settleMs ?? 30;
  }

  private byId(): Map<string, ProxyConnection> {
    const found = new Map<string, ProxyConnection>();
    for (const connection of this.connections) if (connection.node) found.set(connection.node.id, connection);
    return found;
  }

  private accept(stream: DiscoveryStream): void {
    const { clock, log, maxProxies = 1000, serves = () => () => true } = this.options;
    if (this.connections.size >= maxProxies) {
      const refusal: Partial<StatusObject> = { code: status.RESOURCE_EXHAUSTED, details: `${maxProxies} proxies are connected already` };
      return void stream.emit('error', refusal);
    }
    const connection = new ProxyConnection(stream, {
      clock,
      log,
      view: this.store,
      settleMs: this.settleMs,
      serves,
      events: {
        acked: (resources) => resources.forEach((resource) => this.store.confirm(resource)),
        sent: (type) => this.metrics?.pushes.inc({ type }),
        answered: (type, ms, refused) => {
          this.metrics?.ackSeconds.observe({ type }, ms / 1000);
          if (refused) this.metrics?.refusals.inc({ type });
        },
        progressed: () => this.progressed(),
      },
    });
    this.connections.add(connection);
    const leave = (): void => {
      if (!this.connections.delete(connection)) return;
      connection.close();
      log.info({ proxy: connection.node?.id }, 'proxy disconnected');
      this.progressed();
    };
    stream.on('data', (message: DeltaDiscoveryRequest) => this.takeOrHold(connection, message));
    stream.on('end', () => {
      stream.end();
      leave();
    });
    stream.on('error', leave);
    stream.on('cancelled', leave);
    stream.on('close', leave);
  }

  private takeOrHold(connection: ProxyConnection, message: DeltaDiscoveryRequest): void {
    if (this.published) return connection.take(message);
    // Without answers a proxy sends a few requests per type and then waits.
    const waiting = this.heldBack.get(connection) ?? [];
    if (waiting.length < HELD_BACK_LIMIT) waiting.push(message);
    this.heldBack.set(connection, waiting);
  }

  private replayHeld(connection: ProxyConnection): void {
    for (const message of this.heldBack.get(connection) ?? []) connection.take(message);
    this.heldBack.delete(connection);
  }

  private progressed(): void {
    if (this.progressDue) return;
    this.progressDue = true;
    setImmediate(() => {
      this.progressDue = false;
      for (const listener of [...this.listeners]) listener();
    });
  }
}

/** True when somebody listens on the unix socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
