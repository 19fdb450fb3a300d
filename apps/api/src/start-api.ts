import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { releases } from '@tidegate/delivery-contract';
import { InformerSet, connect } from '@tidegate/kube';
import type { StartPart } from '@tidegate/kernel';
import type { Signals } from '@tidegate/signals';
import { ApiModule } from './app.module.js';
import { serveConsole } from './console/serve-console.js';
import type { SocketGuard } from './edge/graphql-options.js';
import { ResolverErrors } from './edge/graphql-errors.js';
import { guardHttp } from './edge/guard-http.js';
import { originIsForeign } from './edge/origin.js';
import { Sessions } from './edge/session.js';

export interface ApiOptions {
  host: string;
  /** 0 for any free port. */
  port: number;
  /** The pod's service account when absent. */
  kubeconfig?: string | undefined;
  signals: Signals;
  /** File with the sign-in token. */
  tokenFile: string;
  /** Hosts (name, or name:port) under which people reach it, beside localhost; default none. */
  hosts?: readonly string[];
  /** Folder of the built console; without it only GraphQL is served. */
  consoleFolder?: string | undefined;
}

const LARGEST_BODY_BYTES = 256 * 1024;
/** The embedded platform has one person, the owner of its data folder. */
const OWNER = { user: 'tidegate:admin', group: 'tidegate:administrators' };

/** GraphQL and the console. Resolves once it listens; `address()` tells the port. */
export const startApi = async (context: Parameters<StartPart<ApiOptions>>[0], options: ApiOptions) => {
  const { log, clock } = context;
  const { hosts = [] } = options;
  const informers = new InformerSet(await connect({ kubeconfigPath: options.kubeconfig }), { clock, log });
  const ports = {
    clock,
    releases: informers.informer(releases),
    asPerson: await connect({ kubeconfigPath: options.kubeconfig, impersonate: OWNER }),
    person: OWNER.user,
    signals: options.signals,
  };
  const sessions = new Sessions(
    readFileSync(options.tokenFile, 'utf8').trim(),
    () => clock.now(),
    () => address().port,
  );
  const address = (): AddressInfo => app.getHttpServer().address() as AddressInfo;
  const socketIsWelcome: SocketGuard = (headers) => !originIsForeign(headers, address().port, hosts) && sessions.isSignedIn(headers);
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.with(ports, socketIsWelcome),
    new FastifyAdapter({ bodyLimit: LARGEST_BODY_BYTES }),
    { logger: false },
  );
  const fastify = app.getHttpAdapter().getInstance();
  app.useGlobalFilters(new ResolverErrors(log));
  guardHttp(fastify, sessions, () => address().port, hosts);
  if (options.consoleFolder !== undefined) serveConsole(fastify, options.consoleFolder);
  await app.listen(options.port, options.host);
  let stopped = false;
  return {
    name: 'api',
    address,
    notReady: () => (ports.releases.isSynced() ? [] : ['The releases are not listed yet.']),
    stop: async () => {
      if (stopped) return;
      stopped = true;
      informers.stop();
      await app.close();
    },
  };
};
