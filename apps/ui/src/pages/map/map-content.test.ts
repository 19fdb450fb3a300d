import { type MapEdge, type MapNode, boxesOf, keepEdges, toneOfEdge, toneOfNode, withTraffic } from './map-content';

const node = (id: string, more: Partial<MapNode> = {}): MapNode => ({
  id,
  kind: 'VERSION',
  name: id,
  namespace: 'shop',
  version: 'v1',
  serviceId: null,
  rps: 1,
  success: 1,
  held: 0,
  isAsleep: false,
  ...more,
});
const edge = (from: string, to: string): MapEdge => ({ id: `${from} ${to}`, from, to, rps: 2, errors: 0, p95Ms: 10 });
const nodes = [node('a'), node('b'), node('c')];

describe('edges', () => {
  const seen = keepEdges([], [edge('a', 'b')], nodes, 1_000);

  it.each([
    { name: 'stay quiet when requests pause', now: 60_000, has: nodes, is: [['a b', 0, null]] },
    { name: 'go after a minute', now: 61_000, has: nodes, is: [] },
    { name: 'go with their node', now: 2_000, has: [node('a')], is: [] },
  ])('$name', ({ now, has, is }) => expect(keepEdges(seen, [], has, now).map((e) => [e.id, e.rps, e.p95Ms])).toEqual(is));

  it('are not told twice, and live on from when they were last seen', () => {
    const later = keepEdges(seen, [edge('a', 'b')], nodes, 50_000);
    expect(later).toEqual([{ ...edge('a', 'b'), seenAt: 50_000 }]);
    expect(keepEdges(later, [], nodes, 100_000)).toHaveLength(1);
  });
});

it('leaves out what has no traffic, but never what waits', () =>
  expect(withTraffic([...nodes, node('d', { held: 3 })], [edge('a', 'b')]).map((n) => n.id)).toEqual(['a', 'b', 'd']));

it.each([
  { rps: 0, errors: 1, is: 'quiet' },
  { rps: 1, errors: 0, is: 'good' },
  { rps: 1, errors: 0.01, is: 'wait' },
  { rps: 1, errors: 0.05, is: 'bad' },
])('an edge of $rps/s and $errors failed is $is', ({ rps, errors, is }) => expect(toneOfEdge({ rps, errors })).toBe(is));

it.each([
  { name: 'held', of: { held: 1, isAsleep: true }, is: 'wait' },
  { name: 'asleep', of: { isAsleep: true, rps: 0 }, is: 'sleep' },
  { name: 'silent', of: { rps: 0, success: null }, is: 'quiet' },
  { name: 'failing', of: { success: 0.9 }, is: 'bad' },
  { name: 'well', of: {}, is: 'good' },
])('a node that is $name is $is', ({ of, is }) => expect(toneOfNode(node('a', of))).toBe(is));

it('boxes are services with several versions', () => {
  const boxes = boxesOf([node('r1', { name: 'reviews' }), node('r2', { name: 'reviews' }), node('w', { kind: 'WORKLOAD', name: 'reviews' }), node('x')]);
  expect([...boxes].map(([id, mine]) => [id, mine.map((n) => n.id)])).toEqual([['service:shop/reviews', ['r1', 'r2']]]);
});
