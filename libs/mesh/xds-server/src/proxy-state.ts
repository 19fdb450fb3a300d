import type { ResourceType } from '@tidegate/mesh-snapshot';
import { RESOURCE_TYPES, type EncodedResource, type ResourceView } from './resource-view.js';

/** A response that was sent and neither acknowledged nor refused. */
export interface InFlight {
  nonce: string;
  resources: readonly EncodedResource[];
  removed: readonly string[];
}

/** What one proxy asked for and knows, of one type of resource. Bounded by the resources of the view and the proxy's subscriptions. */
export interface TypeState {
  /** The proxy has sent a request for this type on this stream. */
  asked: boolean;
  wildcard: boolean;
  subscribed: Set<string>;
  /** Name -> version that the proxy has acknowledged, or named when it reconnected. */
  held: Map<string, string>;
  /** Names that have to be compared with the view. */
  dirty: Set<string>;
  /** Names that need an answer even if nothing changed. */
  owed: Set<string>;
  /** A wildcard subscription to nothing needs one empty answer, else Envoy waits for 15 s. */
  owesEmptyAnswer: boolean;
  inFlight: InFlight | undefined;
  /** Refused form of a resource, by name. */
  rejected: Map<string, { version: string; message: string }>;
  /** After a refusal of several resources at once: groups that are tried apart, in this order. */
  trials: string[][];
}

/**
 * Everything that decides what a proxy is sent next. Changed only by the functions of this folder, which take time as an argument and
 * do no I/O.
 */
export interface ProxyState {
  types: Record<ResourceType, TypeState>;
  /** When the last listener, scope or routes were acknowledged, in milliseconds. */
  routingAckedAt: number;
  /** Whether this proxy is to have a resource at all (a Gateway's proxy takes its own listeners only). */
  serves: (type: ResourceType, name: string) => boolean;
  nextNonce: number;
}

function emptyTypeState(): TypeState {
  return {
    asked: false,
    wildcard: false,
    subscribed: new Set(),
    held: new Map(),
    dirty: new Set(),
    owed: new Set(),
    owesEmptyAnswer: false,
    inFlight: undefined,
    rejected: new Map(),
    trials: [],
  };
}

export function newProxyState(serves: ProxyState['serves'] = () => true): ProxyState {
  const types = Object.fromEntries(RESOURCE_TYPES.map((type) => [type, emptyTypeState()])) as Record<ResourceType, TypeState>;
  return { types, routingAckedAt: -Infinity, serves, nextNonce: 1 };
}

export type Wanted = { kind: 'resource'; resource: EncodedResource } | { kind: 'keep' } | { kind: 'absent' };

/** The form that this proxy should hold: the view's, or when it refused that one, the last that some proxy accepted, or what it has. */
export function wantedOf(state: ProxyState, view: ResourceView, type: ResourceType, name: string): Wanted {
  const target = state.serves(type, name) ? view.get(type, name) : undefined;
  if (!target) return { kind: 'absent' };
  const rejected = state.types[type].rejected.get(name);
  if (rejected?.version !== target.version) return { kind: 'resource', resource: target };
  const good = view.lastGood(type, name);
  return good && good.version !== rejected.version ? { kind: 'resource', resource: good } : { kind: 'keep' };
}

/** True when the proxy subscribed to the name, or to everything. */
export function isRelevant(state: TypeState, name: string): boolean {
  return state.wildcard || state.subscribed.has(name);
}
