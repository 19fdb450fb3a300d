import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Clock } from '@tidegate/kernel';
import type { ReviewedRights } from '@tidegate/rights';
import type { People } from '../edge/people.js';
import type { Informer, KubeClient } from '@tidegate/kube';
import type { Release } from '@tidegate/delivery-contract';
import type { Signals } from '@tidegate/signals';

/** What the feature modules need from outside; handed in, so that the same modules run in any process. */
export interface ApiPorts {
  clock: Clock;
  releases: Informer<Release>;
  /** The api's own connections. Calls for people go through `asCaller(own, caller)`: Kubernetes decides what they may do. */
  own: KubeClient;
  people: People;
  /** What callers may see and do; reads from caches are filtered by it. */
  rights: ReviewedRights;
  signals: Signals;
}

export const API_PORTS = Symbol('api ports');

@Global()
@Module({})
export class ClusterModule {
  static with(ports: ApiPorts): DynamicModule {
    return { module: ClusterModule, providers: [{ provide: API_PORTS, useValue: ports }], exports: [API_PORTS] };
  }
}
