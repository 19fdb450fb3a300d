import type { EndpointSlice, Service } from '@tidegate/kube';
import { isAnswered, ownPorts } from '@tidegate/mesh-snapshot';
import { type AnswerAction, LEAVING_MS, type ObservedAnswers, keptSelector, planAnswered } from './plan-answered.js';

const POD = '10.244.1.7';
const PROXY = '10.244.2.9';

/** A cluster with one Service and its pod, and Kubernetes' controller of EndpointSlices: what is listed follows the selectors. */
class World {
  service: Service = {
    metadata: { name: 'shop', namespace: 'web', uid: 'u', resourceVersion: '1' },
    spec: { clusterIP: '10.96.0.7', selector: { app: 'shop' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };
  isWanted = true;
  proxyIsReady = true;
  /** Proxies hold the listener of the slice as it is. */
  isLive = true;
  now = 1_000_000;
  readonly steps: string[] = [];
  private others: Service[] = [];
  private slices: EndpointSlice[] = [];

  constructor() {
    this.list();
  }

  observed(): ObservedAnswers {
    const own = ownPorts(this.slices.find(({ metadata }) => metadata?.name === 'shop-tidegate'));
    const there = this.isWanted || isAnswered(this.service) || own.size > 0;
    return {
      answered: there
        ? [{ service: this.service, isWanted: this.isWanted, needs: [...own.values()].map((port) => `listener/waypoint/${port}`) }]
        : [],
      services: [this.service, ...this.others],
      slices: this.slices,
      proxies: [{ addresses: [PROXY], conditions: { ready: this.proxyIsReady } }],
      isLive: () => this.isLive,
    };
  }

  /** Where clients of the Service end. */
  get addresses(): string[] {
    return this.slices
      .filter(({ metadata }) => metadata?.labels?.['kubernetes.io/service-name'] === 'shop')
      .flatMap(({ endpoints }) => (endpoints ?? []).flatMap(({ addresses, conditions }) => ((conditions?.ready ?? true) ? addresses : [])))
      .sort();
  }

  step(): boolean {
    const actions = planAnswered(this.observed(), this.now);
    for (const action of actions) {
      this.apply(action);
      // At no moment nobody answers.
      expect(this.addresses).not.toEqual([]);
    }
    return actions.length > 0;
  }

  settle(): void {
    for (let i = 0; this.step(); i++) if (i > 20) throw new Error(`it never ends: ${this.steps.slice(-4).join(', ')}`);
  }

  private apply(action: AnswerAction): void {
    this.steps.push(action.type);
    switch (action.type) {
      case 'applyService':
        this.others = [action.object];
        break;
      case 'applySlice':
        this.slices = [...this.slices.filter(({ metadata }) => metadata?.name !== action.object.metadata?.name), action.object];
        break;
      case 'setSelector': {
        const { [KEPT]: _, ...annotations } = this.service.metadata?.annotations ?? {};
        const { selector: before = {}, ...spec } = this.service.spec ?? {};
        const kept: Record<string, string> = action.selector === undefined ? { [KEPT]: JSON.stringify(before) } : {};
        this.service = {
          metadata: { ...this.service.metadata, annotations: { ...annotations, ...kept } },
          spec: { ...spec, ...(action.selector ? { selector: action.selector } : {}) },
        };
        break;
      }
      case 'deleteListed':
        this.slices = this.slices.filter(({ metadata }) => !action.slices.includes(metadata?.name ?? ''));
        break;
      case 'delete':
        if (action.of === 'services') this.others = [];
        else this.slices = this.slices.filter(({ metadata }) => metadata?.name !== action.name);
    }
    this.list();
  }

  /** Kubernetes leaves what it has listed for a Service that loses its selector. */
  list(): void {
    for (const { metadata, spec } of [this.service, ...this.others]) {
      if (Object.keys(spec?.selector ?? {}).length === 0) continue;
      const name = `${metadata?.name}-k8s`;
      const slice: EndpointSlice = {
        metadata: { name, namespace: 'web', labels: { 'kubernetes.io/service-name': metadata?.name ?? '' } },
        addressType: 'IPv4',
        endpoints: [{ addresses: [POD] }],
        ports: [{ name: 'http', port: 8080 }],
      };
      this.slices = [...this.slices.filter((s) => s.metadata?.name !== name), slice];
    }
  }
}
const KEPT = 'mesh.tidegate.dev/selector';

it('leads clients to the proxy and keeps the endpoints, and back', () => {
  const world = new World();
  world.settle();
  expect(world.steps).toEqual(['applyService', 'applySlice', 'applySlice', 'setSelector', 'deleteListed']);
  expect(world.addresses).toEqual([PROXY]);
  expect(keptSelector(world.service)).toEqual({ app: 'shop' });
  expect(ownPorts(world.observed().slices.find(({ metadata }) => metadata?.name === 'shop-tidegate'))).toEqual(new Map([['http', 20_000]]));

  world.steps.length = 0;
  world.isWanted = false;
  world.settle();
  // Nodes that have not heard of it yet still send clients to the proxies.
  expect(world.steps).toEqual(['setSelector', 'applySlice']);
  expect(ownPorts(world.observed().slices.find(({ metadata }) => metadata?.name === 'shop-tidegate')).size).toBe(1);
  world.now += LEAVING_MS;
  world.settle();
  expect(world.steps.slice(2)).toEqual(['delete', 'delete']);
  expect(world.addresses).toEqual([POD]);
  expect(world.service.spec?.selector).toEqual({ app: 'shop' });
  expect(world.service.metadata?.annotations).toEqual({});
});

it.each([
  { name: 'no proxy is ready', change: (world: World) => void (world.proxyIsReady = false) },
  { name: 'the proxies do not hold the listener', change: (world: World) => void (world.isLive = false) },
])('leaves clients where they are while $name', ({ change }) => {
  const world = new World();
  change(world);
  world.settle();
  expect(world.steps).toEqual(['applyService', 'applySlice']);
  expect(world.addresses).toEqual([POD]);
  expect(isAnswered(world.service)).toBe(false);
});

it('goes on when the author writes another selector', () => {
  const world = new World();
  world.settle();
  world.service = { ...world.service, spec: { ...world.service.spec, selector: { app: 'other' } } };
  world.list();
  world.settle();
  expect(keptSelector(world.service)).toEqual({ app: 'other' });
  expect(world.service.spec?.selector).toBeUndefined();
  expect(world.addresses).toEqual([PROXY]);
});

it('comes back before it has left', () => {
  const world = new World();
  world.settle();
  world.isWanted = false;
  world.settle();
  world.isWanted = true;
  world.settle();
  expect(world.addresses).toEqual([PROXY]);
  expect(isAnswered(world.service)).toBe(true);
});

it('touches nothing whose name somebody else has', () => {
  const world = new World();
  const observed = world.observed();
  const foreign: Service = { metadata: { name: 'shop-tidegate', namespace: 'web' }, spec: { ports: [{ port: 1 }] } };
  expect(planAnswered({ ...observed, services: [...observed.services, foreign] }, 0)).toEqual([]);
});

it('gives no port twice', () => {
  const world = new World();
  const [one] = world.observed().answered;
  if (!one) throw new Error('there is one');
  const other: Service = { ...world.service, metadata: { ...world.service.metadata, name: 'cart' } };
  const actions = planAnswered({ ...world.observed(), answered: [one, { ...one, service: other }] }, 0);
  expect(actions.flatMap((a) => (a.type === 'applySlice' ? (a.object.ports ?? []).map(({ port }) => port) : []))).toEqual([20_000, 20_001]);
});
