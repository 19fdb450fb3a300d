import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { DeltaDiscoveryRequest, DeltaDiscoveryResponse, EnvoyNode } from '@tidegate/envoy-protos';
import type { Clock, Logger } from '@tidegate/kernel';
import type { ResourceType } from '@tidegate/mesh-snapshot';
import { nextPushes } from './next-pushes.js';
import { newProxyState, type ProxyState } from './proxy-state.js';
import { RESOURCE_TYPES, TYPE_OF_URL, TYPE_URLS, type EncodedResource, type ResourceView } from './resource-view.js';
import { takeRequest } from './take-request.js';

export type DiscoveryStream = ServerDuplexStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>;

export interface ConnectionEvents {
  acked(resources: readonly EncodedResource[]): void;
  sent(type: ResourceType): void;
  answered(type: ResourceType, ms: number, refused: boolean): void;
  /** Something that liveness depends on may have changed. */
  progressed(): void;
}

export interface ConnectionOptions {
  clock: Clock;
  log: Logger;
  view: ResourceView;
  settleMs: number;
  serves: (node: EnvoyNode) => ProxyState['serves'];
  events: ConnectionEvents;
}

/** A refused listener is offered again after this time: its port may have been taken, and free by now. */
const RETRY_LISTENERS_MS = 15_000;

/** One stream of one proxy: feeds the state machine and sends what it says. */
export class ProxyConnection {
  node: EnvoyNode | undefined;
  readonly state = newProxyState((type, name) => this.serves(type, name));
  private serves: ProxyState['serves'] = () => true;
  private readonly sentAt = new Map<ResourceType, number>();
  private cancelTimer: () => void = () => undefined;
  private cancelRetry: () => void = () => undefined;

  constructor(
    private readonly stream: DiscoveryStream,
    private readonly options: ConnectionOptions,
  ) {}

  take(message: DeltaDiscoveryRequest): void {
    if (message.node && !this.node) {
      this.node = { id: message.node.id, cluster: message.node.cluster };
      this.serves = this.options.serves(this.node);
      this.options.log.info({ proxy: this.node.id }, 'proxy connected');
    }
    const type = TYPE_OF_URL.get(message.type_url);
    if (!type) return this.answerUnknownType(message);
    const { clock, view, events } = this.options;
    const inFlight = this.state.types[type].inFlight;
    const outcome = takeRequest(
      this.state,
      view,
      {
        type,
        subscribe: message.resource_names_subscribe,
        unsubscribe: message.resource_names_unsubscribe,
        initialVersions: message.initial_resource_versions,
        nonce: message.response_nonce,
        ...(message.error_detail ? { error: message.error_detail.message } : {}),
      },
      clock.monotonic(),
    );
    if (inFlight && this.state.types[type].inFlight === undefined) {
      const refused = outcome.rejected.length > 0 || outcome.splitAfter !== undefined;
      events.answered(type, clock.monotonic() - (this.sentAt.get(type) ?? clock.monotonic()), refused);
    }
    if (outcome.acked.length > 0) events.acked(outcome.acked);
    for (const { resource, message: text } of outcome.rejected) this.tellRejection(resource, text);
    if (outcome.splitAfter)
      this.options.log.debug({ type, error: outcome.splitAfter }, 'a response was refused; its resources are tried apart');
    this.proceed();
    events.progressed();
  }

  /** Names whose form in the view changed. */
  changed(names: Readonly<Record<ResourceType, readonly string[]>>): void {
    for (const type of RESOURCE_TYPES) for (const name of names[type]) this.state.types[type].dirty.add(name);
    this.proceed();
  }

  close(): void {
    this.cancelTimer();
    this.cancelRetry();
  }

  private proceed(): void {
    const { clock, view, settleMs, events } = this.options;
    this.cancelTimer();
    const { pushes, againInMs } = nextPushes(this.state, view, { now: clock.monotonic(), settleMs });
    for (const { type, nonce, resources, removed } of pushes) {
      this.sentAt.set(type, clock.monotonic());
      this.stream.write({
        type_url: TYPE_URLS[type],
        nonce,
        resources: resources.map((r) => ({ name: r.name, version: r.version, resource: { type_url: TYPE_URLS[type], value: r.bytes } })),
        removed_resources: [...removed],
      });
      events.sent(type);
    }
    if (againInMs !== undefined) this.cancelTimer = clock.after(Math.max(1, againInMs), () => this.proceed());
  }

  /** A type of a newer Envoy than ours: there is nothing of it, and saying so lets it go on. */
  private answerUnknownType(message: DeltaDiscoveryRequest): void {
    if (message.response_nonce !== '') return;
    const removed_resources = message.resource_names_subscribe.filter((name) => name !== '*');
    this.stream.write({ type_url: message.type_url, nonce: 'none', resources: [], removed_resources });
  }

  private tellRejection(resource: EncodedResource, message: string): void {
    const owners = resource.owners.map((o) => `${o.kind} ${o.namespace}/${o.name}`);
    this.options.log.warn(
      { proxy: this.node?.id, resource: `${resource.type}/${resource.name}`, owners, message },
      'a proxy refused a resource',
    );
    if (resource.type !== 'listener') return;
    this.cancelRetry();
    this.cancelRetry = this.options.clock.after(RETRY_LISTENERS_MS, () => {
      for (const name of this.state.types.listener.rejected.keys()) this.state.types.listener.dirty.add(name);
      this.state.types.listener.rejected.clear();
      this.proceed();
    });
  }
}
