import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DatabaseAddress } from '@tidegate/database';
import { releases } from '@tidegate/delivery-contract';
import type { OidcProvider } from '@tidegate/identity';
import { InformerSet, connect } from '@tidegate/kube';
import type { StartPart } from '@tidegate/kernel';
import { ReviewedRights } from '@tidegate/rights';
import type { Signals } from '@tidegate/signals';
import { ApiModule } from './app.module.js';
import { serveAuditExport } from './audit/export-route.js';
import { serveConsole } from './console/serve-console.js';
import { ClientAddress } from './edge/client-address.js';
import { ResolverErrors } from './edge/graphql-errors.js';
import { guardHttp } from './edge/guard-http.js';
import { People } from './edge/people.js';
import { serveSignIn } from './people/auth-routes.js';

export interface ApiOptions {
  host: string;
  /** 0 for any free port. */
  port: number;
  /** The pod's service account when absent. */
  kubeconfig?: string | undefined;
  signals: Signals;
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
  /** Folder of the built console; without it only GraphQL is served. */
  consoleFolder?: string | undefined;
}

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
  const rights = new ReviewedRights(own, informers, { now: () => clock.now(), log });
  const ports = { clock, rights, releases: informers.informer(releases), own, people, signals: options.signals };
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.with(ports), new FastifyAdapter({ bodyLimit: LARGEST_BODY_BYTES }), { logger: false });
  const fastify = app.getHttpAdapter().getInstance();
  app.useGlobalFilters(new ResolverErrors(log));
  guardHttp(fastify, { people, port: () => address().port, hosts: options.hosts ?? [], clientAddress: new ClientAddress(options.trustedProxies ?? []) });
  serveSignIn(fastify, people, log);
  serveAuditExport(fastify, people, rights);
  if (options.consoleFolder !== undefined) serveConsole(fastify, options.consoleFolder);
  people.start(context.fatal);
  await app.listen(options.port, options.host);
  let stopped = false;
  return {
    name: 'api',
    address,
    notReady: () => (ports.releases.isSynced() ? [] : ['The releases are not listed yet.']),
    stop: async () => {
      if (stopped) return;
      stopped = true;
      rights.close();
      informers.stop();
      await app.close();
      await people.close();
    },
  };
};
