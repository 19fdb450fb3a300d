import type { KubeObject } from '@tidegate/kube';
import { Quarantine, type RefusedRoute } from './quarantine.js';

const route = (name: string, generation: number): KubeObject => ({ metadata: { name, namespace: 'shop', uid: name, generation } });
const refused = (object: KubeObject): RefusedRoute => ({
  object,
  message: 'no',
  plan: {
    ref: { kind: 'HTTPRoute', namespace: 'shop', name: object.metadata?.name ?? '', generation: object.metadata?.generation ?? 0 },
    parents: [],
  },
});
const kind = (): string => 'HTTPRoute';
const names = (routes: readonly KubeObject[]): string[] => routes.map((r) => `${r.metadata?.name}@${r.metadata?.generation}`);

it('the one route that changed goes back to its accepted form, its neighbours stay', () => {
  const q = new Quarantine();
  const [a1, a2, b1] = [route('a', 1), route('a', 2), route('b', 1)];
  q.accept('HTTPRoute', a1);
  q.accept('HTTPRoute', b1);
  expect(q.decide(kind, [refused(a2), refused(b1)], false)).toBe(true);
  expect(names(q.substitute('HTTPRoute', [a2, b1]))).toEqual(['a@1', 'b@1']);
  expect(q.verdictOn('HTTPRoute', a2)?.message).toBe('no');
  expect(q.verdictOn('HTTPRoute', b1)).toBeUndefined();
});

it('a route that never was accepted is left out', () => {
  const q = new Quarantine();
  q.decide(kind, [refused(route('a', 1))], false);
  expect(names(q.substitute('HTTPRoute', [route('a', 1), route('b', 1)]))).toEqual(['b@1']);
});

it('a changed route gets another chance', () => {
  const q = new Quarantine();
  q.decide(kind, [refused(route('a', 1))], false);
  expect(names(q.substitute('HTTPRoute', [route('a', 2)]))).toEqual(['a@2']);
  expect(q.verdictOn('HTTPRoute', route('a', 2))).toBeUndefined();
});

it('of several that changed, each is tried alone, and only the guilty one stays out', () => {
  const q = new Quarantine();
  const all = [route('a', 1), route('b', 1), route('c', 1)];
  const guilty = 'b';
  let rebuilds = 0;
  // The proxies' part: they refuse every table in which the guilty route stands.
  for (let i = 0; i < 20; i++) {
    const table = q.substitute('HTTPRoute', all);
    const isRefused = table.some((r) => r.metadata?.name === guilty);
    if (!isRefused) for (const r of table) q.accept('HTTPRoute', r);
    if (!q.decide(kind, isRefused ? table.map(refused) : [], false)) break;
    rebuilds++;
  }
  expect(names(q.substitute('HTTPRoute', all))).toEqual(['a@1', 'c@1']);
  expect(all.filter((r) => q.verdictOn('HTTPRoute', r)).map((r) => r.metadata?.name)).toEqual(['b']);
  expect(rebuilds).toBeLessThanOrEqual(5);
});

it('suspects wait while proxies have not answered', () => {
  const q = new Quarantine();
  q.decide(kind, [refused(route('a', 1)), refused(route('b', 1))], false);
  q.substitute('HTTPRoute', []);
  expect(q.decide(kind, [], true)).toBe(false);
  expect(q.decide(kind, [], false)).toBe(true);
});

it('a look before the next build, which still sees the old table, decides nothing', () => {
  const q = new Quarantine();
  const all = [route('a', 1), route('b', 1)];
  expect(q.decide(kind, all.map(refused), false)).toBe(true);
  expect(q.decide(kind, all.map(refused), false)).toBe(false);
  expect(q.decide(kind, [], false)).toBe(false);
  expect(names(q.substitute('HTTPRoute', all))).toEqual([]);
});

it('what is gone is forgotten', () => {
  const q = new Quarantine();
  q.accept('HTTPRoute', route('a', 1));
  q.keep(new Set());
  expect(q.wasAccepted('HTTPRoute', route('a', 1))).toBe(false);
});
