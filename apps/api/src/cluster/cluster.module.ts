import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Clock } from '@tidegate/kernel';
import type { Informer, KubeClient } from '@tidegate/kube';
import type { Release } from '@tidegate/delivery-contract';
import type { Signals } from '@tidegate/signals';

/** What the feature modules need from outside; handed in, so that the same modules run in any process. */
export interface ApiPorts {
  clock: Clock;
  releases: Informer<Release>;
  /** Makes calls as the signed-in person: Kubernetes decides what they may do. */
  asPerson: KubeClient;
  /** Who that is, for records of who did what. */
  person: string;
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
