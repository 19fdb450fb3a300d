import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DatabaseAddress } from '@tidegate/database';
import type { OidcProvider } from '@tidegate/identity';
import { InformerSet, connect, rawAccess } from '@tidegate/kube';
import type { StartPart } from '@tidegate/kernel';
import { Counter, type Registry } from 'prom-client';
import { ReviewedRights } from '@tidegate/rights';
import type { Signals, Traffic } from '@tidegate/signals';
import { ApiModule } from './app.module.js';
import { serveAuditExport } from './audit/export-route.js';
import { openCaches, workspaceOf } from './cluster/caches.js';
import { RecentTraffic } from './cluster/recent-traffic.js';
import { serveConsole } from './console/serve-console.js';
import { BoundRights } from './edge/bound-rights.js';
import { ClientAddress } from './edge/client-address.js';
import { ResolverErrors } from './edge/graphql-errors.js';
import { guardHttp } from './edge/guard-http.js';
import { NullIsAbsent } from './edge/null-is-absent.js';
import { People } from './edge/people.js';
import type { PlatformPart } from './platform/platform.types.js';
import { ReleaseArchive } from './release/release-archive.js';
import { RateLimit } from './edge/rate-limit.js';
import { type ListenOptions, startKubernetesProxy } from './kubernetes-proxy/start-kubernetes-proxy.js';
import { serveSignIn } from './people/auth-routes.js';
import { serveTerminals } from './terminal/serve-terminals.js';
import { Terminals } from './terminal/terminals.js';

export interface ApiOptions {
  host: string;
  /** 0 for any free port. */
  port: number;
  /** The pod's service account when absent. */
  kubeconfig?: string | undefined;
  signals: Signals & Traffic;
  /** File with the owner's token: whoever knows it is the account `admin`. For instances whose folder nobody else can read. */
  ownerTokenFile?: string | undefined;
  /** File with the token that makes the first administrator. */
  setupTokenFile?: string | undefined;
  /** People, tokens and the audit log; without it only the owner signs in. */
  database?: DatabaseAddress | undefined;
  /** Instead of `database`: a file with the URL. */
  databaseUrlFile?: string | undefined;
  providers?: readonly OidcProvider[];
  /** Lets identity providers on this machine be reached without TLS. */
  allowHttpProviders?: boolean;
  /** Addresses or CIDR blocks of proxies whose X-Forwarded-For is believed. */
  trustedProxies?: readonly string[];
  /** Hosts (name, or name:port) under which people reach it, beside localhost; default none. */
  hosts?: readonly string[];
  /** The Kubernetes API for people; absent: not served. */
  kubernetesProxy?: KubernetesProxyAddress | undefined;
  /** The platform's own processes; absent: Deployments of the cluster with the chart's labels. */
  platformParts?: (() => Promise<PlatformPart[]>) | undefined;
  /** Folder of the built console; without it only GraphQL is served. */
  consoleFolder?: string | undefined;
  /** Whether clients may ask for the schema; default yes. */
  introspection?: boolean;
  /** Requests of one caller: in the long run, and at once; default 100 and 300. */
  rate?: { perSecond: number; burst: number };
  /** Without a key, after which a terminal is closed; default 15. */
  terminalIdleMinutes?: number;
}

export interface KubernetesProxyAddress extends ListenOptions {
  /** As kubeconfigs name it: `https://host:port`. */
  address: string;
  /** A name in its certificate. */
  serverName: string;
}

/** A console that opens asks for a handful of things; scripts of one person stay under it. */
const DEFAULT_RATE = { perSecond: 100, burst: 300 };
/** kubectl looks up every group and version when it starts. */
const KUBERNETES_RATE = { perSecond: 200, burst: 2_000 };
const TERMINAL_IDLE_MINUTES = 15;
const LARGEST_BODY_BYTES = 256 * 1024;
/** The one line of a file. */
const tokenIn = (file: string | undefined): string | undefined => (file === undefined ? undefined : readFileSync(file, 'utf8').trim());

