import { type Clock, type Logger, backoffMs, causeChain } from '@tidegate/kernel';
import {
  type EndpointSlice,
  type Informer,
  type InformerSet,
  type KubeClient,
  type Namespace,
  type Pod,
  type Service,
  defineKind,
  isConflict,
  isForbidden,
  isNotFound,
  kinds,
} from '@tidegate/kube';
import { SELECTOR_ANNOTATION, SLICE_MANAGER } from '@tidegate/mesh-contract';
import type { Placement } from '@tidegate/mesh-snapshot';
import { PROXY_LABEL } from '../names.js';
import type { ProxyPodsConfig } from './config.js';
import { type AnswerAction, planAnswered } from './plan-answered.js';
import { type ProxyAction, planProxyPods, sharedEndpoints } from './plan-proxy-pods.js';

export interface ProxyPodsOptions {
  client: KubeClient;
  informers: InformerSet;
  pods: Informer<Pod>;
  namespaces: Informer<Namespace>;
  /** Of all namespaces. */
  allServices: Informer<Service>;
  allSlices: Informer<EndpointSlice>;
  /** Every proxy that takes any of these resources holds all of them. */
  isLive: (resources: readonly string[]) => boolean;
  namespace: string;
  config: ProxyPodsConfig;
  clock: Clock;
  log: Logger;
}

const RETRY = { baseMs: 500, maxMs: 30_000 };
const LEAVING_LOOK_MS = 1_000;
const MANAGER = 'tidegate-mesh-proxies';
/** The older form of what EndpointSlices say, by which Kubernetes makes some for a Service without selector. */
const endpoints = defineKind({ group: '', version: 'v1', kind: 'Endpoints', plural: 'endpoints', namespaced: true });

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
  private cancelLeaving: () => void = () => undefined;

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
    for (const informer of [options.allServices, options.allSlices] as const) informer.onChange(() => this.proxiesProgressed());
  }

  /** Matters only while Services are led to the shared proxy, or away from it. */
  proxiesProgressed(): void {
    if (this.placement && this.placement.answered.length > 0) this.look();
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
    this.cancelLeaving();
  }

  private async work(): Promise<void> {
    while (this.again && this.placement && !this.stopped && this.isLeading()) {
      this.again = false;
      for (const action of this.plan(this.placement)) {
        if (this.stopped || !this.isLeading()) return;
        await this.apply(action);
      }
      for (const action of this.planAnswers(this.placement)) {
        if (this.stopped || !this.isLeading()) return;
        await this.answer(action);
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

  private planAnswers({ answered }: Placement): AnswerAction[] {
    if (answered.length === 0) return [];
    const { allServices, allSlices, pods, isLive, clock } = this.options;
    if (answered.some(({ isWanted }) => !isWanted)) {
      // They leave after a while.
      this.cancelLeaving();
      this.cancelLeaving = clock.after(LEAVING_LOOK_MS, () => this.look());
    }
    const seen = { answered, services: allServices.list(), slices: allSlices.list(), proxies: sharedEndpoints(pods.list()), isLive };
    return planAnswered(seen, clock.now());
  }

  private async answer(action: AnswerAction): Promise<void> {
    const { client, log } = this.options;
    try {
      switch (action.type) {
        case 'applyService':
          await client.apply(kinds.services, action.object, { fieldManager: MANAGER, force: true });
          break;
        case 'applySlice':
          await client.apply(kinds.endpointSlices, action.object, { fieldManager: MANAGER, force: true });
          break;
        case 'setSelector':
          await this.setSelector(action.service, action.selector);
          break;
        case 'deleteListed':
          // First what slices are made from.
          await client.delete(endpoints, action.service, action.namespace);
          for (const slice of action.slices) await client.delete(kinds.endpointSlices, slice, action.namespace);
          break;
        case 'delete':
          await client.delete(kinds[action.of], action.name, action.namespace, { propagationPolicy: 'Background' });
          break;
      }
    } catch (error) {
      // Somebody was faster: what is there now is seen next.
      if (!isConflict(error) && !isNotFound(error)) throw error;
      return;
    }
    log.info({ step: action.type, of: nameOf(action) }, 'a Service with a selector is led to the shared proxy, or to its pods again');
  }

  private async setSelector({ metadata, spec }: Service, selector: Record<string, string> | undefined): Promise<void> {
    const kept = selector === undefined ? JSON.stringify(spec?.selector ?? {}) : null;
    const body = {
      metadata: { resourceVersion: metadata?.resourceVersion, annotations: { [SELECTOR_ANNOTATION]: kept } },
      spec: { selector: selector ?? null },
    };
    await this.options.client.patch(kinds.services, metadata?.name ?? '', metadata?.namespace, { type: 'merge', body });
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

function nameOf(action: AnswerAction): string {
  switch (action.type) {
    case 'applyService':
    case 'applySlice':
      return `${action.object.metadata?.namespace}/${action.object.metadata?.name}`;
    case 'setSelector':
      return `${action.service.metadata?.namespace}/${action.service.metadata?.name}`;
    case 'deleteListed':
      return `${action.namespace}/${action.service}`;
    case 'delete':
      return `${action.namespace}/${action.name}`;
  }
}
