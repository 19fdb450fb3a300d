import { type Clock, type Logger, backoffMs, causeChain } from '@tidegate/kernel';
import { type Informer, type InformerSet, type KubeClient, type Namespace, type Pod, isForbidden, kinds } from '@tidegate/kube';
import type { Placement } from '@tidegate/mesh-snapshot';
import { PROXY_LABEL } from '../names.js';
import type { ProxyPodsConfig } from './config.js';
import { type ProxyAction, SLICE_MANAGER, planProxyPods } from './plan-proxy-pods.js';

export interface ProxyPodsOptions {
  client: KubeClient;
  informers: InformerSet;
  pods: Informer<Pod>;
  namespaces: Informer<Namespace>;
  namespace: string;
  config: ProxyPodsConfig;
  clock: Clock;
  log: Logger;
}

const RETRY = { baseMs: 500, maxMs: 30_000 };
const MANAGER = 'tidegate-mesh-proxies';

/** Keeps the pods of proxies as the Gateways want them. One write after another; what fails is planned again, later each time. */
export class ProxyPods {
  private readonly deployments;
  private readonly services;
  private readonly configMaps;
  private readonly budgets;
  private readonly slices;
  private placement: Placement | undefined;
  private working = false;
  private again = false;
  private failures = 0;
  private stopped = false;
  private cancelRetry: () => void = () => undefined;

  constructor(
    private readonly options: ProxyPodsOptions,
    private readonly isLeading: () => boolean,
  ) {
    const { informers, namespace } = options;
    const mine = { namespace, labelSelector: PROXY_LABEL };
    this.deployments = informers.informer(kinds.deployments, mine);
    this.services = informers.informer(kinds.services, mine);
    this.configMaps = informers.informer(kinds.configMaps, mine);
    this.budgets = informers.informer(kinds.podDisruptionBudgets, mine);
    this.slices = informers.informer(kinds.endpointSlices, { labelSelector: `endpointslice.kubernetes.io/managed-by=${SLICE_MANAGER}` });
    for (const informer of [this.deployments, this.services, this.configMaps, this.budgets, this.slices, options.pods] as const)
      informer.onChange(() => this.look());
  }

  /** What the newest snapshot needs. */
  place(placement: Placement): void {
    this.placement = placement;
    this.look();
  }

  look(): void {
    if (!this.placement || this.stopped || !this.isLeading()) return;
    this.again = true;
    if (this.working) return;
    this.working = true;
    this.work()
      .then(() => (this.failures = 0))
      .catch((error: unknown) => {
        if (this.stopped) return;
        this.options.log.warn(
          { error: causeChain(error), forbidden: isForbidden(error) },
          'the pods of proxies could not be changed, trying again',
        );
        this.cancelRetry();
        this.cancelRetry = this.options.clock.after(backoffMs(this.failures++, RETRY, Math.random()), () => this.look());
      })
      .finally(() => {
        this.working = false;
        if (this.again && this.failures === 0) this.look();
      });
  }

  stop(): void {
    this.stopped = true;
    this.cancelRetry();
  }

  private async work(): Promise<void> {
    while (this.again && this.placement && !this.stopped && this.isLeading()) {
      this.again = false;
      for (const action of this.plan(this.placement)) {
        if (this.stopped || !this.isLeading()) return;
        await this.apply(action);
      }
    }
  }

  private plan(placement: Placement): ProxyAction[] {
    const { namespaces, namespace, pods, config } = this.options;
    const observed = {
      placement,
      namespace: namespaces.get(undefined, namespace),
      deployments: this.deployments.list(),
      services: this.services.list(),
      configMaps: this.configMaps.list(),
      budgets: this.budgets.list(),
      pods: pods.list(),
      slices: this.slices.list(),
    };
    return planProxyPods(observed, namespace, config);
  }

  private async apply(action: ProxyAction): Promise<void> {
    const { client, log } = this.options;
    const options = { fieldManager: MANAGER };
    switch (action.type) {
      case 'applyConfigMap':
        await client.apply(kinds.configMaps, action.object, options);
        break;
      case 'applyDeployment':
        await client.apply(kinds.deployments, action.object, options);
        break;
      case 'applyService':
        await client.apply(kinds.services, action.object, options);
        break;
      case 'applyBudget':
        await client.apply(kinds.podDisruptionBudgets, action.object, options);
        break;
      case 'applySlice':
        await client.apply(kinds.endpointSlices, action.object, options);
        break;
      case 'delete':
        await client.delete(kinds[action.of], action.name, action.namespace, { propagationPolicy: 'Background' });
        break;
    }
    const what =
      action.type === 'delete'
        ? action
        : { type: action.type, name: action.object.metadata?.name, namespace: action.object.metadata?.namespace };
    log.info(what, 'the pods of proxies change');
  }
}