/** GraphQL, sign-in and the console. Resolves once it listens; `address()` tells the port. */
export const startApi = async (context: Parameters<StartPart<ApiOptions>>[0], options: ApiOptions) => {
  const { log, clock } = context;
  const own = await connect({ kubeconfigPath: options.kubeconfig });
  const informers = new InformerSet(own, { clock, log });
  const address = (): AddressInfo => app.getHttpServer().address() as AddressInfo;
  const { providers = [], allowHttpProviders } = options;
  const url = tokenIn(options.databaseUrlFile);
  const database = url === undefined ? options.database : { url };
  const [ownerToken, setupToken] = [tokenIn(options.ownerTokenFile), tokenIn(options.setupTokenFile)];
  const people = new People({ database, ownerToken, setupToken, providers, allowHttpProviders, port: () => address().port }, { log, clock });
  const reviewed = new ReviewedRights(own, informers, { now: () => clock.now(), log });
  countReviews(context.registry, reviewed);
  const caches = openCaches(informers);
  const rights = new BoundRights(reviewed, (namespace) => workspaceOf(caches, namespace));
  const recentTraffic = new RecentTraffic(options.signals, { clock, log });
  const rate = new RateLimit(options.rate ?? DEFAULT_RATE);
  const now = (): number => clock.monotonic();
  const kubernetes = options.kubernetesProxy && { server: options.kubernetesProxy.address, serverName: options.kubernetesProxy.serverName, caFile: path.join(options.kubernetesProxy.tls, 'ca.crt') };
  const archive = new ReleaseArchive({ releases: caches.releases, prisma: () => people.prisma, clock, log });
  const { platformParts } = options;
  const ports = { platformParts, archive, kubernetes, clock, rights, caches, recentTraffic, releases: caches.releases, own, people, signals: options.signals };
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.with(ports, { introspection: options.introspection ?? true, rate, now }), new FastifyAdapter({ bodyLimit: LARGEST_BODY_BYTES }), { logger: false });
  const fastify = app.getHttpAdapter().getInstance();
  app.useGlobalFilters(new ResolverErrors(log));
  app.useGlobalPipes(new NullIsAbsent());
  guardHttp(fastify, { people, port: () => address().port, hosts: options.hosts ?? [], clientAddress: new ClientAddress(options.trustedProxies ?? []), rate, now });
  serveSignIn(fastify, people, log);
  serveAuditExport(fastify, people, rights);
  const access = await rawAccess({ kubeconfigPath: options.kubeconfig });
  const terminals = new Terminals({ access, people, rights, caches, clock, log, idleMs: (options.terminalIdleMinutes ?? TERMINAL_IDLE_MINUTES) * 60_000 });
  if (options.consoleFolder !== undefined) serveConsole(fastify, options.consoleFolder);
  // After what is served to everybody: routes before it are no WebSockets, whoever asks.
  await serveTerminals(fastify, terminals);
  people.start(context.fatal);
  archive.start();
  await app.listen(options.port, options.host);
  const proxy = options.kubernetesProxy && (await startKubernetesProxy({
    ...{ listen: options.kubernetesProxy, people, log, now, rate: new RateLimit(KUBERNETES_RATE), clientAddress: new ClientAddress(options.trustedProxies ?? []) },
    access,
    workspaceOf: (namespace) => workspaceOf(caches, namespace),
  }));
  let stopped = false;
  return {
    name: 'api',
    address,
    /** Port of the Kubernetes API for people. */
    kubernetesPort: () => proxy?.address().port,
    notReady: () => informers.notSynced().map((plural) => `The ${plural} are not listed yet.`),
    stop: async () => {
      if (stopped) return;
      stopped = true;
      archive.stop();
      recentTraffic.close();
      reviewed.close();
      informers.stop();
      await terminals.stop();
      await proxy?.stop();
      await app.close();
      await people.close();
    },
  };
};

function countReviews(registry: Registry, reviewed: ReviewedRights): void {
  new Counter({
    name: 'tidegate_api_access_reviews_total',
    help: 'Questions about the rights of callers, by who answered',
    labelNames: ['from'],
    registers: [registry],
    collect() {
      const { asked, remembered } = reviewed.statistics;
      this.reset();
      this.inc({ from: 'kubernetes' }, asked);
      this.inc({ from: 'memory' }, remembered);
    },
  });
}
