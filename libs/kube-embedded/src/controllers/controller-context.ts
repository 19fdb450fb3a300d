import type { Clock, Logger } from '@tidegate/kernel';
import type { EventRecorder, InformerSet, KubeClient } from '@tidegate/kube';
import type { Registry } from 'prom-client';

/** What every controller of the embedded cluster gets. */
export interface ControllerContext {
  client: KubeClient;
  informers: InformerSet;
  events: EventRecorder;
  clock: Clock;
  log: Logger;
  registry?: Registry;
}
