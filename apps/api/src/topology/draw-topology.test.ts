import { LATENCY_BOUNDS_MS } from '@tidegate/signals';
import { type KnownCaller, drawTopology } from './draw-topology.js';

const latency = [...LATENCY_BOUNDS_MS, Infinity].map((bound) => (bound === 10 ? 30 : 0));
const totals = (version: string, requests: number, failed = 0, open = 0) => ({ version, requests, failed, latency, open, oldestOpenMs: 0 });
const call = (service: string, version: string, dialled: string, failed = 0, namespace = 'shop') => ({ namespace, service, version, proxy: 'gateway', dialled, requests: 30, failed, latency });
const callers: Record<string, KnownCaller> = {
  '127.0.1.1': { type: 'version', namespace: 'shop', service: 'page', version: 'v1' },
  '127.0.1.2': { type: 'workload', namespace: 'shop', name: 'job' },
  '127.0.1.3': { type: 'version', namespace: 'bank', service: 'ledger', version: 'v1' },
};
const version = (service: string, v: string, isAsleep = false, namespace = 'shop') => ({ namespace, service, version: v, serviceId: `id-${service}`, isAsleep });
const window = {
  seconds: 30,
  services: [
    { namespace: 'shop', service: 'reviews', versions: [totals('v1', 60, 6), totals('v2', 30)] },
    { namespace: 'shop', service: 'sleepy', versions: [totals('s-1', 0, 0, 4)] },
    { namespace: 'bank', service: 'ledger', versions: [totals('v1', 30)] },
  ],
  callers: [call('reviews', 'v1', '127.0.1.1', 3), call('reviews', 'v1', '127.0.1.2'), call('reviews', 'v2', '127.0.1.3'), call('reviews', 'v2', ''), call('ledger', 'v1', '127.0.1.1', 0, 'bank')],
};
const draw = (visible: readonly string[]) =>
  drawTopology({
    window,
    versions: [version('reviews', 'v1'), version('reviews', 'v2'), version('page', 'v1'), version('sleepy', 's-1', true), version('ledger', 'v1', false, 'bank')],
    isVisible: (namespace) => visible.includes(namespace),
    callerOf: ({ dialled }) => callers[dialled] ?? { type: 'outside' },
  });

it('draws versions, who calls them, and what comes from outside', () => {
  const { nodes, edges } = draw(['shop', 'bank']);
  expect(nodes.map((n) => n.id).sort()).toEqual(['bank/ledger/v1', 'outside', 'shop/job', 'shop/page/v1', 'shop/reviews/v1', 'shop/reviews/v2', 'shop/sleepy/s-1']);
  expect(edges.map((e) => `${e.from} > ${e.to} ${e.rps}/s ${e.errors} ${e.p95Ms}`)).toEqual([
    'shop/page/v1 > shop/reviews/v1 1/s 0.1 10',
    'shop/job > shop/reviews/v1 1/s 0 10',
    'bank/ledger/v1 > shop/reviews/v2 1/s 0 10',
    'outside > shop/reviews/v2 1/s 0 10',
    'shop/page/v1 > bank/ledger/v1 1/s 0 10',
  ]);
  expect(nodes.find((n) => n.id === 'shop/reviews/v1')).toMatchObject({ rps: 2, success: 0.9, serviceId: 'id-reviews' });
  expect(nodes.find((n) => n.name === 'sleepy')).toMatchObject({ isAsleep: true, held: 4, rps: 0 });
});

it('tells nothing of a project that may not be seen, not even the name of its callers', () => {
  const { nodes, edges } = draw(['shop']);
  expect(JSON.stringify({ nodes, edges })).not.toMatch(/bank|ledger/);
  expect(edges.filter((e) => e.from === 'outside').map((e) => `${e.to} ${e.rps}`)).toEqual(['shop/reviews/v2 2']);
});

it('draws nothing for who may see nothing', () => {
  expect(draw([])).toEqual({ seconds: 30, nodes: [], edges: [] });
});

it('knows which version it was where there is one alone', () => {
  const of = (versions: string[]) =>
    drawTopology({
      window: { seconds: 30, services: [{ namespace: 'shop', service: 'page', versions: [totals('-', 60, 6), totals('v1', 30)] }], callers: [call('page', '-', '')] },
      versions: versions.map((v) => version('page', v)),
      isVisible: () => true,
      callerOf: () => ({ type: 'outside' }),
    });
  const one = of(['v1']);
  expect(one.nodes.filter((n) => n.name === 'page')).toMatchObject([{ version: 'v1', rps: 3, serviceId: 'id-page' }]);
  expect(one.nodes[0]?.success).toBeCloseTo(1 - 6 / 90);
  expect(one.edges.map((e) => `${e.from} > ${e.to} ${e.rps}`)).toEqual(['outside > shop/page/v1 1']);
  expect(of(['v1', 'v2']).nodes.map((n) => `${n.name} ${n.version} ${n.rps}`).sort()).toEqual(['outside null 0', 'page - 2', 'page v1 1', 'page v2 0']);
});
