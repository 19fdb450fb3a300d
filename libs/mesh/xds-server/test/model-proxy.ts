import type { ResourceType } from '@tidegate/mesh-snapshot';
import { nextPushes, type Push } from '../src/next-pushes.js';
import { newProxyState, type ProxyState } from '../src/proxy-state.js';
import { RESOURCE_TYPES, type EncodedResource, type ResourceView } from '../src/resource-view.js';
import { takeRequest, type ProxyRequest } from '../src/take-request.js';

export const SETTLE_MS = 30;

/** A resource whose bytes stand for nothing; `uses` of a cluster is its endpoints, of routes the clusters named. */
export interface Sketch {
  type: ResourceType;
  name: string;
  version: string;
  uses?: readonly string[];
  isEmpty?: boolean;
}

export class ModelView implements ResourceView {
  readonly good = new Map<string, EncodedResource>();
  private table = new Map<string, EncodedResource>();

  constructor(sketches: readonly Sketch[] = []) {
    this.replace(sketches);
  }
  /** Gives the changed names. */
  replace(sketches: readonly Sketch[]): { type: ResourceType; name: string }[] {
    const next = new Map(sketches.map((s) => [`${s.type}/${s.name}`, encoded(s)]));
    const keys = new Set([...this.table.keys(), ...next.keys()]);
    const changed = [...keys].filter((key) => this.table.get(key)?.version !== next.get(key)?.version);
    this.table = next;
    return changed.map((key) => ({ type: key.slice(0, key.indexOf('/')) as ResourceType, name: key.slice(key.indexOf('/') + 1) }));
  }
  get(type: ResourceType, name: string): EncodedResource | undefined {
    return this.table.get(`${type}/${name}`);
  }
  *names(type: ResourceType): Iterable<string> {
    for (const r of this.table.values()) if (r.type === type) yield r.name;
  }
  lastGood(type: ResourceType, name: string): EncodedResource | undefined {
    return this.good.get(`${type}/${name}`);
  }
  all(): EncodedResource[] {
    return [...this.table.values()];
  }
}

function encoded({ type, name, version, isEmpty }: Sketch): EncodedResource {
  const common = { type, name, version, bytes: Buffer.alloc(10), owners: [], ...(isEmpty ? { isEmpty } : {}) };
  return type === 'cluster' ? { ...common, endpointsName: name } : common;
}

/** Feeds the state machine as Envoy would, one message at a time, and remembers what Envoy would hold. */
export class ModelProxy {
  readonly state: ProxyState = newProxyState();
  readonly holds = new Map<string, string>();
  readonly waiting: Push[] = [];
  readonly log: string[] = [];
  /** `type/name@version` that this proxy refuses. */
  readonly refuses = new Set<string>();
  /** Called before a push is taken, to check what must hold at this moment. */
  onPush: (push: Push) => void = () => undefined;
  now = 0;
  againInMs: number | undefined;

  constructor(readonly view: ModelView) {}

  ask(type: ResourceType, part: Partial<ProxyRequest> = {}): void {
    const request = { type, subscribe: [], unsubscribe: [], initialVersions: {}, nonce: '', ...part };
    const { acked } = takeRequest(this.state, this.view, request, this.now);
    for (const r of acked) if (this.view.get(r.type, r.name)) this.view.good.set(`${r.type}/${r.name}`, r);
    this.proceed();
  }

  publish(sketches: readonly Sketch[]): void {
    for (const { type, name } of this.view.replace(sketches)) this.state.types[type].dirty.add(name);
    this.proceed();
  }

  pass(ms: number): void {
    this.now += ms;
    this.proceed();
  }

  /** The proxy reads the waiting push at this place and answers it; new parents make it ask for their children, as Envoy does. */
  answer(index = 0, naming = true): void {
    const [push] = this.waiting.splice(index % this.waiting.length, 1);
    if (!push) return;
    const bad = push.resources.filter((r) => this.refuses.has(`${r.type}/${r.name}@${r.version}`));
    for (const r of push.resources) if (!bad.includes(r)) this.holds.set(`${r.type}/${r.name}`, r.version);
    for (const name of push.removed) this.holds.delete(`${push.type}/${name}`);
    if (bad.length > 0) {
      const error = naming ? `cannot use ${bad.map((r) => r.name).join(', ')}: no` : 'something is wrong';
      return this.ask(push.type, { nonce: push.nonce, error });
    }
    if (push.type === 'cluster') {
      const gone = push.removed.filter((name) => this.state.types.endpoints.subscribed.has(name));
      const fresh = push.resources.map((r) => r.name).filter((name) => !this.state.types.endpoints.subscribed.has(name));
      if (fresh.length + gone.length > 0) this.ask('endpoints', { subscribe: fresh, unsubscribe: gone });
    }
    this.ask(push.type, { nonce: push.nonce });
  }

  /** Answers and lets time pass until nothing more is sent. Throws when that does not end. */
  settle(): void {
    for (let step = 0; step < 10_000; step++) {
      if (this.waiting.length > 0) this.answer();
      else if (this.againInMs !== undefined) this.pass(this.againInMs);
      else return;
    }
    throw new Error('the exchange does not end');
  }

  private proceed(): void {
    const { pushes, againInMs } = nextPushes(this.state, this.view, { now: this.now, settleMs: SETTLE_MS });
    this.againInMs = againInMs;
    for (const push of pushes) {
      const names = [...push.resources.map((r) => r.name), ...push.removed.map((name) => `-${name}`)];
      this.log.push(`${push.type}: ${names.join(' ')}`.trim());
      this.onPush(push);
      this.waiting.push(push);
    }
    if (RESOURCE_TYPES.some((type) => this.waiting.filter((p) => p.type === type).length > 1))
      throw new Error('two responses of a type in flight');
  }
}

/** A cluster with its endpoints. */
export const service = (name: string, version = '1'): Sketch[] => [
  { type: 'cluster', name, version },
  { type: 'endpoints', name, version },
];
/** A cluster that has lost its last endpoint. */
export const emptied = (name: string): Sketch[] => [
  { type: 'cluster', name, version: '1' },
  { type: 'endpoints', name, version: 'none', isEmpty: true },
];
export const table = (version: string): Sketch => ({ type: 'routes', name: 'r', version });
export const port = (version = '1'): Sketch => ({ type: 'listener', name: 'l', version });
