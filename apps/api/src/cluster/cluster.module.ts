import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Clock } from '@tidegate/kernel';
import type { CallersRights } from '../edge/bound-rights.js';
import type { People } from '../edge/people.js';
import type { Caches } from './caches.js';
import type { PlatformPart } from '../platform/platform.types.js';
import type { ReleaseArchive } from '../release/release-archive.js';
import type { RecentTraffic } from './recent-traffic.js';
import type { Informer, KubeClient } from '@tidegate/kube';
import type { Release } from '@tidegate/delivery-contract';
import type { Signals } from '@tidegate/signals';

/** What the feature modules need from outside; handed in, so that the same modules run in any process. */
export interface ApiPorts {
  clock: Clock;
  releases: Informer<Release>;
  /** Of releases that are over. */
  archive: ReleaseArchive;
  /** The api's own connections. Calls for people go through `asCaller(own, caller)`: Kubernetes decides what they may do. */
  own: KubeClient;
  people: People;
  /** What callers may see and do; reads from caches are filtered by it. */
  rights: CallersRights;
  signals: Signals;
  recentTraffic: RecentTraffic;
  caches: Caches;
  /** The platform's own processes, where they are not Deployments of the cluster. */
  platformParts?: (() => Promise<PlatformPart[]>) | undefined;
  /** Where people reach the Kubernetes API with tokens of theirs; undefined where it is not served. */
  kubernetes?: KubernetesAddress | undefined;
}

export interface KubernetesAddress {
  server: string;
  serverName: string;
  /** The authority of its certificate; PEM. */
  caFile: string;
}

export const API_PORTS = Symbol('api ports');

@Global()
@Module({})
export class ClusterModule {
  static with(ports: ApiPorts): DynamicModule {
    return { module: ClusterModule, providers: [{ provide: API_PORTS, useValue: ports }], exports: [API_PORTS] };
  }
}
